"""Commands and pages of the two ledgers, of rates and of industries."""
