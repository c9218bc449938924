"""Targets: their terms, their file, and their standing."""
