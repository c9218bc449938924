"""Tests of rules about names."""
