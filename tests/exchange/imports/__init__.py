"""Tests of files that are read into rows."""
