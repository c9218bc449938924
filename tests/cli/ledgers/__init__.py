"""Tests of the commands of ledgers."""
