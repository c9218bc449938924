"""Merges and groups."""
