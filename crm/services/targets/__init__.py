"""Targets and scorecards."""
