"""What the audit is hashed and anchored as."""
