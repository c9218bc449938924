"""What measures count, and what was published."""
