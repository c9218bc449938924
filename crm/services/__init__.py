"""The verbs that write, one file for each aggregate. They flush and never commit."""
