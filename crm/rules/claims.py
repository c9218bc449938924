"""Claims (首谈) of units to leads: protection, contests and quotas. Data of the policy, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, TypedDict

from attrs import field, frozen

from crm.errors import N_
from crm.refusals import out_of_range
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import Field, Ref, text
from crm.rules.kernel.fixed import Fixed
from crm.values.text import REASON


def _frozen(days: Mapping[str, int]) -> Mapping[str, int]:
    return Fixed(days)


class ClaimDetails(TypedDict, total=False):
    """The fields of a new claim."""

    unit: Annotated[
        Ref | None,
        Field(N_("Unit"), N_("The claiming unit; default: your unit."), kept=("unit_id",), metavar="UNIT"),
    ]
    note: Annotated[
        str | None,
        Field(N_("Note"), N_("Supporting facts."), text(REASON), column=6, least=12, counts_empty=True),
    ]


class ClaimStepFields(TypedDict, total=False):
    """The fields of a step of a claim."""

    kind: Annotated[str, Field(N_("Step"), N_("The step."), words="claim step", column=0)]
    reason: Annotated[str | None, Field(N_("Why"), N_("The reason."), text(REASON), column=0, least=16)]


@frozen
class ClaimPolicy:
    """How long a claim protects, and how many a unit may hold.

    Attributes:
        window_days: Two claims on one lead within so many days contest each other; 0: the first one wins at once.
        protection_days: So many of the bureau's days without progress, and the claim lapses.
        renewals: So often a claim may be renewed without any other progress.
        quota: So many leads a unit may hold at a time.
        quotas: Other quotas, by the code of the unit.
    """

    window_days: int = 3
    protection_days: int = 90
    renewals: int = 2
    quota: int = 50
    quotas: Mapping[str, int] = field(factory=dict, converter=_frozen)

    def __attrs_post_init__(self) -> None:
        """Refuse invalid numbers, naming all of them."""
        limits: dict[str, tuple[object, int]] = {
            "claims.window_days": (self.window_days, 0),
            "claims.protection_days": (self.protection_days, 1),
            "claims.renewals": (self.renewals, 0),
            "claims.quota": (self.quota, 0),
            **{f"claims.quotas.{code}": (number, 0) for code, number in self.quotas.items()},
        }
        check = Checks()
        for name, (number, lowest) in limits.items():
            if isinstance(number, bool) or not isinstance(number, int) or not lowest <= number <= _MOST:
                check.add(out_of_range(number, lowest, _MOST, name))
        check.settle()

    def contests(self, first: datetime, second: datetime) -> bool:
        """Return whether a claim recorded at *second* is early enough after *first* to contest it."""
        return second - first <= timedelta(days=self.window_days) if self.window_days else False

    def quota_of(self, unit: str) -> int:
        """Return how many leads a unit may hold."""
        return self.quotas.get(unit, self.quota)

    def protected_until(self, progress: date) -> date:
        """Return the last protected day after progress on a day."""
        return progress + timedelta(days=self.protection_days)


#: About 27 years; a longer protection is a typing error.
_MOST = 10_000


@frozen
class Protection:
    """The protection of a claim.

    Attributes:
        until: The last protected day.
        lapsed: Whether it is past; progress afterwards does not bring it back.
    """

    until: date
    lapsed: bool


def protection(policy: ClaimPolicy, since: date, progress: Iterable[date], today: date) -> Protection:
    """Return the protection of a claim that has been active since a day.

    Args:
        policy: The days.
        since: The bureau's day on which it began to protect.
        progress: The bureau's days on which a meeting, a transition or a renewal was recorded, in any order.
        today: The reference day.
    """
    until = policy.protected_until(since)
    for day in sorted(moved for moved in progress if since <= moved <= today):
        if day > until:
            return Protection(until, lapsed=True)
        until = policy.protected_until(day)
    return Protection(until, lapsed=today > until)
