"""Commands and pages of figures and benchmarks."""
