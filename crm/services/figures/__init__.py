"""Published figures, and benchmarks to compare them with."""
