"""Commands and pages of investors and their people, and of merges."""
