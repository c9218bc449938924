"""What a calendar has of a person, a station or a unit: trips, visits planned and past, what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TypeAlias, cast
from uuid import UUID

from attrs import frozen
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from crm.models import (
    FollowUp,
    Investor,
    Lead,
    Meeting,
    MeetingStaff,
    PlannedVisit,
    Request,
    RequestState,
    Staff,
    Trip,
    TripUnit,
    VisitState,
)
from crm.models import Member as TripMember
from crm.models.base import standing
from crm.reads.kernel.visibility import meeting_visible, visible
from crm.reads.requests.queries import next_due, request_visible
from crm.reads.trips.queries import state_of_visit
from crm.rules.access import Actor
from crm.values.moments import LocalTime, end_of


@frozen(kw_only=True)
class CalendarItem:
    """An entry of a calendar.

    Attributes:
        kind: trip, visit (planned), meeting, followup or request.
        id: The number of the record.
        uid: The uid of the record: an entry that is brought again replaces the one before.
        version: The version of the record, which grows with each change.
        starts: The day, or the instant with the zone of the place.
        last: The last day of several; None: one day, or an instant.
        title: What it is about.
        place: Where, or None.
        text: More about it, or None.
        cancelled: Withdrawn, or cancelled.
    """

    kind: str
    id: int
    uid: UUID
    version: int
    starts: date | LocalTime
    last: date | None = None
    title: str
    place: str | None = None
    text: str | None = None
    cancelled: bool = False


@frozen
class Whose:
    """Whose calendar it is: one of them is given.

    Attributes:
        person_id: A member of staff.
        station_id: A station.
        unit_id: A unit.
    """

    person_id: int | None = None
    station_id: int | None = None
    unit_id: int | None = None

    def is_of(self, staff: type[Staff]) -> ColumnElement[bool]:
        """Return the condition that a member of staff is the person, or belongs to the place now."""
        pairs = ((staff.id, self.person_id), (staff.station_id, self.station_id), (staff.unit_id, self.unit_id))
        return and_(*(column == value for column, value in pairs if value is not None))


def items(
    session: Session, actor: Actor | None, whose: Whose, *, since: date, until: date | None
) -> tuple[CalendarItem, ...]:
    """Return the entries from one day to another that the actor may see, by day. Five statements.

    Args:
        session: Whose transaction is read.
        actor: For whom.
        whose: Whose calendar.
        since: The first day.
        until: The last day; None: no end.
    """
    found = [
        *_trips(session, whose, since, until),
        *_visits(session, actor, whose, since, until),
        *_meetings(session, actor, whose, since, until),
        *_followups(session, actor, whose, since, until),
        *_requests(session, actor, whose, since, until),
    ]
    return tuple(sorted(found, key=lambda item: (_day(item.starts), item.kind, item.id)))


#: A column of days, or an expression of them.
Days: TypeAlias = ColumnElement[date] | InstrumentedAttribute[date] | InstrumentedAttribute[date | None]


def _day(starts: date | LocalTime) -> date:
    return starts.local.date() if isinstance(starts, LocalTime) else starts


def _between(day: Days, since: date, until: date | None) -> ColumnElement[bool]:
    return day >= since if until is None else day.between(since, until)


def _travels(whose: Whose) -> ColumnElement[bool]:
    """Return the condition that a trip is theirs: they own it, or take part in it."""
    theirs: list[ColumnElement[bool]] = [
        exists().where(Staff.id == Trip.owner_id, whose.is_of(Staff)),
        exists().where(
            TripMember.delegation_id == Trip.id,
            TripMember.left_on.is_(None),
            Staff.id == TripMember.staff_id,
            whose.is_of(Staff),
        ),
    ]
    if whose.unit_id is not None:
        theirs += [
            Trip.unit_id == whose.unit_id,
            exists().where(
                TripUnit.delegation_id == Trip.id, TripUnit.unit_id == whose.unit_id, TripUnit.left_on.is_(None)
            ),
        ]
    return or_(*theirs)


def _trips(session: Session, whose: Whose, since: date, until: date | None) -> Iterator[CalendarItem]:
    overlaps = [Trip.ends_on >= since, *([] if until is None else [Trip.starts_on <= until])]
    for trip in session.scalars(select(Trip).where(_travels(whose), *overlaps)):
        yield CalendarItem(
            kind="trip",
            id=trip.id,
            uid=trip.uid,
            version=trip.version,
            starts=trip.starts_on,
            last=trip.ends_on,
            title=trip.title,
            text=trip.purpose,
            cancelled=trip.cancelled_at is not None,
        )


def _visits(
    session: Session, actor: Actor | None, whose: Whose, since: date, until: date | None
) -> Iterator[CalendarItem]:
    rows = session.execute(
        select(PlannedVisit, state_of_visit(actor), Investor.name, Trip.title, Trip.cancelled_at)
        .join(Trip, Trip.id == PlannedVisit.delegation_id)
        .join(Investor, Investor.id == PlannedVisit.investor_id)
        .where(
            _travels(whose),
            PlannedVisit.planned_on.is_not(None),
            state_of_visit(actor) != VisitState.DONE,
            _between(PlannedVisit.planned_on, since, until),
        )
    )
    for visit, state, investor, trip, cancelled_at in rows:
        yield CalendarItem(
            kind="visit",
            id=visit.id,
            uid=visit.uid,
            # The version is left out, because a hidden meeting may have raised it.
            version=visit.version - (state != visit.state),
            starts=cast("date", visit.planned_on),
            title=investor,
            text="\n".join(filter(None, (visit.purpose, trip))),
            cancelled=state == VisitState.CANCELLED or cancelled_at is not None,
        )


def _meetings(
    session: Session, actor: Actor | None, whose: Whose, since: date, until: date | None
) -> Iterator[CalendarItem]:
    was_there = exists().where(MeetingStaff.meeting_id == Meeting.id, standing(MeetingStaff), _then(whose))
    theirs: list[ColumnElement[bool]] = [
        was_there,
        *([] if whose.station_id is None else [Meeting.station_id == whose.station_id]),
    ]
    when = [
        Meeting.met_at >= end_of(since - timedelta(days=1)),
        *([] if until is None else [Meeting.met_at < end_of(until)]),
    ]
    rows = session.execute(
        select(Meeting, Investor.name)
        .join(Investor, Investor.id == Meeting.investor_id)
        .outerjoin(Lead, Lead.id == Meeting.lead_id)
        .where(or_(*theirs), *when, meeting_visible(actor))
    )
    for meeting, investor in rows:
        yield CalendarItem(
            kind="meeting",
            id=meeting.id,
            uid=meeting.uid,
            version=meeting.version,
            starts=LocalTime(meeting.met_at, meeting.zone),
            title=investor,
            place=meeting.place,
            text=meeting.summary,
            cancelled=meeting.withdrawn_at is not None,
        )


def _then(whose: Whose) -> ColumnElement[bool]:
    """Return the condition that a participant of a meeting is the person, or belonged to the place that day."""
    pairs = (
        (MeetingStaff.staff_id, whose.person_id),
        (MeetingStaff.station_id, whose.station_id),
        (MeetingStaff.unit_id, whose.unit_id),
    )
    return and_(*(column == value for column, value in pairs if value is not None))


def _followups(
    session: Session, actor: Actor | None, whose: Whose, since: date, until: date | None
) -> Iterator[CalendarItem]:
    rows = session.execute(
        select(FollowUp, Investor.name)
        .join(Staff, Staff.id == FollowUp.owner_id)
        .join(Investor, Investor.id == FollowUp.investor_id)
        .outerjoin(Lead, Lead.id == FollowUp.lead_id)
        .where(
            whose.is_of(Staff),
            FollowUp.done_at.is_(None),
            _between(FollowUp.due_on, since, until),
            or_(FollowUp.lead_id.is_(None), visible(actor)),
        )
    )
    for followup, investor in rows:
        hour = followup.at
        title, text = (followup.text, investor) if hour is None else (investor, followup.text)
        yield CalendarItem(
            kind="followup" if hour is None else "visit",
            id=followup.id,
            uid=followup.uid,
            version=followup.version,
            starts=followup.due_on if hour is None else hour,
            title=title,
            text=text,
            cancelled=followup.withdrawn_at is not None,
        )


def _requests(
    session: Session, actor: Actor | None, whose: Whose, since: date, until: date | None
) -> Iterator[CalendarItem]:
    hand = aliased(Staff)
    theirs: Sequence[ColumnElement[bool]] = (
        [or_(Request.assignee_id == whose.person_id, Request.ambassador_id == whose.person_id)]
        if whose.person_id is not None
        else [
            whose.is_of(hand)
            if whose.unit_id is None
            else func.coalesce(Request.unit_id, hand.unit_id) == whose.unit_id
        ]
    )
    rows = session.execute(
        select(Request, next_due().label("due"), Investor.name)
        .join(hand, hand.id == func.coalesce(Request.assignee_id, Request.ambassador_id))
        .join(Investor, Investor.id == Request.investor_id)
        .outerjoin(Lead, Lead.id == Request.lead_id)
        .where(
            *theirs,
            Request.state.not_in((RequestState.SOLVED, RequestState.UNSOLVABLE)),
            _between(next_due(), since, until),
            request_visible(actor),
        )
    )
    for request, due, investor in rows:
        yield CalendarItem(
            kind="request",
            id=request.id,
            uid=request.uid,
            version=request.version,
            starts=due,
            title=request.text,
            text=investor,
            cancelled=request.withdrawn_at is not None,
        )
