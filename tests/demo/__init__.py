"""The demo: its data files, its loading, and that it is the case."""
