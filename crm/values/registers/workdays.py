"""Chinese working days: without weekends and public holidays, with the make-up working days.

The State Council announces them year by year, towards the end of the year before. They come from the package
chinesecalendar, which follows these announcements; days of unannounced years are refused, not guessed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from functools import cache

from crm.errors import N_, InvalidInput, problem


def is_workday(day: date) -> bool:
    """Return whether a day is a working day.

    Raises:
        InvalidInput: The holidays of its year are not known.
    """
    known = _known(day)
    index = bisect_left(known, day)
    return index < len(known) and known[index] == day


def add_workdays(start: date, count: int) -> date:
    """Return the last day of a period of *count* working days; the day it starts on is not counted.

    Args:
        start: The day from which the period runs.
        count: How many working days, at least 1.

    Raises:
        InvalidInput: The period ends in a year whose holidays are not known.
    """
    known = _known(start)
    index = bisect_right(known, start) + count - 1
    if index >= len(known):
        raise _unknown(known[-1].year + 1)
    return known[index]


def workdays_between(first: date, last: date) -> int:
    """Return the number of working days after *first* up to *last*; negative if *last* comes before.

    Raises:
        InvalidInput: A day of a year whose holidays are not known.
    """
    known = _known(first)
    _known(last)
    return bisect_right(known, last) - bisect_right(known, first)


def known_years() -> tuple[int, int]:
    """Return the first and the last year whose working days are known."""
    known = _workdays()
    return known[0].year, known[-1].year


def _known(day: date) -> tuple[date, ...]:
    """Return the working days of all known years.

    Raises:
        InvalidInput: The year of *day* is none of them.
    """
    known = _workdays()
    if not known[0].year <= day.year <= known[-1].year:
        raise _unknown(day.year)
    return known


@cache
def _workdays() -> tuple[date, ...]:
    """Return every working day of the years that have been announced, in order."""
    from chinese_calendar import constants  # noqa: PLC0415 - loaded when a deadline is first asked for

    announced = constants.holidays.keys() | constants.workdays.keys()
    day, last = date(min(announced).year, 1, 1), date(max(announced).year, 12, 31)
    found = []
    while day <= last:
        if day in constants.workdays or (day.weekday() < 5 and day not in constants.holidays):  # noqa: PLR2004 - Monday to Friday
            found.append(day)
        day += timedelta(days=1)
    return tuple(found)


def _unknown(year: int) -> InvalidInput:
    first, last = known_years()
    return InvalidInput(
        problem(
            N_("The working days of {year} are unknown; {first} to {last} are known."),
            N_("Give the day yourself, or install a release of chinesecalendar published after the announcement."),
            code="workdays",
            year=year,
            first=first,
            last=last,
        )
    )
