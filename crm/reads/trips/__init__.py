"""Trips of trips, their cost, and what they led to."""
