"""Commands and pages of views."""
