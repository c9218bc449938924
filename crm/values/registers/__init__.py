"""Tables that others publish: the registers of companies, industries, working days, time zones."""
