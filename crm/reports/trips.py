"""Delegations as rows: the plan against what was done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from crm.models import (
    Delegation,
    Investor,
    Lead,
    Leg,
    Meeting,
    MeetingStaff,
    Member,
    PlannedVisit,
    Staff,
    Unit,
    VisitState,
)
from crm.reports import meetings
from crm.reports.rows import LegRow, MemberRow, TripCard, TripRow, VisitRow
from crm.reports.visibility import visible
from crm.rules.access import Actor
from crm.values.moments import LocalTime, local_time


def _select() -> Select[Any]:
    def visits(state: VisitState) -> Any:
        return (
            select(func.count()).select_from(PlannedVisit)
            .where(PlannedVisit.delegation_id == Delegation.id, PlannedVisit.state == state).correlate(Delegation).scalar_subquery()
        )  # fmt: skip

    members = (
        select(func.count()).select_from(Member)
        .where(Member.delegation_id == Delegation.id, Member.left_on.is_(None)).correlate(Delegation).scalar_subquery()
    )  # fmt: skip
    return (
        select(
            Delegation, Unit.code.label("unit"), members.label("members"), visits(VisitState.PLANNED).label("planned"),
            visits(VisitState.DONE).label("done"), visits(VisitState.CANCELLED).label("cancelled"),
        )
        .outerjoin(Unit, Unit.id == Delegation.unit_id)
        .order_by(Delegation.starts_on.desc(), Delegation.code)
    )  # fmt: skip


def _row(row: Any) -> TripRow:
    trip: Delegation = row.Delegation
    return TripRow(
        id=trip.id, code=trip.code, title=trip.title, leader=trip.leader, rank=trip.rank.value, starts_on=trip.starts_on, ends_on=trip.ends_on,
        unit=row.unit, members=row.members, planned=row.planned, done=row.done, cancelled=row.cancelled, closed=trip.closed_at is not None,
    )  # fmt: skip


def trips(session: Session) -> tuple[TripRow, ...]:
    """Return all delegations, the latest first; *planned* counts the visits still open. One statement."""
    return tuple(_row(row) for row in session.execute(_select()))


def card(session: Session, actor: Actor | None, trip_id: int) -> TripCard:
    """Return a delegation with legs, members, its plan, and the meetings outside the plan. A fixed number of statements."""
    found = session.execute(_select().where(Delegation.id == trip_id)).one()
    trip: Delegation = found.Delegation
    legs = session.scalars(select(Leg).where(Leg.delegation_id == trip_id).order_by(Leg.number)).all()
    members = session.execute(
        select(Member, Staff.username, Staff.name)
        .join(Staff, Staff.id == Member.staff_id)
        .where(Member.delegation_id == trip_id)
        .order_by(Member.id)
    )
    shown = or_(Meeting.lead_id.is_(None), Meeting.lead_id.in_(select(Lead.id).where(visible(actor))))
    visits: Any = session.execute(
        select(PlannedVisit, Investor.name, Meeting.met_at, Meeting.zone, Meeting.id.label("shown"))
        .join(Investor, Investor.id == PlannedVisit.investor_id)
        .outerjoin(Meeting, and_(Meeting.id == PlannedVisit.meeting_id, shown))
        .where(PlannedVisit.delegation_id == trip_id)
        .order_by(PlannedVisit.number)
    )
    return TripCard(
        row=_row(found), purpose=trip.purpose, outcome=trip.outcome,
        legs=tuple(LegRow(number=x.number, place=x.place, zone=x.zone, arrives_on=x.arrives_on, leaves_on=x.leaves_on) for x in legs),
        members=tuple(
            MemberRow(username=username, name=name, duty=m.duty, left_on=m.left_on, left_reason=m.left_reason) for m, username, name in members
        ),
        visits=tuple(
            VisitRow(
                id=v.id, number=v.number, investor=name, investor_id=v.investor_id, planned_on=v.planned_on, purpose=v.purpose, state=v.state.value,
                meeting_id=meeting_id, at=None if met_at is None else LocalTime(met_at, zone), reason=v.reason,
            )
            for v, name, met_at, zone, meeting_id in visits
        ),
        unplanned=_unplanned(session, actor, trip, [leg.zone for leg in legs]),
    )  # fmt: skip


def _unplanned(session: Session, actor: Actor | None, trip: Delegation, zones: list[str]) -> tuple[Any, ...]:
    """Meetings of its members on its days, at one of its places, that fulfil no planned visit."""
    first = local_time(f"{trip.starts_on} 00:00", "Pacific/Kiritimati").utc
    last = local_time(f"{trip.ends_on + timedelta(days=1)} 00:00", "Pacific/Honolulu").utc
    by_member = exists().where(
        MeetingStaff.meeting_id == Meeting.id,
        MeetingStaff.staff_id == Member.staff_id,
        Member.delegation_id == trip.id,
        Member.left_on.is_(None),
    )
    planned = exists().where(PlannedVisit.meeting_id == Meeting.id, PlannedVisit.delegation_id == trip.id)
    rows = meetings.meetings(
        session,
        actor,
        where=[Meeting.met_at >= first, Meeting.met_at < last, Meeting.zone.in_(zones), by_member, ~planned],
    )
    return tuple(row for row in rows if trip.starts_on <= row.at.local.date() <= trip.ends_on)
