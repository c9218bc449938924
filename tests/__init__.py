"""The tests. Each docstring states a behaviour, so the names read as the specification."""
