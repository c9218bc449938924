"""Periods given as arguments."""

from __future__ import annotations

import re
from datetime import date, timedelta

from crm.errors import N_
from crm.rules.kernel.checks import Checks
from crm.values.moments import as_date


def period(check: Checks, since: date | str, until: date | str) -> tuple[date, date]:
    """Return the first and the last day of a period; missing or reversed days are noted as problems."""
    first, last = check.take(lambda: as_date(since, "since")), check.take(lambda: as_date(until, "until"))
    if first is not None and last is not None and last < first:
        check.wrong(
            N_("The period ends on {until}, before it begins on {since}."),
            N_("Check the days."),
            field="until",
            code="order",
            since=first,
            until=last,
        )
    return first, last


def month_of(check: Checks, month: str) -> tuple[date, date]:
    """Return the first and the last day of a month such as ``2023-02``; an invalid month is noted as a problem."""
    text = str(month).strip()
    written = re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) is not None
    first = check.take(lambda: as_date(f"{text}-01", "month"), "month") if written else None
    if not written:
        check.wrong(
            N_('{field}: "{text}" is not a month.'),
            N_("Write it like 2023-02."),
            field="month",
            code="date",
            text=text[:60],
        )
    if first is None:
        return date.min, date.min
    return first, (first + timedelta(31)).replace(day=1) - timedelta(1)
