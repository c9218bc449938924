"""Tests of what all commands share: asking, help, settings, files, the policy."""
