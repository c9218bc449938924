"""The records of measures, and published figures."""
