"""What every command shares: its options, its call, its questions, its errors, its files."""
