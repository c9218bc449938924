"""Values: frozen, compared by content, free of any database, clock or file."""
