"""Figures to reach, and how they stand."""
