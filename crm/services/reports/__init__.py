"""The entry point to printed reports."""
