"""Claims, the pool, and the shares of a split claim."""
