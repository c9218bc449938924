"""What the reads share: days in SQL, what an actor may see, the records behind a figure."""
