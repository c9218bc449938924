"""Tests of the commands about imports."""
