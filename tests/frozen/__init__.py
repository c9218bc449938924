"""Databases of earlier versions, and how they were made: README.md."""
