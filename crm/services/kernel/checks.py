"""What the verbs read their arguments with."""

from __future__ import annotations

from crm.rules.checks import Checks, capped, in_row
from crm.values.text import NAME, NOTE, REASON, TITLE

__all__ = ["NAME", "NOTE", "REASON", "TITLE", "UNSET", "Checks", "Unset", "capped", "in_row"]


class Unset:
    """The type of :data:`UNSET`."""

    def __repr__(self) -> str:
        """Show as in a signature."""
        return "UNSET"


#: An argument that was not passed, where None has a meaning of its own: clear it.
UNSET = Unset()
