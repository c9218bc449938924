"""Periods given as arguments."""

from __future__ import annotations

from datetime import date

from crm.errors import N_
from crm.rules.kernel.checks import Checks
from crm.values.period import Period, as_period

#: What names a period: one, a year, or text such as ``2022Q4``, ``2023-02`` or ``2023-02-06..2023-03-01``.
PeriodRef = Period | int | str


def period_of(check: Checks, period: PeriodRef | None, today: date, *, otherwise: Period | None = None) -> Period:
    """Return the named period; an invalid one is noted as a problem.

    Args:
        check: Notes the problem.
        period: The period, or None.
        today: The bureau's day, from which words such as ``去年`` count.
        otherwise: The period if none is named; None: this year.
    """
    this = otherwise or Period.year(today.year)
    return this if period is None else check.take(lambda: as_period(period, today=today), "period") or this


def month_of(check: Checks, period: PeriodRef | None, today: date) -> Period:
    """Return the month that is named, by default this one; any other period is noted as a problem."""
    this = Period.holding(today, "month")
    found = period_of(check, period, today, otherwise=this)
    if found.kind != "month":
        check.wrong(
            N_("{period} is not a month."),
            N_("Name one, such as 2023-02."),
            field="period",
            code="month",
            period=str(found),
        )
    return found
