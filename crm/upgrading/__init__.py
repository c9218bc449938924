"""The steps after the revisions of an upgrade: derived columns are recomputed, and the log of the audit begins."""
