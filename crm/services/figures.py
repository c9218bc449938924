"""Figures: what the city's measures come to in a period, and what stands behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crm.reports import figures as reports
from crm.reports.figures import Counted
from crm.rules.measures import FigureKey, Measure, as_measure, require_dimensions
from crm.services.checks import Checks
from crm.services.context import Context
from crm.values.period import Period, as_period

PeriodRef = Period | int | str


class Figures:
    """What measures come to; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def count(
        self,
        measure: Measure | str,
        period: PeriodRef,
        *,
        by: Iterable[str] = (),
        only: Mapping[str, str] | None = None,
    ) -> Counted:
        """Return what a measure comes to in a period, by the ledger and the records of now.

        Args:
            measure: Its code; see :data:`crm.rules.measures.MEASURES`.
            period: A year, or text such as ``2022Q4``.
            by: Breakdowns: country, group, section, division, unit, kind.
            only: Count only what has these codes: ``{"section": "C"}``; of a breakdown by unit ask for *by*.

        Returns:
            Cents, fen or a number, and its parts. What confidential leads add to it for somebody who may not see them
            says :mod:`crm.reports.shielding`.

        Raises:
            InvalidInput: Arguments that cannot be meant, all named.
            AccessDenied: Nobody is named as acting.
        """
        context, actor = self._context, self._context.acting()
        with Checks() as check:
            what = check.take(lambda: as_measure(measure))
            span = check.take(lambda: as_period(period))
            wanted = check.items(by, "by")
            if what is not None:
                check.take(lambda: require_dimensions(what, wanted))
                check.take(lambda: require_dimensions(what, set(only or ()), "only", but=("unit",)))
        (found,) = reports.counted(
            context.session, actor, context.policy(), what, [span], today=context.today, by=wanted, only=only
        )
        return found

    def entries(
        self, key: FigureKey | str, period: PeriodRef, *, limit: int | None = None
    ) -> tuple[str, tuple[int, ...]]:
        """Return what the records behind a figure are called, and the numbers of those that the actor may see.

        Args:
            key: Which figure, such as ``actual_fdi:section=C``.
            period: A year, or text such as ``2022Q4``.
            limit: At most so many, by their day.

        Raises:
            InvalidInput: Arguments that cannot be meant, all named.
            AccessDenied: Nobody is named as acting.
        """
        context, actor = self._context, self._context.acting()
        with Checks() as check:
            what = check.take(lambda: FigureKey.parse(key))
            span = check.take(lambda: as_period(period))
            most = check.count(limit, "limit")
        return reports.entry_ids(context.session, actor, context.policy(), what, span, today=context.today, limit=most)
