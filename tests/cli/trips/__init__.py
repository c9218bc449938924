"""Tests of the commands of trips."""
