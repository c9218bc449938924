"""Investors, their contacts, identifiers and groups, and likely duplicates."""
