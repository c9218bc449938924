"""Investors: their fields, and the comparison of names."""
