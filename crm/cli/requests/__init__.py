"""Commands and pages of requests."""
