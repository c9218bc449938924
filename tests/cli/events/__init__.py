"""Tests of the commands of events."""
