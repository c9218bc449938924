"""Commands and pages of trips."""
