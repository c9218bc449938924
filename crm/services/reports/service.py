"""Reports. They only read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement

from crm.errors import N_, NotFound, problem
from crm.models import Lead
from crm.refusals import not_one_of
from crm.reports.sheet import Report
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.services.kernel.context import Context
from crm.services.kernel.periods import PeriodRef, month_of, period_of
from crm.services.kernel.refs import StationRef, TripRef, UnitRef
from crm.services.kernel.verbs import reads
from crm.services.reports.weekly import PlaceReports
from crm.services.targets.scores import TargetScores
from crm.services.trips.loading import LoadsTrips
from crm.values.period import MONTHS
from crm.values.text import as_kind

if TYPE_CHECKING:
    from crm.reads.ledgers.entries import UnderlyingRecord


class Reports(PlaceReports, LoadsTrips):
    """Reports, each as a :class:`crm.reports.sheet.Report`; handed out by :class:`crm.CRM`.

    With *explain* a report names the records behind each figure; :meth:`entries` returns them. The module of a report
    is loaded when the report is first called.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def funnel(
        self,
        period: PeriodRef | None = None,
        *,
        each: str | None = None,
        by: str | None = None,
        entering: str | None = None,
        station: StationRef | None = None,
        unit: UnitRef | None = None,
        explain: bool = False,
    ) -> Report:
        """Return the funnel: how far the leads of a cohort got, where they stopped, and their days at each stage.

        Args:
            period: In which they were received, or entered a stage; a year, text such as ``2022Q4``, or this year.
            each: Divide them by year, half, quarter or month.
            by: Divide them by station, unit, source, country or industry, as they are now.
            entering: The stage whose first entering counts; by default the day of receipt.
            station: Leads of one station.
            unit: Leads of one unit.
            explain: Name the leads behind each figure.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
        """
        from crm.reports import funnel_sheet
        from crm.reports.funnel import BY, Cohort

        context, actor = self._context, self._context.acting()
        policy = context.policy()
        with Checks() as check:
            span = period_of(check, period, context.today)
            where = self._where(check, station, unit)
            self._choice(check, each, "each", MONTHS)
            self._choice(check, by, "by", BY)
            if entering is not None:
                check.take(lambda: policy.position(entering), "entering")
            named = check.flag(explain, "explain")
        cohort = Cohort(span, each, by, entering, tuple(where))  # type: ignore[arg-type]  # they are of the choices
        return funnel_sheet.report(context.session, actor, policy, cohort, as_of=context.now(), explain=named)

    @reads(Right.READ)
    def year(self, period: PeriodRef | None = None, *, explain: bool = False) -> Report:
        """Return the year report: actual FDI with its parts, new enterprises, requests, and comparisons.

        Args:
            period: A year, text such as ``2022Q4``, or by default this year.
            explain: Name the records behind each figure.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
        """
        from crm.reports.year import sheet

        context, actor = self._context, self._context.acting()
        with Checks() as check:
            span = period_of(check, period, context.today)
            named = check.flag(explain, "explain")
        return sheet.report(
            context.session, actor, context.policy(), span, as_of=context.now(), today=context.today, explain=named
        )

    @reads(Right.READ)
    def restatement(self, period: PeriodRef | None = None, *, explain: bool = False) -> Report:
        """Return the published figures of a closed period, the current ones, and the entries confirmed since.

        Args:
            period: A period whose figures were made public.
            explain: Name the ledger entries that were confirmed since.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            NotFound: The period was not closed.
            AccessDenied: There is no actor.
        """
        from crm.reads.figures import closed, year_on_year
        from crm.reads.figures.published import published
        from crm.reports import restatement

        context, actor = self._context, self._context.acting()
        with Checks() as check:
            span = period_of(check, period, context.today)
            named = check.flag(explain, "explain")
        public = published(context.session, span)
        if public is None:
            raise NotFound(
                problem(
                    N_("The figures of {period} are not closed."),
                    N_("Close it: crm figure close PERIOD; closed ones: crm figure closings"),
                    field="period",
                    code="not_found",
                    period=str(span),
                )
            )
        policy = context.policy()
        found = year_on_year.gathered(
            context.session, actor, policy, span, year_on_year.EVERYTHING, today=context.today
        )
        later = closed.since(context.session, actor, policy, span, public.closing_id)
        return restatement.report(public, found, later, policy.capital, as_of=context.now(), explain=named)

    @reads(Right.READ)
    def board(self, *, station: StationRef | None = None, unit: UnitRef | None = None, explain: bool = False) -> Report:
        """Return number and amounts of leads at each stage now; see ``crm.leads.board`` for the leads.

        Args:
            station: Leads of one station.
            unit: Leads of one unit.
            explain: Name the leads behind each figure.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
        """
        from crm.reports import board_sheet

        context, actor = self._context, self._context.acting()
        with Checks() as check:
            where = self._where(check, station, unit)
            named = check.flag(explain, "explain")
        return board_sheet.report(
            context.session, actor, context.policy(), as_of=context.now(), where=where, explain=named
        )

    @reads(Right.READ)
    def referrals(self, period: PeriodRef | None = None, *, limit: int | None = None, explain: bool = False) -> Report:
        """Return the ranking of referrers; see ``crm.referrals.credit``.

        Args:
            period: In which leads were introduced and capital arrived; by default this year.
            limit: The maximum number.
            explain: Name the referrals behind their number.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
        """
        from crm.reads.referrals import credit, queries
        from crm.reports import referral_sheet

        context, actor, policy = self._context, self._context.acting(), self._context.policy()
        with Checks() as check:
            span = period_of(check, period, context.today)
            most = check.count(limit, "limit")
            named = check.flag(explain, "explain")
        rows = credit.credit(context.session, actor, policy, span, today=context.today, limit=most)
        brought = queries.introduced(context.session, actor, policy, span, today=context.today)
        return referral_sheet.report(rows, brought, actor, span, as_of=context.now(), explain=named)

    @reads(Right.READ)
    def ambassadors(
        self,
        period: PeriodRef | None = None,
        *,
        station: StationRef | None = None,
        unit: UnitRef | None = None,
        explain: bool = False,
    ) -> Report:
        """Return the work of each ambassador in a period; see ``crm.staff.ambassadors``.

        Args:
            period: A year, text such as ``2023-02``, or this year.
            station: Those of one station.
            unit: Those of one unit.
            explain: Changes nothing: the report has no single figure to explain.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
        """
        from crm.reports import activity_sheet

        context, actor = self._context, self._context.acting()
        with Checks() as check:
            span = period_of(check, period, context.today)
            check.flag(explain, "explain")
        rows = self._staff.ambassadors(span, station=station, unit=unit)
        return activity_sheet.ambassadors(rows, actor, span, as_of=context.now())

    @reads(Right.READ)
    def station(self, station: StationRef, period: PeriodRef | None = None, *, explain: bool = False) -> Report:
        """Return the work of a station in a month; see ``crm.stations.month``.

        Args:
            station: The station.
            period: The month, such as ``2023-02``; by default this one.
            explain: Name the meetings, leads and events behind the figures.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
            NotFound: There is no such station.
        """
        from crm.reports import activity_sheet

        context, actor = self._context, self._context.acting()
        with Checks() as check:
            span = month_of(check, period, context.today)
            named = check.flag(explain, "explain")
        card = self._stations.month(station, span)
        return activity_sheet.station(card, actor, span, as_of=context.now(), explain=named)

    @reads(Right.READ)
    def trip(self, trip: TripRef, *, explain: bool = False) -> Report:
        """Return the report on a trip: planned and made visits, and the outcome; see ``crm.trips.show``.

        Args:
            trip: The trip.
            explain: Name the meetings and leads behind the figures.

        Raises:
            InvalidInput: *explain* is neither yes nor no.
            AccessDenied: There is no actor.
            NotFound: There is no such trip.
        """
        from crm.reports import trip_sheet

        context, actor = self._context, self._context.acting()
        with Checks() as check:
            named = check.flag(explain, "explain")
        return trip_sheet.report(self._trips.show(trip), actor, as_of=context.now(), explain=named)

    @reads(Right.READ)
    def scorecard(
        self,
        period: PeriodRef | None = None,
        *,
        unit: UnitRef | None = None,
        as_of: date | str | None = None,
        frozen: int | bool = False,
        explain: bool = False,
    ) -> Report:
        """Return the standing of a period's targets, by target and unit, with shortfall and forecast.

        Args:
            period: By default this year.
            unit: Of one unit, and of what it answers for jointly.
            as_of: The last day that counts, by default today.
            frozen: As it was frozen: True for the latest edition, or the number of one; with the changes
                since.
            explain: Name the records behind each figure; of a frozen one those of today.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
            NotFound: It was never frozen, or has no such edition.
        """
        from crm.reads.figures.rounding import rounding
        from crm.reads.places.queries import unit_row
        from crm.reads.targets.scores import entries_behind
        from crm.reads.targets.totals import restricted
        from crm.reports.scorecard import sheet
        from crm.reports.scorecard.rounded import ledger_measures

        context, actor = self._context, self._context.acting()
        policy, scores = context.policy(), TargetScores(context)
        with Checks() as check:
            span = period_of(check, period, context.today)
            home = None if unit is None else check.take(lambda: self._units.get(unit), "unit")
            day = check.day(as_of, "as_of", not_after=context.today)
            named = check.flag(explain, "explain")
            edition = None if isinstance(frozen, bool) else check.count(frozen, "frozen")
            if frozen is not False and day is not None:
                check.wrong(
                    N_("A frozen scorecard has its own day."),
                    N_("Leave the day out."),
                    field="as_of",
                    code="frozen",
                )
        if frozen is False:
            card, live = scores.score(span, as_of=day, forecast=True), None
        else:
            card = scores.frozen(span, edition=edition)
            live = scores.score(span, as_of=card.as_of)
        amounts = ledger_measures(card.lines) if live is None else ()
        return sheet.report(
            card,
            as_of=context.now(),
            pipeline=policy,
            restricted=restricted(actor),
            unit=None if home is None else unit_row(home),
            live=live,
            behind=entries_behind(context.session, actor, policy, span, as_of=card.as_of) if named else None,
            # A frozen scorecard is returned as it was frozen.
            rounded=rounding(context.session, actor, policy, span, amounts),
        )

    @reads(Right.READ)
    def entries(
        self, report: Report, figure: str | None = None, *, limit: int | None = 100
    ) -> dict[str, tuple[UnderlyingRecord, ...]]:
        """Return the records behind one figure or all of an explained report.

        Each has who recorded it, when, and the document.

        Args:
            report: A report made with ``explain=True``.
            figure: The key of a figure, short as in the report or long such as ``actual_fdi:section=C``, or of a row of
                the year report's breakdowns; by default all that are read out.
            limit: The maximum number of records of each kind behind each figure; None for all.

        Returns:
            The records by the key of the figure. One statement for each kind of record, and each 20,000 of them.

        Raises:
            NotFound: The report has no such figure.
            AccessDenied: There is no actor.
        """
        from crm.services.reports.explanations import chosen, records_behind

        with Checks() as check:
            most = check.count(limit, "limit")
            figures = check.take(lambda: chosen(as_kind(Report, report, "report"), figure), "figure")
        return records_behind(self._context, figures, most)

    # --- arguments --------------------------------------------------------------------------------------------------

    def _where(self, check: Checks, station: StationRef | None, unit: UnitRef | None) -> list[ColumnElement[bool]]:
        where: list[ColumnElement[bool]] = []
        if station is not None and (place := check.take(lambda: self._stations.get(station), "station")):
            where.append(Lead.station_id == place.id)
        if unit is not None and (home := check.take(lambda: self._units.get(unit), "unit")):
            where.append(Lead.unit_id == home.id)
        return where

    @staticmethod
    def _choice(check: Checks, value: object, field: str, known: Iterable[str]) -> None:
        if value is not None and (not isinstance(value, str) or value not in known):
            check.add(not_one_of(value, known, field))
