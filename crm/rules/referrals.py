"""Referrals (以商招商): who may get the credit for a lead. Data of the policy, no database.

A referral is an edge from the referrer to the referred investor, open from the day of the introduction until the lead
lands or the referral expires. Referrals that are open at the same time must not form a cycle: nobody gets credit for
the parties that are just referring them. Once a lead has landed its edge is closed, and the referred party may refer in
turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, TypedDict

from attrs import frozen

from crm.errors import N_, InvalidInput
from crm.refusals import out_of_range
from crm.rules.kernel.fields import Field, Ref, day, one_of, text
from crm.values.shares import as_share, percent
from crm.values.text import REASON

#: The end of an edge without an end: later than any day.
NEVER = date(9999, 12, 31)
#: About 27 years; a longer period is a typing error.
_MOST = 10_000


class Channel(StrEnum):
    """The channel of a referral."""

    PEER = "peer"
    CHAIN = "chain"
    CHAMBER = "chamber"
    INTERMEDIARY = "intermediary"
    COMMISSION = "commission"


class Strength(StrEnum):
    """The strength of the introduction."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class ReferralChanges(TypedDict, total=False):
    """The fields of a referral that are corrected; its share is changed with those of the others."""

    channel: Annotated[
        Channel | str,
        Field(
            N_("Channel"),
            N_("The channel; default: by the kind of the referrer."),
            one_of(Channel),
            words="channel",
            column=4,
        ),
    ]
    introduced: Annotated[
        date | str,
        Field(
            N_("Introduced"),
            N_("The day of the introduction; default: today."),
            day,
            key="introduced_on",
            metavar="DAY",
            past=True,
            column=3,
        ),
    ]
    strength: Annotated[
        Strength | str,
        Field(N_("Strength"), N_("The strength of the introduction."), one_of(Strength), words="strength", column=6),
    ]
    evidence: Annotated[
        Ref | None,
        Field(
            N_("Evidence"),
            N_("The number of the supporting evidence."),
            key="evidence_id",
            metavar="EVIDENCE",
            column=7,
            right=True,
            counts_empty=True,
        ),
    ]
    note: Annotated[
        str | None,
        Field(N_("Note"), N_("A note on the introduction."), text(REASON), column=9, least=12, counts_empty=True),
    ]


class ReferralDetails(ReferralChanges, total=False):
    """The fields of a new referral."""

    credit: Annotated[
        int | str | None,
        Field(
            N_("Share"),
            N_("The share of the credit; default: all that is left."),
            lambda value, name: as_share(value, name, zero=True),
            key="points",
            metavar="PERCENT",
            show=percent,
            column=0,
            right=True,
            counts_empty=True,
        ),
    ]


class ReferralConfirmation(TypedDict, total=False):
    """The fields of a confirmation by the referred party."""

    on: Annotated[
        date | str,
        Field(
            N_("Confirmed"),
            N_("The day of the confirmation; default: today."),
            day,
            key="confirmed_on",
            metavar="DAY",
            past=True,
        ),
    ]
    contact: Annotated[
        Ref,
        Field(
            N_("Confirmed by the contact"),
            N_("The contact of the referred investor who confirmed it."),
            key="confirmed_contact_id",
            metavar="CONTACT",
        ),
    ]


class ReferralEnd(TypedDict, total=False):
    """The fields of a declined or withdrawn referral."""

    reason: Annotated[str, Field(N_("Reason"), N_("The reason."), text(REASON), column=8, least=12)]


class ReferralFields(ReferralDetails, ReferralConfirmation, ReferralEnd, total=False):
    """All fields of a referral."""


@frozen
class ReferralPolicy:
    """The policy of referrals.

    Attributes:
        before: Code of the stage before which it must be recorded; by default the first that asks for an agreement.
        expiry_days: So many days after the introduction it earns nothing, unless the lead was signed by then.
    """

    before: str = ""
    expiry_days: int = 730

    def __attrs_post_init__(self) -> None:
        """Refuse invalid days."""
        days: object = self.expiry_days
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= _MOST:
            raise InvalidInput(out_of_range(days, 1, _MOST, "referrals.expiry_days"))

    def expires_on(self, introduced: date) -> date:
        """Return the last day on which a referral of a day can still earn credit."""
        return introduced + timedelta(days=self.expiry_days)


@frozen
class Edge:
    """An edge from referrer to referred party, open from *start* until before *end*."""

    referrer: int
    brought: int
    start: date
    end: date = NEVER


def day_after(last: date) -> date:
    """Return the first day on which a referral is no longer open, from its last open day."""
    return last + timedelta(days=1)


def cycle(edges: Iterable[Edge], new: Edge) -> tuple[Edge, ...] | None:
    """Return a cycle closed by a new edge, all of whose edges are open at the same time, or None.

    Args:
        edges: Those that are there.
        new: The one to be added.
    """
    by_referrer: dict[int, list[Edge]] = {}
    for edge in edges:
        by_referrer.setdefault(edge.referrer, []).append(edge)
    stack: list[tuple[int, date, date, tuple[Edge, ...]]] = [(new.brought, new.start, new.end, (new,))]
    seen: set[tuple[int, date, date]] = set()
    while stack:
        node, start, end, path = stack.pop()
        if node == new.referrer:
            return path
        if (node, start, end) in seen:
            continue
        seen.add((node, start, end))
        for edge in by_referrer.get(node, ()):
            low, high = max(start, edge.start), min(end, edge.end)
            if low < high:
                stack.append((edge.brought, low, high, (*path, edge)))
    return None


def room(taken: Sequence[int]) -> int:
    """Return the free part of the credit, in basis points."""
    return 10_000 - sum(taken)
