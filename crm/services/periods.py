"""A period that somebody asks about."""

from __future__ import annotations

from datetime import date

from crm.errors import N_, problem
from crm.services.checks import Checks
from crm.values.moments import as_date


def period(check: Checks, since: date | str, until: date | str) -> tuple[date, date]:
    """Return the first and the last day of a period; what is missing or out of order is noted."""
    first, last = check.take(lambda: as_date(since, "since")), check.take(lambda: as_date(until, "until"))
    if first is not None and last is not None and last < first:
        check.add(
            problem(
                N_("The period ends on {until}, before it begins on {since}."),
                N_("Check the days."),
                field="until",
                code="order",
                since=first,
                until=last,
            )
        )
    return first, last
