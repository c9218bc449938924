"""The drill: whatever ends a process, a server or a disk in the middle, nothing is lost and nothing is half done.

``make drill`` runs it; docs/security.md has its figures.
"""
