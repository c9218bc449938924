"""What the reads share: days in SQL, visibility, the records behind a figure."""
