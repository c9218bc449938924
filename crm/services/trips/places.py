"""The stays and planned visits of a trip."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from crm.errors import N_, Conflict, NotFound, problem
from crm.models import Leg, PlannedVisit, Trip, VisitState
from crm.refusals import not_found
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.trips import is_abroad
from crm.services.kernel.finding import find
from crm.services.kernel.refs import InvestorRef, TripRef
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_open
from crm.services.trips.arguments import When, late_reason, stay, visit
from crm.services.trips.base import TripBase
from crm.values.text import REASON


class TripPlaces(TripBase):
    """Stays and visits are added; a cancelled visit stays in the plan."""

    @writes(Right.TRIP_PLAN)
    def add_leg(
        self,
        ref: TripRef,
        place: str,
        *,
        country: str,
        zone: str,
        arrives: When,
        leaves: When,
        late: str | None = None,
    ) -> Leg:
        """Add a stay. A stay abroad may make the notice of the trip late.

        Args:
            ref: The trip.
            place: Where.
            country: ISO 3166-1 alpha-2; the policy says which are at home.
            zone: IANA zone of the place.
            arrives: First day there, or the local time of arrival; a time that happens twice is given as an aware
                datetime.
            leaves: Last day there, or the local time of departure.
            late: Why the trip is announced late, where this stay makes it so.

        Raises:
            InvalidInput: Invalid arguments, all of them named; a stay outside the trip, or late without a
                reason.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: The trip is closed or cancelled.
        """
        context = self._context
        trip = self._open(ref, keep=True)
        known = context.session.execute(
            select(Leg.number, Leg.country).where(Leg.delegation_id == trip.id).order_by(Leg.number)
        ).all()
        policy = context.policy(trip.announced_on)
        with Checks() as check:
            values = stay(check, (place, country, zone, arrives, leaves), (trip.starts_on, trip.ends_on))
            countries = [*(row.country for row in known), values["country"]]
            due = policy.trips.notice_due(trip.starts_on, abroad=is_abroad(countries, policy.home))
            why = check.text(late, "late_reason", REASON, required=False) or trip.late_reason
            late_reason(check, trip.announced_on, due, why)
        with Writing(context, "trip.add_leg", whole=True) as write:
            leg = Leg(delegation_id=trip.id, number=known[-1].number + 1 if known else 1, **values)
            write.add(leg)
            if trip.announced_on is not None:
                write.change(trip, notice_due_on=due, late_reason=why)
        context.session.expire(trip, ["legs"])
        return leg

    @writes(Right.TRIP_PLAN)
    def add_visit(
        self, ref: TripRef, investor: InvestorRef, *, on: date | str | None = None, purpose: str | None = None
    ) -> PlannedVisit:
        """Add a visit to the plan.

        Args:
            ref: The trip.
            investor: Who is visited.
            on: The day of the visit, within the trip.
            purpose: What for.

        Raises:
            InvalidInput: A day outside the trip, or other invalid arguments.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: The trip is closed or cancelled.
        """
        context = self._context
        trip = self._open(ref, keep=True)
        with Checks() as check:
            whom = check.take(lambda: self._investors.get(investor, keep=True), "investor")
            values = visit(check, on, purpose, (trip.starts_on, trip.ends_on))
        ensure_open(whom)
        number = (
            context.session.scalar(select(func.max(PlannedVisit.number)).where(PlannedVisit.delegation_id == trip.id))
            or 0
        )
        with Writing(context, "trip.visit") as write:
            planned = PlannedVisit(
                delegation_id=trip.id, investor_id=whom.id, number=number + 1, state=VisitState.PLANNED, **values
            )
            write.add(planned)
        context.session.expire(trip, ["visits"])
        return planned

    @writes(Right.TRIP_PLAN)
    def cancel_visit(self, visit: PlannedVisit | int | UUID | tuple[TripRef, int], *, reason: str) -> PlannedVisit:
        """Cancel a planned visit: it stays in the plan, with the reason.

        Args:
            visit: The planned visit, its id, or (trip, number in the plan).
            reason: Why.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: The trip is closed or cancelled.
            Conflict: It was done, or is cancelled already.
            NotFound: There is no such visit.
        """
        context = self._context
        with Checks() as check:
            why = check.text(reason, "reason", 500)
        trip, planned = self._visit(visit)
        self._open(trip)
        if planned.state is not VisitState.PLANNED:
            raise Conflict(
                problem(
                    N_("Visit {number} is already {state}."),
                    N_("See: crm trip show"),
                    code="state",
                    number=planned.number,
                    state=planned.state.value,
                )
            )
        with Writing(context, "trip.cancel_visit", why) as write:
            write.change(planned, state=VisitState.CANCELLED, reason=why)
        return planned

    def _visit(self, visit: object) -> tuple[Trip, PlannedVisit]:
        session = self._context.session
        if not isinstance(visit, tuple):
            planned = find(session, PlannedVisit, visit, what="visit")
            return session.get_one(Trip, planned.delegation_id), planned
        with Checks() as check:
            if len(visit) != 2 or check.count(visit[1], "number") is None:  # noqa: PLR2004 - trip and number
                check.wrong(
                    N_("Name a visit by its id, or by its trip and its number in the plan."),
                    N_("See: crm trip show"),
                    field="visit",
                    code="type",
                )
        trip: Trip = self.get(visit[0])
        found = session.scalar(
            select(PlannedVisit).where(PlannedVisit.delegation_id == trip.id, PlannedVisit.number == visit[1])
        )
        if found is None:
            raise NotFound(not_found("visit", str(visit[1]), N_("See: crm trip show"), "visit"))
        return trip, found
