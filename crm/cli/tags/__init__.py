"""Commands and pages of tags."""
