"""Stations, units and staff, and what they did in a period."""
