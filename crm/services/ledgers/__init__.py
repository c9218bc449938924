"""The ledgers of arrivals and of contract amounts, and rates of exchange."""
