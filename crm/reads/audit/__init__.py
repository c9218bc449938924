"""The audit, and whether it accounts for every record."""
