"""Commands and pages of stations, units and staff."""
