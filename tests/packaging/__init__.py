"""What is built is what works."""
