"""Tests of the commands of figures."""
