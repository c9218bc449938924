"""Leads: lists, board, card, history, and the facts for gates."""
