"""What a pipeline consists of: its terms, the facts its gates check, and the file a city writes it in."""
