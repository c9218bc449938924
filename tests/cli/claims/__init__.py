"""Tests of the commands of claims."""
