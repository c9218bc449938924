"""Tests of rules, without a database."""
