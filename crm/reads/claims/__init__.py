"""Claims, the pool, and the units' shares of a claim."""
