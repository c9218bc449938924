"""Merges of two records, and their undo."""
