"""The people and the minutes of a meeting, as records: added with it, exchanged where it is corrected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.models import Meeting, MeetingContact, MeetingStaff, Minute, MinuteKind
from crm.services.kernel.participants import Colleague, Person

Part = MeetingContact | MeetingStaff | Minute
Changed = tuple[Part, Mapping[str, object]]
P = TypeVar("P", MeetingContact, MeetingStaff, Minute)


def _contact(meeting: Meeting, person: Person) -> MeetingContact:
    """Return the part of a meeting that a contact took."""
    return MeetingContact(
        meeting_id=meeting.id,
        investor_id=meeting.investor_id,
        contact_id=person.contact_id,
        employment_id=person.employment_id,
    )


def _staff(meeting: Meeting, our: Colleague) -> MeetingStaff:
    """Return the part of a meeting that a member of staff took."""
    return MeetingStaff(meeting_id=meeting.id, staff_id=our.id, station_id=our.station_id, unit_id=our.unit_id)


def _line(meeting: Meeting, number: int, kind: MinuteKind, text: str) -> Minute:
    """Return a line of the minutes of a meeting."""
    return Minute(meeting_id=meeting.id, number=number, kind=kind, text=text)


def parts_of(
    meeting: Meeting, people: Iterable[Person], ours: Iterable[Colleague], minutes: Iterable[tuple[MinuteKind, str]]
) -> list[Part]:
    """Return the people and the minutes of a new meeting, as records."""
    return [
        *(_contact(meeting, person) for person in people),
        *(_staff(meeting, our) for our in ours),
        *(_line(meeting, number, kind, text) for number, (kind, text) in enumerate(minutes, 1)),
    ]


def exchanged(
    session: Session,
    meeting: Meeting,
    people: Iterable[Person] | None,
    ours: Iterable[Colleague] | None,
    minutes: Iterable[tuple[MinuteKind, str]] | None,
    *,
    now: datetime,
) -> tuple[list[Changed], list[Part]]:
    """Return what changes of the people and the minutes of a meeting, and the new rows; None leaves them as they are.

    Who is named again keeps the row, who is not is taken out of the meeting. One statement for each that is given.
    """
    changed: list[Changed] = []
    added: list[Part] = []
    if people is not None:
        wanted = {person.contact_id: _contact(meeting, person) for person in people}
        there = session.scalars(select(MeetingContact).where(MeetingContact.meeting_id == meeting.id)).all()
        changed += _matched({row.contact_id: row for row in there}, wanted, ("employment_id",), now)
        added += wanted.values()
    if ours is not None:
        team = {person.id: _staff(meeting, person) for person in ours}
        here = session.scalars(select(MeetingStaff).where(MeetingStaff.meeting_id == meeting.id)).all()
        changed += _matched({row.staff_id: row for row in here}, team, ("station_id", "unit_id"), now)
        added += team.values()
    if minutes is not None:
        lines = {number: _line(meeting, number, *line) for number, line in enumerate(minutes, 1)}
        written = session.scalars(select(Minute).where(Minute.meeting_id == meeting.id)).all()
        changed += _matched({line.number: line for line in written}, lines, ("kind", "text"), now)
        added += lines.values()
    return changed, added


def _matched(
    there: Mapping[int, P], wanted: dict[int, P], names: Sequence[str], now: datetime
) -> list[tuple[P, Mapping[str, object]]]:
    """Return the columns of the rows there are: those wanted leave *wanted*, the others are withdrawn."""
    changed: list[tuple[P, Mapping[str, object]]] = []
    for key, row in sorted(there.items()):
        anew = wanted.pop(key, None)
        if anew is not None:
            changed.append((row, {"withdrawn_at": None, **{name: getattr(anew, name) for name in names}}))
        elif row.withdrawn_at is None:
            changed.append((row, {"withdrawn_at": now}))
    return changed
