"""The rows of promotion events. Their field names are the keys of ``--json``."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from attrs import frozen

from crm.reads.kernel.rows import Described, Withdrawal
from crm.reads.leads.rows import LeadRow


@frozen(kw_only=True)
class EventRow(Described):
    """An event as lists show it.

    Attributes:
        abroad: Outside the mainland.
        investors: How many different investors came.
        people: How many people came, those of investors and other guests.
        leads: How many leads it started, of those the reader may see by name.
    """

    id: int
    uid: UUID
    code: str
    title: str
    kind: str
    place: str
    country: str
    abroad: bool
    zone: str
    starts_on: date
    ends_on: date
    unit: str | None
    station: str | None
    organiser: str | None
    state: str
    outcome: str | None
    reason: str | None
    investors: int
    people: int
    leads: int
    version: int


@frozen(kw_only=True)
class AttendanceRow(Described):
    """An attendee: an investor, one of its contacts, or other guests with a note.

    Attributes:
        withdrawn: When it was withdrawn, by whom and why; None if it stands.
    """

    id: int
    investor_id: int | None
    investor: str | None
    contact_id: int | None
    contact: str | None
    people: int
    note: str | None
    withdrawn: Withdrawal | None
    version: int


@frozen(kw_only=True)
class EventCard:
    """An event with attendance and the leads it started, without confidential leads of others."""

    row: EventRow
    attendance: tuple[AttendanceRow, ...]
    leads: tuple[LeadRow, ...]


@frozen(kw_only=True)
class EventFigures:
    """The events that began in a period.

    Attributes:
        held: Those held; *held_at_home* in the mainland, *held_abroad* elsewhere, Hong Kong, Macao and Taiwan among it.
        planned: Those neither held nor cancelled yet.
        people: How many people came to those held.
        leads: How many leads the events held started, of those the reader may see by name.
    """

    since: date
    until: date
    held: int
    held_at_home: int
    held_abroad: int
    planned: int
    cancelled: int
    people: int
    leads: int
