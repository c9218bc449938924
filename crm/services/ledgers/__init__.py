"""The ledgers of arrivals and of contract amounts, and exchange rates."""
