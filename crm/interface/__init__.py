"""What the library offers, described for programs: its methods, their arguments and results, and JSON Schema."""
