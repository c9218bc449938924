"""The scorecard of targets."""
