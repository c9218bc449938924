"""What the services share: the session's context, checked arguments, one way to write, locks, and the guard."""
