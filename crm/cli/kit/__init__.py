"""What all commands share: options, calls, prompts, errors, files."""
