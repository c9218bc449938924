"""Reading and checking the arguments of the verbs on trips."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from crm.errors import N_, Problem, problem
from crm.refusals import no_day
from crm.rules.kernel.checks import Checks
from crm.rules.trips import LeaderRank, LegFields, NewPartner, NewVisit
from crm.services.kernel.refs import InvestorRef, StaffRef, UnitRef
from crm.values.dates import written_day
from crm.values.moments import LocalTime, local_time

#: A day, or a local time at the place.
When = date | datetime | str
#: A member: the user, or (user, duty).
MemberPlan = StaffRef | tuple[StaffRef, str | None]
#: A stay: place, country, IANA zone, arrival, departure. Each of the last two is a day or a local time there.
LegPlan = tuple[str, str, str, When, When]
#: An edited stay: its number, then the fields of a stay; None keeps a field.
LegChange = tuple[int | When | None, ...]
#: A visit: the investor, or (investor, day, purpose).
VisitPlan = InvestorRef | tuple[InvestorRef, date | str | None, str | None]
#: A unit that takes part: the unit, or (unit, leader, rank).
UnitPlan = UnitRef | tuple[UnitRef, str | None, LeaderRank | str | None]

#: The parts of a stay.
_LEG = 5
#: The length of a day as text.
_DAY = 10
#: The maximum number of parts; the statement that looks up their names stays within the databases' limits.
MOST_VISITS = 300


def pair(check: Checks, item: object, size: int, field: str) -> tuple[Any, ...]:
    """Return a single value, or one with its parts, as a tuple of *size*."""
    if not isinstance(item, tuple):
        return (item, *[None] * (size - 1))
    if not 1 <= len(item) <= size:
        check.wrong(
            N_("{field}: at most {size} parts."),
            N_("See the documentation of plan."),
            field=field,
            code="type",
            size=size,
        )
    return (*item, *[None] * size)[:size]


def trip_days(check: Checks, starts: date | str | None, ends: date | str | None, today: date) -> tuple[date, date]:
    """Return the first and the last day of a trip; if one is invalid, today, and the problem is noted."""
    first, last = check.day(starts, "starts"), check.day(ends, "ends")
    if first is None or last is None:
        check.add(*(no_day(name) for name, day in (("starts", first), ("ends", last)) if day is None))
        return today, today
    if last < first:
        check.wrong(
            N_("The trip ends {ends}, before it starts {starts}."),
            N_("Check both days."),
            field="ends",
            code="order",
            ends=last,
            starts=first,
        )
    return first, last


def stay(check: Checks, leg: Sequence[Any], days: tuple[date, date]) -> dict[str, Any]:
    """Return the columns of a stay within the trip."""
    if not isinstance(leg, list | tuple) or len(leg) != _LEG:
        check.wrong(
            N_("A stay needs a place, a country, a zone, an arrival and a departure."),
            N_("Write (place, country, zone, arrival, departure)."),
            field="legs",
            code="type",
        )
        return {}
    place, country, zone, arrives, leaves = leg
    values = check.fields(LegFields, {"place": place, "country": country, "zone": zone})
    for name, when in (("arrives", arrives), ("leaves", leaves)):
        values[f"{name}_on"], values[f"{name}_at"] = _when(check, when, name, values["zone"])
    if arrives is None or leaves is None:
        check.add(no_day("legs", N_("Give the first and the last day.")))
    first, last = values["arrives_on"], values["leaves_on"]
    if first is not None and last is not None and not days[0] <= first <= last <= days[1]:
        check.wrong(
            N_("The stay at {place}, {first} to {last}, is outside the trip."),
            N_("Check the days."),
            field="legs",
            code="outside",
            place=place,
            first=first,
            last=last,
        )
    elif values["arrives_at"] and values["leaves_at"] and values["leaves_at"] < values["arrives_at"]:
        check.wrong(
            N_("The stay at {place} ends before it begins."),
            N_("Check the times."),
            field="legs",
            code="order",
            place=place,
        )
    return values


def _when(check: Checks, when: Any, field: str, zone: str | None) -> tuple[date | None, datetime | None]:
    """Return the local day, and the instant if a time was given."""
    timed = isinstance(when, datetime) or (isinstance(when, str) and len(when.strip()) > _DAY and not written_day(when))
    if not timed:
        return check.day(when, field), None
    if zone is None:
        return None, None
    moment: LocalTime | None = check.take(lambda: local_time(when, zone), field)
    return (None, None) if moment is None else (moment.local.date(), moment.utc)


def visit(check: Checks, on: date | str | None, purpose: str | None, days: tuple[date, date]) -> dict[str, Any]:
    """Return day and purpose of a visit; the day lies within the trip."""
    values = check.fields(NewVisit, {"on": on, "purpose": purpose})
    day = values["planned_on"]
    if day is not None and not days[0] <= day <= days[1]:
        check.wrong(N_("{day} is outside the trip."), N_("Check the day."), field="on", code="outside", day=day)
    return values


def leader_of(check: Checks, leader: str | None, rank: LeaderRank | str | None) -> dict[str, Any]:
    """Return the leader of a unit with the rank in it; both or neither."""
    noted = len(check.refusals)
    values = check.fields(NewPartner, {"leader": leader, "rank": rank})
    if values["rank"] is LeaderRank.CITY:
        check.wrong(
            N_("A leader of the city is not the leader of a unit."),
            N_("Name the unit's own leader: first, deputy or other."),
            field="rank",
            code="rank",
        )
    if (values["leader"] is None) != (values["rank"] is None) and len(check.refusals) == noted:
        check.wrong(
            N_("A unit's leader needs a rank: first, deputy or other."),
            N_("Give both, or neither."),
            field="leader",
            code="missing",
        )
    return values


def late_reason(check: Checks, announced: date | None, due: date, why: str | None) -> None:
    """Note a late notice without a reason as a problem."""
    if announced is not None and announced > due and why is None:
        check.wrong(
            N_("The trip is announced on {announced}; the notice was due by {due}."),
            N_("Give the reason for late notice: --late-reason …"),
            field="late_reason",
            code="late",
            announced=announced,
            due=due,
        )


def no_more(field: str, most: int) -> Problem:
    """Return the problem of a list that is too long."""
    return problem(
        N_("{field}: at most {most} at once."),
        N_("Add the others afterwards."),
        field=field,
        code="too_many",
        most=most,
    )
