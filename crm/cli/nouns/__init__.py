"""One file for each noun; each holds its ``command``."""
