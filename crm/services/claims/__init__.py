"""Which unit has the right to a lead."""
