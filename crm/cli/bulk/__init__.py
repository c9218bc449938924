"""Commands and pages of bulk verbs."""
