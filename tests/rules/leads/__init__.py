"""Tests of the rules of leads."""
