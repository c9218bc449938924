"""Leads: opened, edited, moved, with evidence and project company."""
