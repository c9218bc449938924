"""The reads: set-based SQL that returns frozen rows."""
