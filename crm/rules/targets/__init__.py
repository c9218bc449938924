"""Targets: their terms, their file, and how they stand."""
