"""The search for investors by name."""
