"""What established enterprises ask for."""
