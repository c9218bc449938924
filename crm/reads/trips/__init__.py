"""Trips, their costs, and their outcome."""
