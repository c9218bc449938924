"""Whether two names may mean one company."""
