"""What a part of the drill counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

#: What is counted, in the order of the columns.
COLUMNS: Mapping[str, str] = {
    "ended": "ended",
    "committed": "of these committed",
    "not": "not committed",
    "refused": "refused",
    "acknowledged": "calls answered before",
    "repeated": "repeated with the same uid",
}


class Figures:
    """The figures of one part; each starts at 0."""

    def __init__(self, part: str) -> None:
        """Take the name of the part."""
        self.part = part
        self._counted = Counter[str]()

    def add(self, name: str, more: int = 1) -> None:
        """Count something of :data:`COLUMNS`."""
        if name not in COLUMNS:
            raise KeyError(name)
        self._counted[name] += more

    def __getitem__(self, name: str) -> int:
        """Return how many there were."""
        return self._counted[name]
