"""What the verbs on meetings share: finding one, reading its time and its minutes, and its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import N_
from crm.models import Investor, Lead, Meeting, MeetingContact, MeetingStaff, Minute, MinuteKind, Station
from crm.rules.kernel.checks import Checks
from crm.services.investors.base import FindsInvestors
from crm.services.kernel.context import Context
from crm.services.kernel.finding import find
from crm.services.kernel.participants import Colleague, Person
from crm.services.kernel.refs import StationRef
from crm.services.leads.base import FindsLeads, ensure_shown
from crm.services.places.loading import LoadsPlaces
from crm.services.trips.loading import LoadsTrips
from crm.values.moments import BUREAU_ZONE, LocalTime, Which, local_time
from crm.values.text import REASON

About = Lead | Investor | int | UUID | str
MeetingRef = Meeting | int | UUID | str


class MeetingBase(FindsInvestors, FindsLeads, LoadsPlaces, LoadsTrips):
    """Finds meetings, and reads what they are described by."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def _shown(self, ref: MeetingRef) -> Meeting:
        """Return a meeting.

        Raises:
            NotFound: There is none that the actor may see.
        """
        meeting = find(self._context.session, Meeting, ref, what="meeting")
        if meeting.lead_id is not None:
            ensure_shown(self._context, meeting.lead_id, "meeting", ref)
        return meeting

    def _station(self, check: Checks, station: StationRef | None) -> Station | None:
        ref = station if station is not None else self._context.acting().station_id
        return None if ref is None else check.take(lambda: self._stations.get(ref), "station")

    def _moment(self, check: Checks, at: datetime | str | None, zone: str, which: Which | None) -> LocalTime:
        now = self._context.now()
        moment: LocalTime | None = check.take(lambda: local_time(now if at is None else at, zone, which=which, now=now))
        if moment is None:
            return LocalTime(now, BUREAU_ZONE)
        if moment.utc > now:
            check.wrong(
                N_("{time} is in the future."),
                N_(
                    "Plan the visit, and log it once it has taken place: crm visit plan INVESTOR --at "
                    '"{written}" --note TEXT'
                ),
                field="at",
                code="future",
                time=str(moment),
                written=f"{moment.local:%Y-%m-%d %H:%M}",
            )
        return moment


def read_minutes(check: Checks, lines: Iterable[tuple[MinuteKind, Iterable[str]]]) -> list[tuple[MinuteKind, str]]:
    """Return the lines of minutes by kind; what is no text is noted."""
    return [
        (kind, check.text(text, kind.value, REASON)) for kind, texts in lines for text in check.items(texts, kind.value)
    ]


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
        # After a merge somebody may be listed twice: as removed, and as the replacement.
        last = sorted(there, key=lambda row: (row.withdrawn_at is None, row.id))
        changed += _matched({row.contact_id: row for row in last}, wanted, ("employment_id",), now)
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
