"""Trips of trips."""
