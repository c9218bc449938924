"""What is on record of the rows of a file, and the imports there were."""
