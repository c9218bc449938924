"""The work of each station or each member of staff in a period: the parts of both reports.

Each function returns a subquery with a column ``key``, the station's or the member's id, and its counts. Hidden leads
and their records are not counted for those who may not see them.
"""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen
from sqlalchemy import ColumnElement, ScalarSelect, Subquery, and_, func, or_, select

from crm.models import (
    Assignment,
    AuditEntry,
    FollowUp,
    Lead,
    Meeting,
    MeetingKind,
    MeetingStaff,
    Request,
    RequestState,
    Staff,
    Transition,
)
from crm.models.base import standing
from crm.reads.kernel.days import day_of
from crm.reads.kernel.moves import moved_between, position_now
from crm.reads.kernel.undone import carried_over, not_counted_at
from crm.reads.kernel.visibility import meeting_visible, visible
from crm.reads.requests.queries import request_visible
from crm.rules.access import Actor
from crm.rules.stages import MoveKind, Pipeline
from crm.values.moments import BUREAU_ZONE, end_of, local_time


@frozen
class ActivityQuery:
    """The parameters of the counts.

    Attributes:
        actor: Whose eyes.
        first: The first day of the period, at the bureau.
        last: Its last day.
        today: The bureau's day; what stands open stands so at the end of the period, or today when it is not over.
        pipeline: The policy, whose gates a move has passed.
    """

    actor: Actor | None
    first: date
    last: date
    today: date
    pipeline: Pipeline

    @property
    def standing(self) -> date:
        """The day on which open items are counted."""
        return min(self.last, self.today)

    @property
    def begins(self) -> datetime:
        """The first instant of the period."""
        return local_time(f"{self.first} 00:00", BUREAU_ZONE).utc

    def met(self) -> ColumnElement[bool]:
        """Return the condition that a meeting took place in the period, is two-way, and visible to the actor."""
        return and_(
            Meeting.met_at >= self.begins,
            Meeting.met_at < end_of(self.last),
            Meeting.kind != MeetingKind.MESSAGE,
            standing(Meeting),
            meeting_visible(self.actor),
        )


def hands() -> ScalarSelect[int]:
    """Return the station of a lead at the time of a transition."""
    return (
        select(Assignment.station_id)
        .where(Assignment.lead_id == Transition.lead_id, Assignment.assigned_at <= Transition.recorded_at)
        .order_by(Assignment.number.desc())
        .limit(1)
        .correlate(Transition)
        .scalar_subquery()
    )


def moves_count(query: ActivityQuery) -> ColumnElement[bool]:
    """Return the condition that a move is not of a lead that is carried over, and no advance through an undone gate."""
    undone = not_counted_at(Transition.lead_id, position_now(query.pipeline), query.pipeline)
    return and_(~carried_over(Transition.lead_id), or_(Transition.kind != MoveKind.ADVANCE, ~undone))


def visits(query: ActivityQuery, *, by_station: bool) -> Subquery:
    """Count meetings and different investors, by station or by member."""
    key = Meeting.station_id if by_station else MeetingStaff.staff_id
    statement = select(
        key.label("key"),
        func.count(Meeting.id).label("visits"),
        func.count(Meeting.investor_id.distinct()).label("investors"),
    ).select_from(Meeting)
    if not by_station:
        statement = statement.join(MeetingStaff, and_(MeetingStaff.meeting_id == Meeting.id, standing(MeetingStaff)))
    return statement.outerjoin(Lead, Lead.id == Meeting.lead_id).where(query.met()).group_by(key).subquery()


def moves(query: ActivityQuery, *, by_station: bool) -> Subquery:
    """Count the different leads that were opened, advanced, lost, abandoned and landed.

    A move counts for the lead's station at the time of recording, and for the member who recorded it.
    """
    key = hands() if by_station else Transition.actor_id
    moved = (
        select(key.label("key"), Transition.lead_id, Transition.kind, Transition.to_position, Transition.last_position)
        .join(Lead, Lead.id == Transition.lead_id)
        .where(moved_between(query.first, query.last), visible(query.actor), moves_count(query))
        .subquery()
    )

    def leads(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(moved.c.lead_id.distinct()).filter(and_(*conditions))

    forward = moved.c.kind == MoveKind.ADVANCE
    return (
        select(
            moved.c.key,
            leads(moved.c.kind == MoveKind.OPEN).label("leads_opened"),
            leads(forward).label("leads_moved"),
            leads(moved.c.kind == MoveKind.LOSE).label("leads_lost"),
            leads(moved.c.kind == MoveKind.ABANDON).label("leads_abandoned"),
            leads(forward, moved.c.to_position == moved.c.last_position).label("leads_landed"),
        )
        .group_by(moved.c.key)
        .subquery()
    )


def followups(query: ActivityQuery, *, by_station: bool) -> Subquery:
    """Count follow-ups by owner or the owner's station.

    They are done in the period, in time or late, or open or overdue at its end. A follow-up counts from its meeting, or
    without a meeting from its recording.
    """
    key = Staff.station_id if by_station else FollowUp.owner_id
    written = (
        select(func.min(AuditEntry.at))
        .where(AuditEntry.record == "followup", AuditEntry.record_id == FollowUp.id)
        .correlate(FollowUp)
        .scalar_subquery()
    )
    then, done = query.standing, day_of(FollowUp.done_at)
    in_period = done.between(query.first, query.last)
    still = and_(
        day_of(func.coalesce(Meeting.met_at, written)) <= then,
        or_(FollowUp.done_at.is_(None), done > then),
    )
    return (
        select(
            key.label("key"),
            func.count().filter(in_period, done <= FollowUp.due_on).label("followups_kept"),
            func.count().filter(in_period, done > FollowUp.due_on).label("followups_late"),
            func.count().filter(still).label("followups_open"),
            func.count().filter(still, FollowUp.due_on < then).label("followups_overdue"),
        )
        .select_from(FollowUp)
        .join(Staff, Staff.id == FollowUp.owner_id)
        .outerjoin(Meeting, Meeting.id == FollowUp.meeting_id)
        .outerjoin(Lead, Lead.id == FollowUp.lead_id)
        .where(
            # Follow-ups done before the period are in none of the counts.
            or_(FollowUp.done_at.is_(None), FollowUp.done_at >= query.begins),
            or_(FollowUp.lead_id.is_(None), visible(query.actor)),
            standing(FollowUp),
        )
        .group_by(key)
        .subquery()
    )


def requests(query: ActivityQuery, *, by_station: bool) -> Subquery:
    """Count requests by ambassador or the ambassador's station.

    They are accepted, solved or unsolvable in the period, or open at its end.
    """
    key = Staff.station_id if by_station else Request.ambassador_id
    resolved = Request.resolved_on.between(query.first, query.last)
    return (
        select(
            key.label("key"),
            func.count().filter(Request.accepted_on.between(query.first, query.last)).label("requests_accepted"),
            func.count().filter(resolved, Request.state == RequestState.SOLVED).label("requests_solved"),
            func.count().filter(resolved, Request.state == RequestState.UNSOLVABLE).label("requests_unsolvable"),
            func.count()
            .filter(
                Request.accepted_on <= query.standing,
                or_(Request.resolved_on.is_(None), Request.resolved_on > query.standing),
            )
            .label("requests_open"),
        )
        .select_from(Request)
        .join(Staff, Staff.id == Request.ambassador_id)
        .outerjoin(Lead, Lead.id == Request.lead_id)
        .where(request_visible(query.actor), standing(Request))
        .group_by(key)
        .subquery()
    )


def counts(part: Subquery) -> list[ColumnElement[int]]:
    """Return the counts of an outer-joined part, 0 without a row."""
    return [func.coalesce(column, 0).label(column.name) for column in part.c if column.name != "key"]
