"""Forecasts to the end of a period: the current figure plus the pipeline at past rates of progress. Exact.

A forecast is labelled as one, with its basis; it is never part of a figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from attrs import frozen

from crm.values.period import Period

_YEAR = 365


class NoForecast(StrEnum):
    """Why there is no forecast."""

    NOT_MADE = "not_made"
    OVER = "over"
    TOO_FEW = "too_few"
    NO_RATE = "no_rate"


@frozen
class History:
    """The window from which conversions are counted.

    Attributes:
        days: What is left of the period: each lead is given as many days.
        first: The first day on which it may have entered its stage.
        last: The last one, so that everybody has had all those days.
        least: So many must have entered a stage, or nothing is said of it.
    """

    days: int
    first: date
    last: date
    least: int

    @classmethod
    def of(cls, period: Period, day: date, *, years: int = 2, least: int = 20) -> History | None:
        """Return the window for a forecast on a day, or None if the period is over.

        Args:
            period: The period that is forecast.
            day: The day that is looked from.
            years: So many years of leads are counted.
            least: So many leads of a stage are enough.
        """
        left = (period.last - day).days
        if left <= 0:
            return None
        last = day - timedelta(left)
        return cls(left, last - timedelta(years * _YEAR - 1), last, least)


@frozen
class Conversion:
    """The past rate of progress from a stage.

    Attributes:
        entered: So many entered it in the window.
        went: So many of them had got there within the days.
    """

    entered: int
    went: int

    def share(self, least: int) -> Fraction | None:
        """Return the share that reached the goal, exactly; None if there are too few leads."""
        return Fraction(self.went, self.entered) if self.entered >= max(least, 1) else None


@frozen(kw_only=True)
class Forecast:
    """The forecast of a figure.

    Attributes:
        done: The figure by now.
        expected: What may still come; None: it cannot be said.
        whole: Of a share what may be expected of the whole, else None.
        reason: Why it cannot be said, or None.
    """

    done: int
    expected: Fraction | None = None
    whole: Fraction | None = None
    reason: NoForecast | None = None

    @property
    def total(self) -> Fraction | None:
        """The current figure plus what may still come."""
        return None if self.expected is None else self.done + self.expected


def expected(
    amounts: Mapping[str, int | Fraction], conversions: Mapping[str, Conversion], least: int
) -> Fraction | NoForecast:
    """Return the sum over stages of the amount times the conversion rate, or NoForecast with too few leads.

    >>> expected({"signed": 100}, {"signed": Conversion(20, 5)}, 20)
    Fraction(25, 1)
    """
    total = Fraction(0)
    for stage, amount in amounts.items():
        if not amount:
            continue
        share = conversions.get(stage, Conversion(0, 0)).share(least)
        if share is None:
            return NoForecast.TOO_FEW
        total += amount * share
    return total
