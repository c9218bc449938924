"""The two ledgers, the records behind their sums, and rates of exchange."""
