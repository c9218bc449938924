"""Two records made one, and two again."""
