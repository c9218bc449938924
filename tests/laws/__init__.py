"""One test for each law of the design."""
