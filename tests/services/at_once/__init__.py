"""Tests of at once."""
