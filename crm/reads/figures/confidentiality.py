"""What figures tell those who may not see confidential leads.

For them

- a hidden lead is in no figure: whatever it has, their figures stay the same;

- a sum of capital is withheld if fewer than three leads of others are behind it, so that a small sum says nothing about
anybody, and nothing at all is not told from what is hidden. The leads of their own station or unit do not count here: they
know those;

- so is a part that would follow from the whole and the other parts.

Nothing of this depends on whether a hidden lead takes part. Published figures are shown to everybody as published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Self, TypeVar

from attrs import Factory, define, frozen

#: So many leads of others stand behind a sum of capital that is shown.
ENOUGH = 3

K = TypeVar("K", bound=Hashable)


@define
class Parts:
    """The sums of one breakdown: of the reader's own leads, or of all if nothing is withheld, and of others."""

    own: dict[str | None, int] = Factory(lambda: defaultdict(int))
    others: dict[str | None, dict[int, int]] = Factory(dict)

    def add(self, code: str | None, lead: int | None, value: int) -> None:
        """Add a sum; *lead* is the lead of others that it belongs to, or None."""
        if lead is None:
            self.own[code] += value
        else:
            theirs = self.others.setdefault(code, {})
            theirs[lead] = theirs.get(lead, 0) + value

    @classmethod
    def joined(cls, several: Iterable[Parts]) -> Self:
        """Return several results combined into one."""
        whole = cls()
        for part in several:
            for code, value in part.own.items():
                whole.add(code, None, value)
            for code, leads in part.others.items():
                for lead, value in leads.items():
                    whole.add(code, lead, value)
        return whole

    @property
    def codes(self) -> tuple[str | None, ...]:
        """Every code with records."""
        return tuple(dict.fromkeys((*self.own, *self.others)))

    def of(self, codes: Iterable[str | None]) -> Parts:
        """Return several parts added up as one, under the code None."""
        whole = Parts()
        for code in codes:
            if code in self.own:
                whole.add(None, None, self.own[code])
            for lead, value in self.others.get(code, {}).items():
                whole.add(None, lead, value)
        return whole

    def sum(self, code: str | None = None) -> int:
        """Return the sum of a part."""
        return self.own.get(code, 0) + sum(self.others.get(code, {}).values())

    def leads(self, code: str | None = None) -> frozenset[int]:
        """Return the leads of others behind a part."""
        return frozenset(self.others.get(code, {}))

    @property
    def behind(self) -> dict[str | None, frozenset[int]]:
        """The leads of others behind each part."""
        return {code: self.leads(code) for code in self.codes}


@frozen
class Shield:
    """Decides which sums are withheld.

    Attributes:
        guards: Whether any are: sums of capital, from those who may not see every lead.
    """

    guards: bool

    def part(self, parts: Parts, code: str | None = None) -> int | None:
        """Return a part, or None if it is withheld."""
        return None if self.guards and not _enough(parts.leads(code), own=code in parts.own) else parts.sum(code)

    def parts(self, parts: Parts, *, whole: bool) -> dict[str | None, int | None]:
        """Return every part of a breakdown that has records; *whole* is whether the whole is shown."""
        withheld = self.withheld(parts.behind, parts.own, whole=whole)
        return {code: None if code in withheld else parts.sum(code) for code in parts.codes}

    def groups(
        self, parts: Parts, groups: Mapping[str, Collection[str | None]], *, whole: bool
    ) -> dict[str | None, int | None]:
        """Return the parts of groups of codes, which may overlap; none can be derived from what is shown beside it."""
        withheld = self.withheld(parts.behind, parts.own, whole=whole)
        found: dict[str | None, int | None] = {}
        for name, codes in groups.items():
            inside = [code for code in parts.codes if code in codes]
            part = parts.of(inside)
            rest = parts.of(code for code in parts.codes if code not in codes)
            left = parts.of(code for code in inside if code in withheld)
            tells = any(0 < len(other.leads()) < ENOUGH for other in ((rest, left) if whole else (left,)))
            found[name] = None if self.guards and tells else self.part(part)
        return found

    def withheld(self, behind: Mapping[K, Collection[int]], own: Collection[K], *, whole: bool) -> set[K]:
        """Return the parts that are withheld: the small ones, and the next smallest if their sum would follow.

        Args:
            behind: The leads of others behind each part.
            own: Parts with something of the reader's own.
            whole: Whether the whole is shown, so that what all withheld parts come to together follows from it.
        """
        if not self.guards:
            return set()
        found = {part for part, leads in behind.items() if not _enough(leads, own=part in own)}
        larger = sorted(
            (part for part in behind if part not in found and behind[part]),
            key=lambda part: (len(behind[part]), str(part)),
        )
        while whole and larger and 0 < len({lead for part in found for lead in behind[part]}) < ENOUGH:
            found.add(larger.pop(0))
        return found


def _enough(leads: Collection[int], *, own: bool) -> bool:
    return len(leads) >= ENOUGH or (own and not leads)
