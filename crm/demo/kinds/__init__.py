"""The kinds of record in the data files of the case."""
