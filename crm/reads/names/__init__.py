"""Investors by what a person types."""
