"""The records that the rows of a file name, and past imports."""
