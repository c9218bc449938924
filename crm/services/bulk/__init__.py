"""Bulk verbs: one act on several leads."""
