"""The entries of the audit are hashed and written, and every write that has none is refused."""
