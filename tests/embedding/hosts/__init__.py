"""Complete programs that have the library in them; docs/recipes shows each, and test_hosts.py runs it from the wheel alone."""
