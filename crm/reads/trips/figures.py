"""The figures of trips for targets and reports: departures, destinations, units, leaders.

A trip counts on the day of its departure, if it has departed and is not cancelled. It counts once for the city, and for
each unit that sent it or takes part in it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from crm.models import Lead, LeaderRank, Meeting, MeetingKind, Trip, TripUnit, Unit, UnitKind
from crm.models.base import standing
from crm.reads.kernel.visibility import meeting_visible
from crm.reads.trips.conditions import abroad, late, placed
from crm.reads.trips.outcomes import steps
from crm.reads.trips.rows import TripFigures, UnitTripFigures
from crm.rules.access import Actor
from crm.rules.stages import MoveKind


def _parts() -> Subquery:
    """Return (trip, unit, rank of its leader) for the participating and the sending units.

    The sending unit is led by the trip's leader, unless it names another.
    """
    joined = select(TripUnit.delegation_id, TripUnit.unit_id, TripUnit.rank).where(TripUnit.left_on.is_(None))
    named = exists().where(
        TripUnit.delegation_id == Trip.id,
        TripUnit.unit_id == Trip.unit_id,
        TripUnit.left_on.is_(None),
    )
    sent = select(Trip.id, Trip.unit_id, Trip.rank).where(Trip.unit_id.is_not(None), ~named)
    return union_all(joined, sent).subquery("parts")


def _departed(first: date, last: date, *, today: date, home: Collection[str]) -> Select[*tuple[object, ...]]:
    """Return the departed trips of a period, with whether they were abroad."""
    return select(
        Trip.id,
        Trip.rank,
        abroad(home).label("abroad"),
        placed().label("placed"),
        func.coalesce(late(), False).label("late"),
    ).where(Trip.starts_on.between(first, min(last, today)), Trip.cancelled_at.is_(None))


def figures(
    session: Session,
    actor: Actor | None,
    first: date,
    last: date,
    *,
    today: date,
    home: Collection[str],
    unit_ids: Collection[int] | None = None,
) -> TripFigures:
    """Return the totals of the trips of a period, each counted once. One statement.

    Args:
        session: The session.
        actor: Whose eyes; hidden meetings and leads are not counted.
        first: The first day of the period.
        last: The last one; what departs after *today* has not departed.
        today: The bureau's day.
        home: The countries at home.
        unit_ids: Those alone that one of these units sent or takes part in; None: all.
    """
    departed = _departed(first, last, today=today, home=home)
    if unit_ids is not None:
        parts = _parts()
        departed = departed.where(
            exists().where(parts.c.delegation_id == Trip.id, parts.c.unit_id.in_(unit_ids)).correlate(Trip)
        )
    gone = departed.cte("gone")
    met = (
        select(Meeting.id, Meeting.investor_id)
        .outerjoin(Lead, Lead.id == Meeting.lead_id)
        .where(
            Meeting.delegation_id.in_(select(gone.c.id)),
            Meeting.kind != MeetingKind.MESSAGE,
            standing(Meeting),
            meeting_visible(actor),
        )
        .subquery()
    )
    led_to = steps(actor, Meeting.delegation_id.in_(select(gone.c.id))).subquery()

    def trips(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
        return select(func.count()).select_from(gone).where(*conditions).scalar_subquery()

    def leads(kind: MoveKind) -> ScalarSelect[int]:
        return select(func.count(led_to.c.lead_id.distinct())).where(led_to.c.kind == kind).scalar_subquery()

    row = session.execute(
        select(
            trips().label("delegations"),
            trips(gone.c.abroad).label("abroad"),
            trips(gone.c.placed, not_(gone.c.abroad)).label("home"),
            trips(not_(gone.c.placed)).label("unplaced"),
            trips(gone.c.rank == LeaderRank.CITY).label("led_by_city"),
            trips(gone.c.rank == LeaderRank.FIRST).label("led_by_first"),
            trips(gone.c.late).label("late"),
            select(func.count()).select_from(met).scalar_subquery().label("visits"),
            select(func.count(met.c.investor_id.distinct())).scalar_subquery().label("investors"),
            leads(MoveKind.OPEN).label("leads_started"),
            leads(MoveKind.ADVANCE).label("leads_moved"),
        )
    ).one()
    return TripFigures(since=first, until=last, **row._mapping)  # noqa: SLF001 - its public name


def by_unit(
    session: Session,
    first: date,
    last: date,
    *,
    today: date,
    home: Collection[str],
    unit_ids: Collection[int] | None = None,
    kind: UnitKind | None = None,
) -> tuple[UnitTripFigures, ...]:
    """Return for each unit its trips of a period, sent or joined, by its code. One statement.

    A unit without any has zeros, unless it is archived.

    Args:
        session: The session.
        first: The first day of the period.
        last: The last one; what departs after *today* has not departed.
        today: The bureau's day.
        home: The countries at home.
        unit_ids: These units alone; None: all.
        kind: Units of this kind alone.
    """
    gone, parts = _departed(first, last, today=today, home=home).subquery("gone"), _parts()
    went = (
        select(parts.c.unit_id, parts.c.rank, gone.c.abroad, gone.c.placed)
        .join(gone, gone.c.id == parts.c.delegation_id)
        .subquery("went")
    )
    led = and_(went.c.rank == LeaderRank.FIRST, went.c.unit_id.is_not(None))
    at_home = and_(went.c.placed, not_(went.c.abroad))

    def counted(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((and_(*conditions), 1)))

    statement = (
        select(
            Unit.id.label("unit_id"),
            Unit.code.label("unit"),
            Unit.name,
            Unit.kind,
            func.count(went.c.unit_id).label("delegations"),
            counted(went.c.abroad).label("abroad"),
            counted(at_home).label("home"),
            counted(led).label("led"),
            counted(led, went.c.abroad).label("led_abroad"),
            counted(led, at_home).label("led_home"),
        )
        .outerjoin(went, went.c.unit_id == Unit.id)
        .where(or_(Unit.archived_at.is_(None), went.c.unit_id.is_not(None)))
        .group_by(Unit.id, Unit.code, Unit.name, Unit.kind)
        .order_by(Unit.code)
    )
    if unit_ids is not None:
        statement = statement.where(Unit.id.in_(unit_ids))
    if kind is not None:
        statement = statement.where(Unit.kind == kind)
    return tuple(
        UnitTripFigures(**{**row._mapping, "kind": row.kind.value})  # noqa: SLF001 - its public name
        for row in session.execute(statement)
    )
