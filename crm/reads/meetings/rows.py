"""The rows of meetings and follow-ups. Their field names are the keys of ``--json`` and stay stable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from attrs import field, frozen

from crm.reads.kernel.rows import BESIDE, Withdrawal
from crm.values.moments import LocalTime


@frozen(kw_only=True)
class MeetingRow:
    """A meeting as lists show it.

    Attributes:
        trip: The code of the trip that it was part of.
        withdrawn: When it was withdrawn, by whom and why; None if it stands.
        described: Its other fields; in JSON they stand beside the others.
    """

    id: int
    uid: UUID
    investor: str
    investor_id: int
    lead_id: int | None
    lead: str | None
    kind: str
    at: LocalTime
    place: str | None
    summary: str
    contacts: tuple[str, ...]
    staff: tuple[str, ...]
    station: str | None
    brand: str | None
    trip: str | None
    withdrawn: Withdrawal | None
    described: Mapping[str, object] = field(metadata=BESIDE, hash=False)


@frozen(kw_only=True)
class FollowUpRow:
    """A follow-up; *days_left* is negative if it is overdue, and None if it is done.

    Attributes:
        at: When a planned visit begins; None: a task.
        withdrawn: When it was withdrawn, by whom and why; None if it stands.
        described: Its other fields; in JSON they stand beside the others.
    """

    id: int
    text: str
    owner: str
    due_on: date
    at: LocalTime | None
    done_at: datetime | None
    result: str | None
    investor: str
    lead_id: int | None
    lead: str | None
    overdue: bool
    days_left: int | None
    withdrawn: Withdrawal | None
    described: Mapping[str, object] = field(metadata=BESIDE, hash=False)


@frozen(kw_only=True)
class MeetingCard:
    """A meeting with its minutes, as (kind, text), and its follow-ups."""

    row: MeetingRow
    minutes: tuple[tuple[str, str], ...]
    followups: tuple[FollowUpRow, ...]
