"""Arguments are read one by one, and all problems raised together."""

from __future__ import annotations

from crm.rules.kernel.checks import Checks, capped, in_row
from crm.values.text import NAME, NOTE, REASON, TITLE

__all__ = ["NAME", "NOTE", "REASON", "TITLE", "UNSET", "Checks", "Unset", "capped", "in_row"]


class Unset:
    """The type of :data:`UNSET`."""

    def __repr__(self) -> str:
        """Return the form used in signatures."""
        return "UNSET"


#: An argument that was not passed, where None has a meaning of its own: clear it.
UNSET = Unset()
