"""Ledger entries of leads with a shared claim: each unit's part of an entry, to the cent, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)

from crm.models import Claim, ClaimShare, ClaimState
from crm.reads.claims.protection import days_held
from crm.reads.kernel.days import day_of, days_between
from crm.reads.kernel.sums import exact
from crm.rules.claims import ClaimPolicy
from crm.values.shares import WHOLE


class Entries(Protocol):
    """Entries of a ledger, for figures or for targets."""

    @property
    def id(self) -> Any:
        """Their number."""

    @property
    def lead_id(self) -> SQLColumnExpression[int | None]:
        """Their lead."""

    @property
    def day(self) -> SQLColumnExpression[date | None]:
        """Their day."""


#: Claims that were a unit's right while they lasted.
_RIGHTS = (ClaimState.ACTIVE, ClaimState.RELEASED, ClaimState.TRANSFERRED, ClaimState.LAPSED)


def _on_its_day(lead_id: object, day: object, policy: ClaimPolicy, *, today: date) -> tuple[CTE, ColumnElement[bool]]:
    """Return the days of claims, and the condition that a shared claim on the lead protected on that day."""
    shared = exists().where(ClaimShare.claim_id == Claim.id)
    days = days_held(policy, today, shared)
    return days, and_(
        Claim.lead_id == lead_id,
        Claim.state.in_(_RIGHTS),
        Claim.held_since.is_not(None),
        day_of(Claim.held_since) <= day,
        or_(Claim.ended_at.is_(None), day < day_of(Claim.ended_at)),
        or_(days.c.gap.is_(None), days_between(days.c.gap, day) <= policy.protection_days),
    )


def split(
    entries: Select[*tuple[object, ...]],
    policy: ClaimPolicy,
    *,
    today: date,
    columns: Sequence[str] = ("span",),
) -> tuple[Select[*tuple[object, ...]], Select[*tuple[object, ...]]]:
    """Return corrections to sums by the entries' own units: each unit's part, less the part of the entry's own unit.

    Args:
        entries: Selects ``id``, ``lead_id``, ``day``, ``value``, ``unit``, and what is kept.
        policy: The days of protection.
        today: The reference day.
        columns: Columns of the entries to group by.

    Returns:
        Two selects of ``unit``, ``value``, and what is kept. Each entry has the whole units of its parts; what is left
        goes, one each, to the largest remainders, of equal ones to the smaller id.
    """
    of_split = select(Claim.lead_id).join(ClaimShare, ClaimShare.claim_id == Claim.id)
    entry = entries.where(entries.selected_columns.lead_id.in_(of_split)).subquery("entry")
    days, protects = _on_its_day(entry.c.lead_id, entry.c.day, policy, today=today)
    size = func.abs(entry.c.value, type_=BigInteger)
    # Ten thousands are multiplied apart from the rest, so that no product exceeds 64 bits.
    whole = size // WHOLE * ClaimShare.points + size % WHOLE * ClaimShare.points // WHOLE
    shares = (
        select(
            entry.c.id,
            *(entry.c[name] for name in columns),
            entry.c.unit.label("own"),
            entry.c.value,
            ClaimShare.unit_id.label("unit"),
            size.label("size"),
            whole.label("whole"),
            func.sum(whole).over(partition_by=entry.c.id).label("given"),
            func.row_number()
            .over(
                partition_by=entry.c.id,
                order_by=((size % WHOLE * ClaimShare.points % WHOLE).desc(), ClaimShare.unit_id),
            )
            .label("place"),
        )
        .select_from(entry)
        .join(Claim, Claim.lead_id == entry.c.lead_id)
        .join(ClaimShare, ClaimShare.claim_id == Claim.id)
        .outerjoin(days, days.c.claim_id == Claim.id)
        .where(protects)
        .cte("shares")
    )
    part = shares.c.whole + case((shares.c.place <= shares.c.size - shares.c.given, 1), else_=0)
    signed = exact(case((shares.c.value < 0, -part), else_=part))
    same = [shares.c[name] for name in columns]
    return (
        select(shares.c.unit.label("unit"), signed.label("value"), *same),
        select(shares.c.own.label("unit"), (-shares.c.value).label("value"), *same).where(shares.c.place == 1),
    )


def parts_of(found: Entries, policy: ClaimPolicy, *, today: date) -> Select[int]:
    """Select ``unit`` of every part of the shared entries; further columns of the entries can be added."""
    days, protects = _on_its_day(found.lead_id, found.day, policy, today=today)
    return (
        select(ClaimShare.unit_id.label("unit"))
        .select_from(found.id.table)
        .join(Claim, Claim.lead_id == found.lead_id)
        .join(ClaimShare, ClaimShare.claim_id == Claim.id)
        .outerjoin(days, days.c.claim_id == Claim.id)
        .where(protects)
    )
