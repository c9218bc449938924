"""Files of other programs, read into rows of recognised columns: CSV, workbooks, cards, calendars, JSON Lines."""
