"""The rules of the two ledgers: the fields of entries, and what of an arrival counts."""
