"""Tags: on records, renamed, merged."""
