"""What the library costs, against hand-written SQL and against plain Django models, in one run: ``make bench``."""
