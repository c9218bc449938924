"""The registers that give companies their numbers."""
