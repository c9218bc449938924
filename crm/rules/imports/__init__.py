"""What an import reads: the fields that a column may hold, and the rows of a file."""
