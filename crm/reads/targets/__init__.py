"""Targets, what they count, and how they stand."""
