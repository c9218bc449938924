"""Values and rules, without a database."""
