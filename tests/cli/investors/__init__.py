"""Tests of the commands of investors."""
