"""The catalogue of measures, and the fields of benchmarks."""
