"""Rescheduling a trip: what moves, what stays because it took place, and what no longer fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import N_, Problem, Refused, problem
from crm.models import Investor, Leg, Meeting, PlannedVisit, Trip, VisitState
from crm.models.base import standing
from crm.rules.kernel.checks import Checks
from crm.rules.trips import TripChanges
from crm.services.trips.arguments import LegChange, pair, stay, trip_days
from crm.values.moments import LocalTime, as_date, local_time

#: The fields of an edited stay, after its number.
_LEG = 6


def new_days(check: Checks, trip: Trip, changes: TripChanges, today: date) -> tuple[date, date]:
    """Return the edited days of the trip, or the old ones if invalid.

    A new departure alone shifts the return too.
    """
    first, noted = changes.get("starts", trip.starts_on), len(check.refusals)
    last = changes.get("ends")
    if "ends" not in changes:
        try:
            last = trip.ends_on + (as_date(first, "starts") - trip.starts_on)
        except Refused:
            last = trip.ends_on
    days = trip_days(check, first, last, today)
    return days if len(check.refusals) == noted else (trip.starts_on, trip.ends_on)


def met(session: Session, trip: Trip) -> list[tuple[int, str, date]]:
    """Return each meeting of a trip: its id, the investor, and the local day. One statement."""
    rows = session.execute(
        select(Meeting.id, Investor.name, Meeting.met_at, Meeting.zone)
        .join(Investor, Investor.id == Meeting.investor_id)
        .where(Meeting.delegation_id == trip.id, standing(Meeting))
        .order_by(Meeting.met_at, Meeting.id)
    )
    return [(row.id, row.name, LocalTime(row.met_at, row.zone).local.date()) for row in rows]


def stays(
    check: Checks,
    legs: Sequence[Leg],
    new_legs: Iterable[LegChange],
    days: tuple[date, date],
    shift: timedelta,
    happened: date | None,
) -> list[tuple[Leg, dict[str, Any]]]:
    """Return the columns of each edited stay, all within the trip; problems are noted.

    Args:
        check: Collects what is wrong.
        legs: The stays as they are.
        new_legs: (number, place, country, zone, arrival, departure) of those that change; None keeps what is there.
        days: The days of the trip as edited.
        shift: By so much all days of the trip move.
        happened: The day of the last meeting, if there was one: a stay that had begun by then does not move.
    """
    anew = _by_number(check, legs, new_legs)
    edited: list[tuple[Leg, dict[str, Any]]] = []
    for leg in legs:
        by = timedelta(0) if happened is not None and leg.arrives_on <= happened else shift
        first, last = leg.arrives_on + by, leg.leaves_on + by
        at, until = (_moved(check, moment, leg.zone, by) for moment in (leg.arrives_at, leg.leaves_at))
        if leg.number in anew:
            place, country, zone, arrives, leaves = anew[leg.number]
            whole = (
                leg.place if place is None else place,
                leg.country if country is None else country,
                leg.zone if zone is None else zone,
                (_hour(at, leg.zone, zone) or first) if arrives is None else arrives,
                (_hour(until, leg.zone, zone) or last) if leaves is None else leaves,
            )
            edited.append((leg, stay(check, whole, days)))
            continue
        if not (days[0] <= first and last <= days[1]):
            check.wrong(
                N_("Stay {number} at {place}, {first} to {last}, is outside the trip."),
                N_("Give its new days: crm trip edit --leg '{number}||||FROM|UNTIL'"),
                field="legs",
                code="outside",
                number=leg.number,
                place=leg.place,
                first=first,
                last=last,
            )
        unchanged = {"place": leg.place, "country": leg.country, "zone": leg.zone}
        edited.append(
            (leg, {**unchanged, "arrives_on": first, "leaves_on": last, "arrives_at": at, "leaves_at": until})
        )
    return edited


def _by_number(check: Checks, legs: Sequence[Leg], new_legs: Iterable[LegChange]) -> dict[int, tuple[object, ...]]:
    """Return the changes of stays by number; unknown or repeated numbers are noted."""
    known = {leg.number for leg in legs}
    anew: dict[int, tuple[object, ...]] = {}
    for item in new_legs:
        number, *parts = pair(check, item, _LEG, "legs")
        if isinstance(number, bool) or not isinstance(number, int) or number not in known:
            check.wrong(
                N_('There is no stay "{text}" in the plan.'),
                N_("Name it by its number: crm trip show; add one: crm trip leg"),
                field="legs",
                code="not_found",
                text=str(number)[:60],
            )
        elif number in anew:
            check.wrong(
                N_("Stay {number} is named twice."),
                N_("Name each once."),
                field="legs",
                code="twice",
                number=number,
            )
        else:
            anew[number] = tuple(parts)
    return anew


def _moved(check: Checks, at: datetime | None, zone: str, by: timedelta) -> datetime | None:
    """Return the instant of the same local time so many days later."""
    if at is None or not by:
        return at
    local = LocalTime(at, zone).local.replace(tzinfo=None) + by
    moment: LocalTime | None = check.take(lambda: local_time(local.isoformat(" "), zone), "legs")
    return None if moment is None else moment.utc


def _hour(at: datetime | None, zone: str, anew: object) -> datetime | str | None:
    """Return a local time; in a new zone it is the same hour, not the same instant."""
    if at is None or anew is None or anew == zone:
        return at
    return LocalTime(at, zone).local.replace(tzinfo=None).isoformat(" ")


def visits(
    check: Checks, session: Session, trip: Trip, days: tuple[date, date], shift: timedelta
) -> list[tuple[PlannedVisit, dict[str, Any]]]:
    """Return the new day of each open visit; days outside the trip are noted. One statement."""
    rows = session.execute(
        select(PlannedVisit, Investor.name, PlannedVisit.planned_on)
        .join(Investor, Investor.id == PlannedVisit.investor_id)
        .where(
            PlannedVisit.delegation_id == trip.id,
            PlannedVisit.state == VisitState.PLANNED,
            PlannedVisit.planned_on.is_not(None),
        )
        .order_by(PlannedVisit.number)
    )
    edited = []
    for visit, name, planned in rows:
        day = (planned or days[0]) + shift  # the statement leaves out those without a day
        if not days[0] <= day <= days[1]:
            check.add(_outside(visit.number, name, day))
        edited.append((visit, {"planned_on": day}))
    return edited


def _outside(number: int, name: str, day: date) -> Problem:
    return problem(
        N_("Visit {number}, {investor} on {day}, is outside the trip."),
        N_("Cancel it and plan it for another day: crm trip cancel-visit, crm trip visit"),
        field="visits",
        code="outside",
        number=number,
        investor=name,
        day=day,
    )


def within(meetings: Iterable[tuple[int, str, date]], days: tuple[date, date]) -> list[Problem]:
    """Return a problem for each meeting that would be outside the trip it belongs to."""
    return [
        problem(
            N_("Meeting {id} with {investor} took place on {day}, during the trip."),
            N_("The trip must include this day."),
            field="starts",
            code="happened",
            id=number,
            investor=name,
            day=day,
        )
        for number, name, day in meetings
        if not days[0] <= day <= days[1]
    ]


def over(day: date, fields: Sequence[str]) -> Problem:
    """Return the problem of an edit after the return."""
    return problem(
        N_("The trip ended on {day}; these can no longer change: {fields}."),
        N_("Change the title, the purpose or the owner, or close it: crm trip close"),
        code="over",
        day=day,
        fields=", ".join(fields),
    )
