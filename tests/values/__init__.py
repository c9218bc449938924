"""Tests of values, without a database."""
