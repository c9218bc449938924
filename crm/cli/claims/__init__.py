"""Commands and pages of claims."""
