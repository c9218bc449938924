"""Trips of delegations, their cost, and what they led to."""
