"""Characters and numbers as people write them."""
