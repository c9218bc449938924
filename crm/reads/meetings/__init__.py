"""Meetings and follow-ups."""
