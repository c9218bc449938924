"""Promotion events."""
