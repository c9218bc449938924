"""Requests of established enterprises."""
