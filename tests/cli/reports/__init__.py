"""Tests of the commands of reports."""
