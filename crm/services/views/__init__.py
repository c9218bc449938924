"""Views: saved filters of lists."""
