"""Tests of the commands about the database as a whole."""
