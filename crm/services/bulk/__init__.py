"""Bulk verbs: one change of several leads."""
