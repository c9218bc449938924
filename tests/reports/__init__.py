"""What the reads return, held against plain Python where that says more."""
