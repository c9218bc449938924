"""Tests of the services, through the front door."""
