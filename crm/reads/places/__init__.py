"""Stations, units and staff, and their work in a period."""
