"""Leads: lists, board, card, history, and the facts that gates look at."""
