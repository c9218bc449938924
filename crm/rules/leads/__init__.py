"""Leads: their fields, filters and moves, and the days of moves."""
