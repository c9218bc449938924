"""Commands and pages of targets."""
