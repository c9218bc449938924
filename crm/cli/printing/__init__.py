"""How things are printed: the language, its words, tables and columns."""
