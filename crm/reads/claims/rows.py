"""Claims as rows."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from attrs import frozen

from crm.values.money import Money


@frozen(kw_only=True)
class ShareRow:
    """A unit's share: its code and name, and basis points of the whole."""

    unit: str
    unit_name: str
    points: int


@frozen(kw_only=True)
class ClaimRow:
    """A claim.

    Attributes:
        id: Its number.
        uid: Its uid.
        lead_id: On which lead.
        lead: The lead's title.
        investor: Its investor.
        unit: Code of the unit.
        unit_name: The unit's name.
        state: What it is; ``lapsed`` also where the days say so and nobody has acted on it yet.
        filed_at: When it was recorded.
        filed_by: Who filed it.
        protected_until: The last protected day, the past one of a lapsed claim; None while contested or ended
            otherwise.
        ended_at: When it ended, or None.
        shares: Who has which part of it; empty while contested.
        note: The supporting facts.
        version: For optimistic writes.
    """

    id: int
    uid: UUID
    lead_id: int
    lead: str
    investor: str
    unit: str
    unit_name: str
    state: str
    filed_at: datetime
    filed_by: str
    protected_until: date | None
    ended_at: datetime | None
    shares: tuple[ShareRow, ...]
    note: str | None
    version: int


@frozen(kw_only=True)
class ClaimEventRow:
    """A step of a claim: what, when, by whom, and why."""

    claim_id: int
    unit: str
    kind: str
    at: datetime
    actor: str
    reason: str | None


@frozen(kw_only=True)
class PoolRow:
    """A lead of the pool (公海): in the pipeline, without a claim.

    Attributes:
        id: The lead's number.
        title: Its title.
        investor: Its investor.
        country: The investor's country.
        stage: Its stage.
        industry: Its industry, or None.
        expected: Its expected amount, or None.
        since: The day it came into the pool: received, or the first day after the last claim on it.
        days: How long it has lain there.
        last_unit: Code of the unit whose claim ended last, or None.
    """

    id: int
    title: str
    investor: str
    country: str
    stage: str
    industry: str | None
    expected: Money | None
    since: date
    days: int
    last_unit: str | None
