"""The library inside a host's program: its engine, its migrations, its transaction, its policy and clock."""
