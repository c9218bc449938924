"""The forms of hashes and anchors of the audit."""
