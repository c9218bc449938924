"""Printing: the language, its words, tables and columns."""
