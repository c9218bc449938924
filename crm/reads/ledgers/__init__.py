"""The two ledgers, the records behind their sums, and exchange rates."""
