"""What the rules of all nouns share: a collector of problems, and the declaration of fields."""
