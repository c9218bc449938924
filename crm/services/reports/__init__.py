"""The front door to what is printed."""
