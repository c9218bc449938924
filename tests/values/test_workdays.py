"""Chinese working days against a calendar that is asked day by day."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.values.registers.workdays import add_workdays, is_workday, known_years, workdays_between

FIRST, LAST = known_years()
days = st.dates(date(FIRST, 1, 1), date(LAST, 12, 31))
DAY = timedelta(days=1)


@given(day=days)
def test_a_day_is_what_the_calendar_says(day: date) -> None:
    """Every day of the known years."""
    assert is_workday(day) is chinese_calendar.is_workday(day)


@given(start=st.dates(date(FIRST, 1, 1), date(LAST - 1, 6, 30)), count=st.integers(1, 120))
def test_a_period_ends_where_counting_day_by_day_ends(start: date, count: int) -> None:
    """The day it starts on is not counted; it ends on a working day."""
    day, left = start, count
    while left:
        day += DAY
        left -= chinese_calendar.is_workday(day)
    assert add_workdays(start, count) == day


@given(first=days, span=st.integers(-400, 400))
def test_the_days_between_are_those_counted_one_by_one(first: date, span: int) -> None:
    """After the first day, up to and with the last; backwards they are negative."""
    last = min(max(first + timedelta(days=span), date(FIRST, 1, 1)), date(LAST, 12, 31))
    low, high = min(first, last), max(first, last)
    count = sum(chinese_calendar.is_workday(low + DAY * number) for number in range(1, (high - low).days + 1))
    assert workdays_between(first, last) == (count if first <= last else -count)


def test_the_spring_festival_of_2023() -> None:
    """Seven days off from 21 January; the two Saturdays and Sundays after are worked."""
    assert [is_workday(date(2023, 1, day)) for day in (20, 21, 23, 27, 28, 29, 30)] == [
        True, False, False, False, True, True, True,
    ]  # fmt: skip
    assert add_workdays(date(2023, 1, 20), 1) == date(2023, 1, 28)
    assert add_workdays(date(2023, 1, 20), 5) == date(2023, 2, 1)
    assert workdays_between(date(2023, 1, 20), date(2023, 1, 31)) == 4


@pytest.mark.parametrize("day", [date(FIRST - 1, 12, 31), date(LAST + 1, 1, 1), date(2199, 1, 1)])
def test_a_year_that_is_not_known_is_refused(day: date) -> None:
    """The days of an unknown year are refused."""
    for ask in (lambda: is_workday(day), lambda: add_workdays(day, 1), lambda: workdays_between(day, date(2023, 1, 1)),
                lambda: workdays_between(date(2023, 1, 1), day)):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            ask()
        assert caught.value.problems[0].code == "workdays"
        assert caught.value.problems[0].way_out


def test_a_period_that_leaves_the_known_years_is_refused() -> None:
    """The last known working day is the last answer."""
    end = date(LAST, 12, 31)
    while not chinese_calendar.is_workday(end):
        end -= DAY
    assert add_workdays(end - DAY, 1) == end
    with pytest.raises(InvalidInput, match=str(LAST + 1)):
        add_workdays(end, 1)
