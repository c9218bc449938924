"""Commands and pages of investors and their contacts, and of merges."""
