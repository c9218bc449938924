"""The command line, typed at as people would."""
