"""Commands and pages of promotion events."""
