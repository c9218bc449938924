"""Delegations: planned, filled with visits, closed with their outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from crm.errors import N_, Archived, Conflict, problem
from crm.models import Delegation, Investor, LeaderRank, Leg, Member, PlannedVisit, Unit, VisitState
from crm.reports import trips as reports
from crm.reports.rows import TripCard, TripRow
from crm.services.checks import NAME, REASON, TITLE, Checks
from crm.services.context import Context
from crm.services.finding import containing, find, spelled
from crm.services.investors import InvestorRef, Investors, known_investors
from crm.services.participants import StaffRef, match_staff, shown
from crm.services.units import Units
from crm.services.writing import Writing, ensure_all_open, ensure_free, ensure_open, replayed
from crm.values.identifiers import as_code
from crm.values.moments import zone_of
from crm.values.plain import plain

TripRef = Delegation | int | UUID | str
#: A member: who, or (who, duty).
MemberPlan = StaffRef | tuple[StaffRef, str | None]
#: A stay: place, IANA zone, first day, last day.
LegPlan = tuple[str, str, date | str, date | str]
#: A visit: whom, or (whom, day, purpose).
VisitPlan = InvestorRef | tuple[InvestorRef, date | str | None, str | None]


class Trips:
    """The delegations; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context, investors: Investors, units: Units) -> None:
        self._context = context
        self._investors = investors
        self._units = units

    def get(self, ref: TripRef) -> Delegation:
        """Return the delegation of this id, uid, code or unique part of its title.

        Raises:
            AccessDenied: Nobody is named as acting.
            NotFound: There is none.
            Ambiguous: Several fit.
        """
        self._context.acting()
        return find(
            self._context.session, Delegation, ref, what="trip", codes=[Delegation.code],
            search=lambda key, whole: select(Delegation.id, Delegation.title)
            .where(containing(spelled(Delegation.title), key, whole=whole)).order_by(Delegation.id),
        )  # fmt: skip

    def list(self) -> tuple[TripRow, ...]:
        """Return all delegations, the latest first, with their plan in numbers. One statement."""
        self._context.acting()
        return reports.trips(self._context.session)

    def show(self, ref: TripRef) -> TripCard:
        """Return a delegation: its plan against what was done. A fixed number of statements."""
        self._context.acting()
        return reports.card(self._context.session, self._context.actor, self.get(ref).id)

    def plan(
        self,
        code: str,
        *,
        title: str,
        leader: str,
        rank: LeaderRank | str,
        starts: date | str,
        ends: date | str,
        unit: Unit | int | UUID | str | None = None,
        purpose: str | None = None,
        members: Iterable[MemberPlan] = (),
        legs: Iterable[LegPlan] = (),
        visits: Iterable[VisitPlan] = (),
        uid: UUID | str | None = None,
    ) -> Delegation:
        """Plan a delegation.

        Args:
            code: Short name people type, such as ``japan-2023``.
            title: What it is called.
            leader: The leader's office or name.
            rank: city, first (a unit's first person), deputy or other.
            starts: Day of departure.
            ends: Day of return.
            unit: The unit that sends it; None: the city.
            purpose: What it is for.
            members: Staff, or (staff, duty).
            legs: (place, zone, first day, last day), within the journey.
            visits: Investors, or (investor, day, purpose).
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: Arguments that cannot be meant, all named.
            AccessDenied: Only a manager or an admin plans trips.
            Conflict: The code, or the uid with other content, is in use.
        """
        context = self._context
        context.require("trip.plan")
        with Checks() as check:
            team = [_pair(check, each, 2, "members") for each in check.items(members, "members")]
            goals = [_pair(check, each, 3, "visits") for each in check.items(visits, "visits")]
            values: dict[str, Any] = {
                "code": check.take(lambda: as_code(code, "code")),
                "title": check.text(title, "title", TITLE),
                "leader": check.text(leader, "leader", NAME),
                "rank": check.choice(LeaderRank, rank, "rank"),
                "purpose": check.text(purpose, "purpose", REASON, required=False),
                "starts_on": check.day(starts, "starts"),
                "ends_on": check.day(ends, "ends"),
            }
            home = None if unit is None else check.take(lambda: self._units.get(unit), "unit")
            values["unit_id"] = home.id if home else None
            days = self._days(check, values["starts_on"], values["ends_on"])
            stays = [self._leg(check, leg, days) for leg in check.items(legs, "legs")]
            people = match_staff(context.session, check, [who for who, _ in team], days[0], "members")
            twice = [each.username for each in people.values()]
            if len(set(twice)) < len(twice):
                check.add(problem(N_("A member is named twice."), N_("Name each once."), field="members", code="twice"))
            duties = {shown(who): check.text(duty, "duty", NAME, required=False) for who, duty in team}
            # What can be told in one statement is told in one; only parts of names are looked up by themselves.
            known = known_investors(context.session, (whom for whom, *_ in goals))
            stops = [
                self._visit(
                    check, known.get(whom, whom) if isinstance(whom, int | str) else whom, on, purpose_, days=days
                )
                for whom, on, purpose_ in goals
            ]
        content = {
            **{key: plain(value) for key, value in values.items()}, "members": duties, "legs": [{k: plain(v) for k, v in leg.items()} for leg in stays],
            "visits": [(stop["investor_id"], plain(stop["planned_on"]), stop["purpose"]) for stop in stops],
        }  # fmt: skip
        found, identity = replayed(context, Delegation, uid, content)
        if found is not None:
            return found
        ensure_all_open(*(stop.pop("investor") for stop in stops))
        ensure_free(context, Delegation.code, values["code"])
        with Writing(context, "trip.plan", whole=bool(identity)) as write:
            trip = Delegation(**values, **identity)
            write.add(trip)
            write.flush()
            write.add(
                *(Leg(delegation_id=trip.id, number=number, **leg) for number, leg in enumerate(stays, 1)),
                *(Member(delegation_id=trip.id, staff_id=people[who].id, duty=duty) for who, duty in duties.items()),
                *(
                    PlannedVisit(delegation_id=trip.id, number=number, state=VisitState.PLANNED, **stop)
                    for number, stop in enumerate(stops, 1)
                ),
            )
        return trip

    def add_visit(
        self, ref: TripRef, investor: InvestorRef, *, on: date | str | None = None, purpose: str | None = None
    ) -> PlannedVisit:
        """Add a visit to the plan.

        Raises:
            InvalidInput: A day outside the journey, or other arguments that cannot be meant.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: The trip is closed.
        """
        context = self._context
        context.require("trip.plan")
        trip = self._open(ref)
        with Checks() as check:
            stop = self._visit(check, investor, on, purpose, days=(trip.starts_on, trip.ends_on))
        ensure_open(stop.pop("investor"))
        number = (
            context.session.scalar(select(func.max(PlannedVisit.number)).where(PlannedVisit.delegation_id == trip.id))
            or 0
        )
        with Writing(context, "trip.visit") as write:
            visit = PlannedVisit(delegation_id=trip.id, number=number + 1, state=VisitState.PLANNED, **stop)
            write.add(visit)
        context.session.expire(trip, ["visits"])
        return visit

    def cancel_visit(self, visit: PlannedVisit | int | UUID | tuple[TripRef, int], *, reason: str) -> PlannedVisit:
        """Cancel a visit in the plan: it stays on it, with the reason.

        Args:
            visit: The planned visit, its id, or (trip, number in the plan).
            reason: Why.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: The trip is closed.
            Conflict: It was done, or is cancelled already.
            NotFound: There is no such visit.
        """
        context = self._context
        context.require("trip.plan")
        with Checks() as check:
            why = check.text(reason, "reason", 500)
        ref: Any = visit
        if isinstance(visit, tuple):
            with Checks() as check:
                parts: tuple[Any, ...] = visit
                if len(parts) != 2 or check.count(parts[1], "number") is None:  # noqa: PLR2004 - trip and number
                    check.add(
                        problem(
                            N_("A visit is named by its id, or by its trip and its number in the plan."),
                            N_("See: crm trip show"),
                            field="visit",
                            code="type",
                        )
                    )
            trip = self.get(visit[0])
            ref = (
                context.session.scalar(
                    select(PlannedVisit).where(PlannedVisit.delegation_id == trip.id, PlannedVisit.number == visit[1])
                )
                or 0
            )
        planned = find(context.session, PlannedVisit, ref, what="visit")
        self._open(planned.delegation_id)
        if planned.state is not VisitState.PLANNED:
            raise Conflict(
                problem(
                    N_("Visit {number} is {state} already."),
                    N_("See: crm trip show"),
                    code="state",
                    number=planned.number,
                    state=planned.state.value,
                )
            )
        with Writing(context, "trip.cancel_visit", why) as write:
            write.change(planned, state=VisitState.CANCELLED, reason=why)
        return planned

    def add_member(self, ref: TripRef, staff: StaffRef, *, duty: str | None = None) -> Member:
        """Add a member; one who left comes back.

        Raises:
            AccessDenied: Only a manager or an admin plans trips.
            Archived: The trip is closed.
            Conflict: They are on it already.
        """
        context = self._context
        context.require("trip.plan")
        trip = self._open(ref)
        with Checks() as check:
            people = match_staff(context.session, check, [staff], trip.starts_on, "staff")
            what = check.text(duty, "duty", NAME, required=False)
        person = people[shown(staff)]
        known = self._member(trip, person.id)
        if known is not None and known.left_on is None:
            raise Conflict(
                problem(
                    N_("{name} is on this trip already."), N_("See: crm trip show"), code="member", name=person.username
                )
            )
        with Writing(context, "trip.add_member") as write:
            if known is not None:
                write.change(known, left_on=None, left_reason=None, duty=what or known.duty)
                return known
            member = Member(delegation_id=trip.id, staff_id=person.id, duty=what)
            write.add(member)
        context.session.expire(trip, ["members"])
        return member

    def remove_member(self, ref: TripRef, staff: StaffRef, *, reason: str, on: date | str | None = None) -> Member:
        """Take a member off a trip: they stay on its list, with day and reason.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: The trip is closed.
            Conflict: They are not on it.
        """
        context = self._context
        context.require("trip.plan")
        trip = self._open(ref)
        with Checks() as check:
            people = match_staff(context.session, check, [staff], trip.starts_on, "staff")
            why = check.text(reason, "reason", REASON)
            day = check.day(context.today if on is None else on, "on", not_after=context.today)
        person = people[shown(staff)]
        member = self._member(trip, person.id)
        if member is None or member.left_on is not None:
            raise Conflict(
                problem(
                    N_("{name} is not on this trip."), N_("See: crm trip show"), code="member", name=person.username
                )
            )
        with Writing(context, "trip.remove_member", why) as write:
            write.change(member, left_on=day, left_reason=why)
        return member

    def close(self, ref: TripRef, *, outcome: str, version: int | None = None) -> Delegation:
        """Close a trip with its outcome, once every visit in its plan was done or cancelled.

        Raises:
            InvalidInput: The outcome is missing, or the trip is not over.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: It is closed already.
            Conflict: Visits are still open; they are named.
        """
        context = self._context
        context.require("trip.plan")
        trip = self._open(ref)
        with Checks() as check:
            text = check.text(outcome, "outcome", 2000)
            if trip.ends_on > context.today:
                check.add(
                    problem(
                        N_("The trip lasts until {day}."),
                        N_("Close it when it is over."),
                        field="ends",
                        code="future",
                        day=trip.ends_on,
                    )
                )
        still = context.session.execute(
            select(PlannedVisit.number, Investor.name)
            .join(Investor, Investor.id == PlannedVisit.investor_id)
            .where(PlannedVisit.delegation_id == trip.id, PlannedVisit.state == VisitState.PLANNED)
            .order_by(PlannedVisit.number)
        ).all()
        if still:
            raise Conflict(
                *(
                    problem(
                        N_("Visit {number}, {investor}, is neither done nor cancelled."),
                        N_("Log it: crm visit log, or: crm trip cancel-visit"),
                        code="open_visit",
                        number=number,
                        investor=name,
                    )
                    for number, name in still
                )
            )
        with Writing(context, "trip.close") as write:
            write.change(trip, version=version, closed_at=context.now(), outcome=text)
        return trip

    def open_trip(self, ref: TripRef, day: date) -> Delegation:
        """Return a trip that is not closed and under way on *day*.

        Raises:
            Archived: It is closed.
            Conflict: *day* lies outside it.
        """
        trip = self._open(ref)
        if not trip.starts_on <= day <= trip.ends_on:
            raise Conflict(
                problem(
                    N_("{day} lies outside the trip, {starts} to {ends}."),
                    N_("Check the day, or log it without the trip."),
                    field="trip",
                    code="outside",
                    day=day,
                    starts=trip.starts_on,
                    ends=trip.ends_on,
                )
            )
        return trip

    def _open(self, ref: TripRef) -> Delegation:
        trip = self.get(ref)
        if trip.closed_at is not None:
            raise Archived(
                problem(
                    N_("The trip {trip} is closed and takes no more changes."),
                    N_("Plan another one."),
                    code="closed",
                    trip=trip.code,
                )
            )
        return trip

    def _member(self, trip: Delegation, staff_id: int) -> Member | None:
        return self._context.session.scalar(
            select(Member).where(Member.delegation_id == trip.id, Member.staff_id == staff_id)
        )

    def _days(self, check: Checks, starts: date | None, ends: date | None) -> tuple[date, date]:
        if starts is None or ends is None:
            check.add(
                *(
                    problem(
                        N_("{field}: the day is missing."), N_("Write it like 2023-02-08."), field=name, code="missing"
                    )
                    for name, day in (("starts", starts), ("ends", ends))
                    if day is None
                )
            )
            return self._context.today, self._context.today
        if ends < starts:
            check.add(
                problem(
                    N_("The trip ends {ends}, before it starts {starts}."),
                    N_("Check both days."),
                    field="ends",
                    code="order",
                    ends=ends,
                    starts=starts,
                )
            )
        return starts, ends

    def _leg(self, check: Checks, leg: Sequence[Any], days: tuple[date, date]) -> dict[str, Any]:
        if not isinstance(leg, list | tuple) or len(leg) != 4:  # noqa: PLR2004 - place, zone, first day, last day
            check.add(
                problem(
                    N_("A leg is a place, a zone, a first and a last day."),
                    N_("Write (place, zone, first day, last day)."),
                    field="legs",
                    code="type",
                )
            )
            return {}
        place, zone, arrives, leaves = leg
        if arrives is None or leaves is None:
            check.add(
                problem(
                    N_("{field}: the day is missing."),
                    N_("Give the first and the last day."),
                    field="legs",
                    code="missing",
                )
            )
        first, last = check.day(arrives, "arrives"), check.day(leaves, "leaves")
        if first is not None and last is not None and not days[0] <= first <= last <= days[1]:
            check.add(
                problem(
                    N_("The stay at {place}, {first} to {last}, does not lie within the trip."),
                    N_("Check the days."),
                    field="legs",
                    code="outside",
                    place=place,
                    first=first,
                    last=last,
                )
            )
        return {
            "place": check.text(place, "place", NAME), "zone": check.take(lambda: zone_of(zone).key, "zone"), "arrives_on": first, "leaves_on": last,
        }  # fmt: skip

    def _visit(
        self,
        check: Checks,
        investor: InvestorRef,
        on: date | str | None,
        purpose: str | None,
        *,
        days: tuple[date, date],
    ) -> dict[str, Any]:
        whom = check.take(lambda: self._investors.get(investor), "investor")
        day = check.day(on, "on")
        if day is not None and not days[0] <= day <= days[1]:
            check.add(
                problem(
                    N_("{day} does not lie within the trip."), N_("Check the day."), field="on", code="outside", day=day
                )
            )
        return {
            "investor": whom,
            "investor_id": whom.id if whom else None,
            "planned_on": day,
            "purpose": check.text(purpose, "purpose", 500, required=False),
        }


def _pair(check: Checks, given: Any, size: int, field: str) -> tuple[Any, ...]:
    """Return what was given alone, or with what belongs to it, as a tuple of *size*."""
    if not isinstance(given, tuple):
        return (given, *[None] * (size - 1))
    if not 1 <= len(given) <= size:
        check.add(
            problem(
                N_("{field}: at most {size} things belong together."),
                N_("See the documentation of plan."),
                field=field,
                code="type",
                size=size,
            )
        )
    return (*given, *[None] * size)[:size]
