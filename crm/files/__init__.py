"""The files of a database: private, copied, checked, replaced."""
