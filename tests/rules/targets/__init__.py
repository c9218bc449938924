"""Tests of how targets are judged."""
