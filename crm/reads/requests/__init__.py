"""Requests of enterprises."""
