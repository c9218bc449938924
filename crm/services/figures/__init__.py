"""Figures that are read out, and those of others to compare with."""
