"""Leads: opened, edited, moved, and what they have on paper."""
