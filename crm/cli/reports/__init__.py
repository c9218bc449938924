"""Commands of reports, and how a report is printed."""
