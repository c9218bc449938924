"""The trip that a meeting belongs to, and the planned visit it fulfils."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from crm.models import Leg, Member, PlannedVisit, Trip, VisitState
from crm.services.kernel.participants import Colleague
from crm.values.moments import LocalTime


def part_of(
    session: Session,
    investor_id: int,
    ours: Sequence[Colleague],
    moment: LocalTime,
    trip: Trip | None,
    *,
    fulfils: bool,
) -> tuple[int | None, PlannedVisit | None]:
    """Return the trip that a meeting belongs to, and the planned visit it fulfils. At most one statement.

    Args:
        session: The session.
        investor_id: Whom we met.
        ours: Who took part.
        moment: When and where.
        trip: The trip it was logged for, or None: it is looked for among those that one of ours is on that day.
        fulfils: Whether it is a talk at all; a message fulfils no visit.
    """
    if trip is not None:
        return trip.id, planned_of(session, investor_id, trip.id) if fulfils else None
    if not fulfils:
        return None, None
    asked_of = {
        "investor": investor_id,
        "day": moment.local.date(),
        "zone": moment.zone,
        "staff": [our.id for our in ours],
    }
    rows = session.execute(_trips_of_staff(), asked_of).all()
    for row in rows:
        if row.PlannedVisit is not None:
            return row.id, row.PlannedVisit
    # With two trips at the same place on the same day, the right one is unknown.
    return (rows[0].id if len(rows) == 1 else None), None


def planned_of(session: Session, investor_id: int, trip_id: int | None) -> PlannedVisit | None:
    """Return the next planned visit of a trip to an investor. One statement; none without a trip."""
    parameters = {"investor": investor_id, "trip": trip_id}
    return None if trip_id is None else session.scalar(_planned_of_trip(), parameters)


def fulfilled_by(session: Session, meeting_id: int) -> PlannedVisit | None:
    """Return the planned visit that a meeting fulfilled. One statement."""
    return session.scalar(select(PlannedVisit).where(PlannedVisit.meeting_id == meeting_id))


def fulfilling(meeting_id: int) -> dict[str, object]:
    """Return the columns of a planned visit that a meeting fulfils."""
    return {"state": VisitState.DONE, "meeting_id": meeting_id}


def released(trip: Trip, reason: str | None) -> dict[str, object]:
    """Return the columns of a planned visit whose meeting is withdrawn: planned again; on a closed trip, cancelled."""
    if trip.closed_at is None:
        return {"state": VisitState.PLANNED, "meeting_id": None}
    return {"state": VisitState.CANCELLED, "meeting_id": None, "reason": (reason or _WITHDRAWN)[:_REASON]}


#: Stored as the reason of a visit that was cancelled because its meeting was withdrawn without one.
_WITHDRAWN = "撤回"
#: The length of the column.
_REASON = 500
_SOONEST = (PlannedVisit.planned_on.is_(None), PlannedVisit.planned_on, PlannedVisit.number)


@cache
def _planned_of_trip() -> Select[PlannedVisit]:
    """Return the statement that finds the planned visit of one trip, built once."""
    return (
        select(PlannedVisit)
        .where(
            PlannedVisit.delegation_id == bindparam("trip"),
            PlannedVisit.investor_id == bindparam("investor"),
            PlannedVisit.state == VisitState.PLANNED,
        )
        .order_by(*_SOONEST)
        .limit(1)
    )


@cache
def _trips_of_staff() -> Select[int, PlannedVisit]:
    """Return the statement that finds the trips of our staff on that day, with their planned visits. Built once.

    A trip without a matching visit is included if it has a stay in the meeting's time zone. The trips are locked, like
    :func:`crm.services.kernel.locks.share_rows`.
    """
    on_it = exists().where(
        Member.delegation_id == Trip.id,
        Member.staff_id.in_(bindparam("staff", expanding=True)),
        Member.left_on.is_(None),
    )
    stays = exists().where(
        Leg.delegation_id == Trip.id,
        Leg.zone == bindparam("zone"),
        Leg.arrives_on <= bindparam("day"),
        Leg.leaves_on >= bindparam("day"),
    )
    asked_for = and_(
        PlannedVisit.delegation_id == Trip.id,
        PlannedVisit.investor_id == bindparam("investor"),
        PlannedVisit.state == VisitState.PLANNED,
    )
    return (
        select(Trip.id, PlannedVisit)
        .outerjoin(PlannedVisit, asked_for)
        .where(
            on_it,
            Trip.starts_on <= bindparam("day"),
            Trip.ends_on >= bindparam("day"),
            Trip.closed_at.is_(None),
            Trip.cancelled_at.is_(None),
            or_(PlannedVisit.id.is_not(None), stays),
        )
        .order_by(*_SOONEST, Trip.id)
        .with_for_update(read=True, key_share=True, of=Trip)
    )
