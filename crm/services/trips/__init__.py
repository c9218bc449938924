"""Trips of delegations."""
