"""The weekly report of a station or a unit, and the digest of a person, a station or a unit."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from crm.errors import N_, NotFound, problem
from crm.models import Staff, Station, Unit
from crm.reads.places.activity import ActivityQuery
from crm.reports.sheet import Report
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.services.kernel.context import Context
from crm.services.kernel.periods import PeriodRef, period_of
from crm.services.kernel.refs import StaffRef, StationRef, UnitRef
from crm.services.kernel.verbs import reads
from crm.services.places.whose import NamesOwners
from crm.values.period import Period
from crm.values.sentences import Named, Words

PlaceRef = Station | Unit | str
#: The maximum number of days of a digest.
_LONGEST = 366


class PlaceReports(NamesOwners):
    """Reports on a station or a unit."""

    _context: Context

    @reads(Right.READ)
    def weekly(self, place: PlaceRef, period: PeriodRef | None = None, *, explain: bool = False) -> Report:
        """Return the weekly report: new leads, moves, meetings and arrivals of some days, and what is overdue now.

        Args:
            place: The station or the unit; a station first where both have the code.
            period: The days, such as ``2023-02-06..2023-02-12`` or ``2023-02``; by default this week from Monday on.
            explain: Name the records behind the figures.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
            NotFound: There is no such station or unit.
        """
        from crm.reads.places.week import week
        from crm.reports import week_sheet

        context, actor = self._context, self._context.acting()
        monday = context.today - timedelta(days=context.today.weekday())
        this = Period.through(monday, monday + timedelta(days=6))
        with Checks() as check:
            span = period_of(check, period, context.today, otherwise=this)
            named = check.flag(explain, "explain")
            home = check.take(lambda: self._place(place), "place")
        query = ActivityQuery(actor, span.start, span.last, context.today, context.policy())
        found = week(
            context.session,
            query,
            station_id=home.id if isinstance(home, Station) else None,
            unit_id=home.id if isinstance(home, Unit) else None,
        )
        return week_sheet.report(found, _name_of(home) or "", actor, span, as_of=context.now(), explain=named)

    @reads(Right.READ)
    def digest(
        self,
        *,
        person: StaffRef | None = None,
        station: StationRef | None = None,
        unit: UnitRef | None = None,
        days: int = 7,
        explain: bool = False,
    ) -> Report:
        """Return what is overdue, due soon, stale and has arrived, for a person, a station or a unit. Five statements.

        Args:
            person: Whose: by default the actor's.
            station: Or of a station.
            unit: Or of a unit.
            days: Days ahead for deadlines, and days back for arrivals; 1 to 366.
            explain: Changes nothing: the tables name the records.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
            NotFound: There is no such person, station or unit.
        """
        from crm.reads.places.week import open_work
        from crm.reports import digest_sheet

        context, actor = self._context, self._context.acting()
        with Checks() as check:
            most = check.count(days, "days") or 0
            if not 0 < most <= _LONGEST:
                check.wrong(
                    N_("A digest covers 1 to {most} days."),
                    N_("Name a number between."),
                    field="days",
                    code="range",
                    most=_LONGEST,
                )
            check.flag(explain, "explain")
            whose, owner = self._owner(check, person, station, unit)
        period = Period.through(context.today - timedelta(days=most), context.today + timedelta(days=most))
        query = ActivityQuery(actor, period.start, period.last, context.today, context.policy())
        work = open_work(context.session, query, whose)
        name = _name_of(owner) or actor.username
        return digest_sheet.report(*work, name, actor, period, as_of=context.now())

    def _place(self, place: PlaceRef) -> Station | Unit:
        if not isinstance(place, Unit):
            with suppress(NotFound):
                return self._stations.get(place)
        if not isinstance(place, Station):
            with suppress(NotFound):
                return self._units.get(place)
        raise NotFound(
            problem(
                N_('There is no station and no unit "{text}".'),
                N_("List them: crm station list, crm unit list"),
                field="place",
                code="not_found",
                text=str(place)[:60],
            )
        )


def _name_of(owner: Staff | Station | Unit | None) -> Words | None:
    if owner is None:
        return None
    if isinstance(owner, Staff):
        return owner.name
    return Named(owner.name, owner.name_en or owner.name, owner.code)
