"""Names of companies: how they are compared and searched."""
