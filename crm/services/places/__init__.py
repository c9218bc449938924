"""Stations, units and staff."""
