"""Investors, their people, numbers and groups, and which of them may be one."""
