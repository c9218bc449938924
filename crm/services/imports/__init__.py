"""Rows of files become records."""
