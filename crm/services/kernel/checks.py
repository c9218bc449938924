"""Arguments are read one by one, and all problems raised together."""

from __future__ import annotations

from crm.rules.kernel.checks import Checks, capped, in_row
from crm.values.text import NAME, NOTE, REASON, TITLE

__all__ = ["NAME", "NOTE", "REASON", "TITLE", "Checks", "capped", "in_row"]
