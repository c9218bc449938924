"""Tests of the commands of meetings and follow-ups."""
