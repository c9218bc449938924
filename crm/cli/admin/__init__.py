"""Commands about the database and the program itself."""
