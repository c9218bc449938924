"""Commands and pages of leads."""
