"""Targets, their records, and scorecards."""
