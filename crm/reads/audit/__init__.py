"""The audit, and its comparison with the records."""
