"""Who brought a lead."""
