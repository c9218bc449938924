"""Notice, report and outcome deadlines of trips, and what counts as at home: data of the policy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from attrs import frozen

from crm.refusals import out_of_range
from crm.rules.checks import Checks

#: Only the mainland is at home: Hong Kong, Macao and Taiwan are abroad (境外).
HOME = ("CN",)
#: The maximum: about two years.
_MOST = 730


@frozen
class TripPolicy:
    """The deadlines of a trip, in calendar days.

    Attributes:
        notice_days_abroad: A trip abroad is announced so many days before it departs.
        notice_days_home: One that stays at home so many.
        report_days: It reports within so many days after its return.
        outcome_days: For so many days after its return, a step of a lead that it met about counts as its outcome.
    """

    notice_days_abroad: int = 15
    notice_days_home: int = 3
    report_days: int = 15
    outcome_days: int = 90

    def __attrs_post_init__(self) -> None:
        """Refuse invalid numbers, naming all of them."""
        check = Checks()
        for name, days in (
            ("notice_days_abroad", self.notice_days_abroad),
            ("notice_days_home", self.notice_days_home),
            ("report_days", self.report_days),
            ("outcome_days", self.outcome_days),
        ):
            if type(days) is not int or not 0 <= days <= _MOST:
                check.add(out_of_range(days, 0, _MOST, f"trips.{name}"))
        check.settle()

    def notice_due(self, starts: date, *, abroad: bool | None) -> date:
        """Return the last day on which a trip can be announced in time; a trip without stays counts as abroad."""
        return starts - timedelta(self.notice_days_home if abroad is False else self.notice_days_abroad)

    def report_due(self, ends: date) -> date:
        """Return the last day on which a trip reports in time."""
        return ends + timedelta(self.report_days)

    def outcome_until(self, ends: date) -> date:
        """Return the last day on which a move of a lead counts as a trip's outcome."""
        return ends + timedelta(self.outcome_days)


def is_abroad(countries: Iterable[str | None], home: Iterable[str] = HOME) -> bool | None:
    """Return whether a journey leads abroad: one stay there is enough; None when no country is known.

    >>> is_abroad(["CN", "HK"]), is_abroad(["CN"]), is_abroad([])
    (True, False, None)
    """
    known = {country for country in countries if country is not None}
    return bool(known - set(home)) if known else None
