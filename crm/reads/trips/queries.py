"""Trips as rows: planned and made visits, and the outcome."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from crm.models import (
    FollowUp,
    Investor,
    Lead,
    Leg,
    Meeting,
    Member,
    Minute,
    PlannedVisit,
    Staff,
    Trip,
    TripUnit,
    Unit,
    VisitState,
)
from crm.models.base import standing
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.reads.kernel.rows import row_of
from crm.reads.kernel.visibility import meeting_visible, visible
from crm.reads.meetings import queries as meetings
from crm.reads.trips import costs as trip_costs
from crm.reads.trips import outcomes as trip_outcomes
from crm.reads.trips.conditions import abroad, placed
from crm.reads.trips.rows import LegRow, MemberRow, MinuteRow, PartnerRow, TripCard, TripRow, VisitRow
from crm.rules.access import Actor, Right, Scope, scope
from crm.rules.trips import LegFields, MemberFields, PartnerFields, TripFields, VisitFields
from crm.values.moments import LocalTime


def state_of_visit(actor: Actor | None) -> ColumnElement[VisitState]:
    """Return the state of a planned visit; one made by a meeting that *actor* may not see is still planned for them."""
    if scope(actor, Right.CONFIDENTIAL_READ) is Scope.ALL:
        return PlannedVisit.state.expression
    shown = or_(Meeting.lead_id.is_(None), Meeting.lead_id.in_(select(Lead.id).where(visible(actor))))
    made = exists().where(Meeting.id == PlannedVisit.meeting_id, standing(Meeting), shown).correlate(PlannedVisit)
    unseen = and_(PlannedVisit.state == VisitState.DONE, ~made)
    return case((unseen, literal(VisitState.PLANNED, PlannedVisit.state.type)), else_=PlannedVisit.state)


def _select(actor: Actor | None, home: Collection[str]) -> Select[*tuple[object, ...]]:
    def visits(state: VisitState) -> ScalarSelect[int]:
        return (
            select(func.count())
            .select_from(PlannedVisit)
            .where(PlannedVisit.delegation_id == Trip.id, state_of_visit(actor) == state)
            .correlate(Trip)
            .scalar_subquery()
        )

    members = (
        select(func.count())
        .select_from(Member)
        .where(Member.delegation_id == Trip.id, Member.left_on.is_(None))
        .correlate(Trip)
        .scalar_subquery()
    )
    partners = (
        select(func.count())
        .select_from(TripUnit)
        .where(
            TripUnit.delegation_id == Trip.id,
            TripUnit.left_on.is_(None),
            or_(Trip.unit_id.is_(None), TripUnit.unit_id != Trip.unit_id),
        )
        .correlate(Trip)
        .scalar_subquery()
    )
    return (
        select(
            Trip,
            Unit.code.label("unit"),
            Staff.username.label("owner"),
            members.label("members"),
            partners.label("partners"),
            visits(VisitState.PLANNED).label("planned"),
            visits(VisitState.DONE).label("done"),
            visits(VisitState.CANCELLED).label("cancelled"),
            case((placed(), abroad(home))).label("abroad"),
        )
        .outerjoin(Unit, Unit.id == Trip.unit_id)
        .outerjoin(Staff, Staff.id == Trip.owner_id)
        .order_by(Trip.starts_on.desc(), Trip.code)
    )


def _state(trip: Trip, today: date) -> str:
    if trip.cancelled_at is not None:
        return "cancelled"
    if trip.closed_at is not None:
        return "closed"
    if today < trip.starts_on:
        return "planned"
    return "under_way" if today <= trip.ends_on else "returned"


def _row(row: Row[*tuple[object, ...]], today: date) -> TripRow:
    t: Trip = row.Trip
    state = _state(t, today)
    left = (t.report_due_on - today).days if t.report_due_on is not None and state == "returned" else None
    return row_of(
        TripRow,
        TripFields,
        t,
        TripCard,
        id=t.id,
        unit=row.unit,
        owner=row.owner,
        state=state,
        abroad=None if row.abroad is None else bool(row.abroad),
        units=row.partners + (t.unit_id is not None),
        members=row.members,
        planned=row.planned,
        done=row.done,
        cancelled=row.cancelled,
        notice_due_on=t.notice_due_on,
        late=t.announced_on is not None and t.notice_due_on is not None and t.announced_on > t.notice_due_on,
        report_due_on=t.report_due_on,
        report_days_left=left,
        report_overdue=left is not None and left < 0,
        closed=t.closed_at is not None,
        version=t.version,
    )


def trips(
    session: Session,
    actor: Actor | None,
    *,
    today: date,
    home: Collection[str],
    where: Iterable[ColumnElement[bool]] = (),
) -> Listing[TripRow]:
    """Return trips, latest first; *planned* counts the visits still open. One statement."""
    return Selected(
        session=session,
        statement=_select(actor, home).where(*where),
        make=lambda rows: (_row(row, today) for row in rows),
        keys=(Key(Trip.starts_on, "starts_on", descending=True), Key(Trip.code, "code")),
    )


def card(session: Session, actor: Actor | None, trip_id: int, *, today: date, home: Collection[str]) -> TripCard:
    """Return a trip with its plan, its meetings and their outcome. A fixed number of statements."""
    found = session.execute(_select(actor, home).where(Trip.id == trip_id)).one()
    trip: Trip = found.Trip
    legs = session.scalars(select(Leg).where(Leg.delegation_id == trip_id).order_by(Leg.number))
    costs = trip_costs.costs(session, trip_id) if scope(actor, Right.TRIP_COST_READ) is Scope.ALL else None
    return TripCard(
        row=_row(found, today),
        purpose=trip.purpose,
        outcome=trip.outcome,
        cancel_reason=trip.cancel_reason,
        outcome_until=trip.outcome_until,
        legs=tuple(_leg(leg, home) for leg in legs),
        units=_units(session, trip_id),
        members=_members(session, trip_id),
        visits=_visits(session, actor, trip_id),
        unplanned=meetings.meetings(session, actor, where=[Meeting.delegation_id == trip_id, ~_in_the_plan()]).all(),
        minutes=_minutes(session, actor, trip_id),
        followups=meetings.followups(
            session,
            actor,
            today=today,
            open_only=False,
            where=[
                FollowUp.meeting_id.in_(select(Meeting.id).where(Meeting.delegation_id == trip_id, standing(Meeting)))
            ],
        ).all(),
        leads=trip_outcomes.outcomes(session, actor, trip_id),
        costs=costs,
        sums=None if costs is None else trip_costs.sums(session, trip_id),
    )


def _leg(leg: Leg, home: Collection[str]) -> LegRow:
    return row_of(
        LegRow,
        LegFields,
        leg,
        number=leg.number,
        abroad=None if leg.country is None else leg.country not in home,
        arrives_at=None if leg.arrives_at is None else LocalTime(leg.arrives_at, leg.zone),
        leaves_at=None if leg.leaves_at is None else LocalTime(leg.leaves_at, leg.zone),
    )


def _units(session: Session, trip_id: int) -> tuple[PartnerRow, ...]:
    rows = session.execute(
        select(TripUnit, Unit.code, Unit.name)
        .join(Unit, Unit.id == TripUnit.unit_id)
        .where(TripUnit.delegation_id == trip_id)
        .order_by(TripUnit.id)
    )
    return tuple(row_of(PartnerRow, PartnerFields, p, unit=code, name=name) for p, code, name in rows)


def _members(session: Session, trip_id: int) -> tuple[MemberRow, ...]:
    rows = session.execute(
        select(Member, Staff.username, Staff.name)
        .join(Staff, Staff.id == Member.staff_id)
        .where(Member.delegation_id == trip_id)
        .order_by(Member.id)
    )
    return tuple(row_of(MemberRow, MemberFields, m, username=username, name=name) for m, username, name in rows)


def _visits(session: Session, actor: Actor | None, trip_id: int) -> tuple[VisitRow, ...]:
    shown = or_(Meeting.lead_id.is_(None), Meeting.lead_id.in_(select(Lead.id).where(visible(actor))))
    statement: Select[PlannedVisit, VisitState, str, datetime | None, str, int | None] = (
        select(
            PlannedVisit, state_of_visit(actor), Investor.name, Meeting.met_at, Meeting.zone, Meeting.id.label("shown")
        )
        .join(Investor, Investor.id == PlannedVisit.investor_id)
        .outerjoin(Meeting, and_(Meeting.id == PlannedVisit.meeting_id, standing(Meeting), shown))
        .where(PlannedVisit.delegation_id == trip_id)
        .order_by(PlannedVisit.number)
    )
    return tuple(
        row_of(
            VisitRow,
            VisitFields,
            v,
            id=v.id,
            number=v.number,
            investor=name,
            investor_id=v.investor_id,
            state=state.value,
            meeting_id=meeting_id,
            at=None if met_at is None else LocalTime(met_at, zone),
        )
        for v, state, name, met_at, zone, meeting_id in session.execute(statement)
    )


def _in_the_plan() -> ColumnElement[bool]:
    return exists().where(PlannedVisit.meeting_id == Meeting.id, PlannedVisit.delegation_id == Meeting.delegation_id)


def _minutes(session: Session, actor: Actor | None, trip_id: int) -> tuple[MinuteRow, ...]:
    rows = session.execute(
        select(Minute.meeting_id, Investor.name, Minute.kind, Minute.text)
        .join(Meeting, Meeting.id == Minute.meeting_id)
        .join(Investor, Investor.id == Meeting.investor_id)
        .outerjoin(Lead, Lead.id == Meeting.lead_id)
        .where(Meeting.delegation_id == trip_id, standing(Meeting, Minute), meeting_visible(actor))
        .order_by(Meeting.met_at, Meeting.id, Minute.number)
    )
    return tuple(
        MinuteRow(meeting_id=number, investor=name, kind=kind.value, text=text) for number, name, kind, text in rows
    )
