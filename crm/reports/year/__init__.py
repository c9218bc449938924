"""The year report."""
