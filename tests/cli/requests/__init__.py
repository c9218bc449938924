"""Tests of the commands of requests."""
