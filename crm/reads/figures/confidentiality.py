"""Which figures include confidential leads for those who may not see them.

A published total has to be right: the total of a whole year includes every lead, for everybody. A narrower figure could
disclose a single confidential lead, since the other leads can be listed. So for an actor who may not see a confidential
lead:

- the total of a shorter period, and each part of a breakdown, includes the hidden leads only if at least three of them
contribute, so that none can be derived, not even by somebody who knows another one;

- what the parts leave out is one line of its own, and the parts still add up to the whole;

- entries of hidden leads are not listed; see :mod:`crm.reads.kernel.visibility`.

Published figures are shown to everybody as published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Self

from attrs import Factory, define, frozen

from crm.values.period import Period

#: So many hidden leads stand behind a figure that includes them.
ENOUGH = 3


@define
class Parts:
    """The sums of one breakdown: the visible part, and separately the part of each hidden lead."""

    seen: dict[str | None, int] = Factory(lambda: defaultdict(int))
    hidden: dict[str | None, dict[int, int]] = Factory(dict)

    def add(self, code: str | None, lead: int | None, value: int) -> None:
        """Add a sum; *lead* is the hidden lead it belongs to, or None."""
        if lead is None:
            self.seen[code] += value
        else:
            mine = self.hidden.setdefault(code, {})
            mine[lead] = mine.get(lead, 0) + value

    @classmethod
    def joined(cls, several: Iterable[Parts]) -> Self:
        """Return several results combined into one."""
        whole = cls()
        for part in several:
            for code, value in part.seen.items():
                whole.add(code, None, value)
            for code, leads in part.hidden.items():
                for lead, value in leads.items():
                    whole.add(code, lead, value)
        return whole

    @property
    def codes(self) -> tuple[str | None, ...]:
        """Every code with records."""
        return tuple(dict.fromkeys((*self.seen, *self.hidden)))

    def of(self, codes: Iterable[str | None]) -> Parts:
        """Return several parts added up as one, under the code None."""
        whole = Parts()
        for code in codes:
            if code in self.seen:
                whole.add(None, None, self.seen[code])
            for lead, value in self.hidden.get(code, {}).items():
                whole.add(None, lead, value)
        return whole


@frozen
class Shield:
    """Decides whether a figure includes hidden leads.

    Attributes:
        restricted: Whether anything is hidden from the actor at all.
    """

    restricted: bool

    def part(self, parts: Parts, code: str | None = None) -> tuple[int, bool]:
        """Return a part of a breakdown, and whether hidden leads are left out of it."""
        hidden = parts.hidden.get(code, {})
        enough = len(hidden) >= ENOUGH
        return parts.seen.get(code, 0) + (sum(hidden.values()) if enough else 0), bool(hidden) and not enough

    def parts(self, parts: Parts) -> tuple[dict[str | None, int], bool]:
        """Return every non-empty part of a breakdown, and whether hidden leads are left out of one."""
        by_code = {code: self.part(parts, code) for code in parts.codes}
        shown = {code: value for code, (value, left_out) in by_code.items() if not left_out or code in parts.seen}
        return shown, any(left_out for _, left_out in by_code.values())

    def whole(self, parts: Parts, period: Period) -> tuple[int, bool]:
        """Return the whole of a period, and whether hidden leads are left out of it."""
        value, left_out = self.part(parts)
        if left_out and period.kind == "year":
            return value + sum(parts.hidden[None].values()), False
        return value, left_out
