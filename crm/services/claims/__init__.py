"""Claims of units to leads."""
