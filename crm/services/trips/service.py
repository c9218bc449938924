"""Trips: planned, carried out, closed with their outcome or cancelled, and counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Unpack

from sqlalchemy import ColumnElement, exists, func, or_, select

from crm.errors import N_, Conflict, problem
from crm.models import Investor, Meeting, PlannedVisit, Trip, TripUnit, UnitKind, VisitState
from crm.models.base import standing
from crm.reads.kernel.listing import Known, Listing
from crm.reads.trips import conditions
from crm.reads.trips import figures as trip_figures
from crm.reads.trips import queries as reports
from crm.reads.trips.rows import TripCard, TripFigures, TripRow, UnitTripFigures
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.rules.trips import TripReport
from crm.services.kernel.periods import PeriodRef, period_of
from crm.services.kernel.refs import TripRef, UnitRef
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing
from crm.services.trips.changes import TripChanges
from crm.services.trips.costs import TripCosts
from crm.services.trips.people import TripPeople, match_units
from crm.services.trips.places import TripPlaces
from crm.services.trips.planning import TripPlanning
from crm.values.text import REASON

__all__ = ["TripRef", "Trips"]


class Trips(TripPlanning, TripChanges, TripPeople, TripPlaces, TripCosts):
    """The trips; handed out by :class:`crm.CRM`."""

    @lists(Right.READ)
    def list(
        self,
        *,
        since: date | str | None = None,
        until: date | str | None = None,
        unit: UnitRef | None = None,
        abroad: bool | None = None,
        **paging: Unpack[Paging],
    ) -> Listing[TripRow]:
        """Return trips, latest first, with the numbers of their plans. One statement.

        Args:
            since: Those that depart from this day on.
            until: Those that depart up to this day.
            unit: Those that this unit sends or takes part in.
            abroad: Those with a stay abroad, or those that stay at home.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
        """
        context = self._context
        where: list[ColumnElement[bool]] = []
        home = context.policy().home
        with Checks() as check:
            window = check.window(paging)
            if since is not None and (first := check.day(since, "since")):
                where.append(Trip.starts_on >= first)
            if until is not None and (last := check.day(until, "until")):
                where.append(Trip.starts_on <= last)
            if unit is not None and (whose := check.take(lambda: self._units.get(unit), "unit")):
                joined = exists().where(
                    TripUnit.delegation_id == Trip.id,
                    TripUnit.unit_id == whose.id,
                    TripUnit.left_on.is_(None),
                )
                where.append(or_(Trip.unit_id == whose.id, joined))
            if abroad is not None:
                away = conditions.abroad(home)
                where += [away] if check.flag(abroad, "abroad") else [conditions.placed(), ~away]
        return reports.trips(context.session, context.actor, today=context.today, home=home, where=where).within(window)

    @reads(Right.READ)
    def show(self, ref: TripRef) -> TripCard:
        """Return the report on a trip: planned and made visits, minutes, follow-ups, leads, deadline, cost.

        The number of statements is fixed.

        Args:
            ref: The trip: its id, uid, code, or a unique part of its title.
        """
        context = self._context
        return reports.card(
            context.session, context.actor, self.get(ref).id, today=context.today, home=context.policy().home
        )

    @writes(Right.TRIP_PLAN)
    def cancel(self, ref: TripRef, *, reason: str, version: int | None = None) -> Trip:
        """Cancel a trip: it stays on the list, with the reason, and no longer counts.

        Args:
            ref: The trip.
            reason: Why.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: It is closed or cancelled already.
            Conflict: Meetings were part of it: it took place.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        trip = self._open_alone(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        met = context.session.scalar(
            select(func.count()).select_from(Meeting).where(Meeting.delegation_id == trip.id, standing(Meeting))
        )
        if met:
            raise Conflict(
                problem(
                    N_("The trip has meetings, so it took place."),
                    N_("Close it with its outcome: crm trip close"),
                    code="took_place",
                )
            )
        with Writing(context, "trip.cancel", why) as write:
            write.change(trip, version=version, cancelled_at=context.now(), cancel_reason=why)
        return trip

    @writes(Right.TRIP_PLAN)
    def close(self, ref: TripRef, *, outcome: str, version: int | None = None) -> Trip:
        """Close a trip with its outcome, once every planned visit was made or cancelled. This is its report.

        Args:
            ref: The trip.
            outcome: What came of it.
            version: The version the caller saw.

        Raises:
            InvalidInput: The outcome is missing, or the trip is not over.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: It is closed or cancelled already.
            Conflict: Visits are still open; they are named.
        """
        context = self._context
        trip = self._open_alone(ref)
        with Checks() as check:
            values = check.fields(TripReport, {"outcome": outcome})
            if trip.ends_on > context.today:
                check.wrong(
                    N_("The trip lasts until {day}."),
                    N_("Close it after its last day."),
                    field="ends",
                    code="future",
                    day=trip.ends_on,
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
                        N_("Visit {number}, {investor}, is neither made nor cancelled."),
                        N_("Log it: crm visit log, or: crm trip cancel-visit"),
                        code="open_visit",
                        number=number,
                        investor=name,
                    )
                    for number, name in still
                )
            )
        with Writing(context, "trip.close") as write:
            write.change(trip, version=version, closed_at=context.now(), **values)
        return trip

    @reads(Right.READ)
    def figures(self, period: PeriodRef | None = None, *, units: Iterable[UnitRef] | None = None) -> TripFigures:
        """Return the totals of the trips that departed in a period, each counted once.

        One statement, one more for units.

        Args:
            period: A year, text such as ``2023Q1``, or this year; a trip that departs after today has not departed.
            units: Those alone that one of these units sent or takes part in.

        Raises:
            InvalidInput: It is not a period; a unit is unknown.
        """
        context = self._context
        with Checks() as check:
            span = period_of(check, period, context.today)
            found = None if units is None else match_units(context.session, check, [*check.items(units, "units")])
        return trip_figures.figures(
            context.session,
            context.actor,
            span.start,
            span.last,
            today=context.today,
            home=context.policy(span.last).home,
            unit_ids=None if found is None else [unit.id for unit in found if unit is not None],
        )

    @lists(Right.READ)
    def by_unit(
        self, period: PeriodRef | None = None, *, kind: UnitKind | str | None = None, **paging: Unpack[Paging]
    ) -> Listing[UnitTripFigures]:
        """Return for each unit its trips of a period, sent or joined, and those its first person led. One statement.

        Args:
            period: A year, text such as ``2023Q1``, or this year; a trip that departs after today has not departed.
            kind: district, zone, department or enterprise; None: all units.

        Raises:
            InvalidInput: It is not a period; there is no such kind.
        """
        context = self._context
        with Checks() as check:
            span = period_of(check, period, context.today)
            sort = None if kind is None else check.choice(UnitKind, kind, "kind")
        rows = trip_figures.by_unit(
            context.session, span.start, span.last, today=context.today, home=context.policy(span.last).home, kind=sort
        )
        return Known.of(context.session, rows, paging)
