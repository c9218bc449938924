"""Commands and pages of meetings and follow-ups."""
