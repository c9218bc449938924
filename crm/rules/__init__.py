"""The rules of the business: frozen data and plain functions, without a database, a clock or a file."""
