"""Periods: read, written, cut at the bureau's midnight, and compared with others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.values.period import MONTHS, Period, as_period

DAYS = st.dates(date(1901, 1, 1), date(2199, 12, 31))
KINDS = st.sampled_from(sorted(MONTHS))
PERIODS = st.builds(Period.holding, DAYS, KINDS) | st.builds(
    lambda start, days: Period(start, start + timedelta(days=days)),
    st.dates(date(1901, 1, 1), date(2190, 12, 31)),  # so that the end lies in a year that can be read
    st.integers(1, 3000),
)


def test_a_period_ends_before_its_end() -> None:
    """A year holds its first and last day and not the next new year."""
    year = Period.year(2024)
    assert date(2024, 1, 1) in year
    assert date(2024, 12, 31) in year
    assert date(2025, 1, 1) not in year
    assert date(2023, 12, 31) not in year
    assert year.days == 366


@pytest.mark.parametrize("end", [date(2024, 1, 1), date(2023, 12, 31)])
def test_an_empty_period_is_refused(end: date) -> None:
    """A period has at least one day."""
    with pytest.raises(InvalidInput):
        Period(date(2024, 1, 1), end)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2022", "2022"), ("2022年", "2022"), ("2022年度", "2022"), ("２０２２", "2022"), (" 2022 年 ", "2022"),
        ("2022Q4", "2022Q4"), ("2022-q4", "2022Q4"), ("Q4 2022", "2022Q4"), ("2022年四季度", "2022Q4"),
        ("2022年第二季度", "2022Q2"), ("2022年二季度", "2022Q2"), ("2022H1", "2022H1"), ("2022年上半年", "2022H1"),
        ("2022年下半年", "2022H2"), ("2022-02", "2022-02"), ("2022年2月", "2022-02"), ("2022/12", "2022-12"),
        ("2022-02-06..2022-03-01", "2022-02-06..2022-03-01"), ("2022-03..2022-05", "2022-03-01..2022-05-31"),
        ("2022年2月6日至2022年3月1日", "2022-02-06..2022-03-01"), ("2022-02-06", "2022-02-06..2022-02-06"),
        ("2022-01-01..2022-12-31", "2022"), ("2022Q1..2022Q2", "2022H1"),
        ("2023年1-9月", "2023-01-01..2023-09-30"), ("2023年1至2月", "2023-01-01..2023-02-28"),
        ("2024年一至二月", "2024-01-01..2024-02-29"), ("2023年１—９月", "2023-01-01..2023-09-30"),
        ("2023年前三季度", "2023-01-01..2023-09-30"), ("2023年前9个月", "2023-01-01..2023-09-30"), ("2023年前半年", "2023H1"),
        ("2023年1-3季度", "2023-01-01..2023-09-30"), ("2023Q1-Q3", "2023-01-01..2023-09-30"), ("2023年十二月", "2023-12"),
        ("截至2023年9月", "2023-01-01..2023-09-30"), ("2023年截至9月底", "2023-01-01..2023-09-30"),
        ("2023-01..2023-09", "2023-01-01..2023-09-30"), ("2023年1月至9月", "2023-01-01..2023-09-30"),
        ("2023年2月6日至3月1日", "2023-02-06..2023-03-01"), ("May 2023", "2023-05"), ("sept. 2023", "2023-09"),
        ("2022年12月-2023年1月", "2022-12-01..2023-01-31"), ("2023/1-2023/9", "2023-01-01..2023-09-30"), ("2023.02", "2023-02"),
        ("202302", "2023-02"), ("2023年全年", "2023"), ("二〇二三年一至九月", "2023-01-01..2023-09-30"), ("2023年前三個季度", "2023-01-01..2023-09-30"),
        ("Jan-Sep 2023", "2023-01-01..2023-09-30"), ("January to March 2023", "2023Q1"), ("6 Feb 2023..1 March 2023", "2023-02-06..2023-03-01"),
    ],
)  # fmt: skip
def test_what_people_type(text: str, written: str) -> None:
    """In both languages; what covers the same days is the same period, however it was written."""
    assert str(Period.parse(text)) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("今年", "2023"), ("本年度", "2023"), ("this year", "2023"), ("去年", "2022"), ("Last Year", "2022"), ("前年", "2021"), ("明年", "2024"),
        ("今年1-9月", "2023-01-01..2023-09-30"), ("去年前三季度", "2022-01-01..2022-09-30"), ("今年上半年", "2023H1"),
        ("截至今年9月", "2023-01-01..2023-09-30"), ("去年10月至今年1月", "2022-10-01..2023-01-31"), ("本月", "2023-02"), ("上个月", "2023-01"),
        ("last month", "2023-01"), ("本季度", "2023Q1"), ("上季度", "2022Q4"), ("本周", "2023-02-13..2023-02-19"), ("上周", "2023-02-06..2023-02-12"),
        ("今年以来", "2023-01-01..2023-02-18"), ("2022年至今", "2022-01-01..2023-02-18"),
    ],
)  # fmt: skip
def test_words_that_count_from_today(text: str, written: str) -> None:
    """They are read where today is known, and refused elsewhere."""
    assert str(Period.parse(text, today=date(2023, 2, 18))) == written
    with pytest.raises(InvalidInput):
        Period.parse(text.replace("2022年", "今年"))


@pytest.mark.parametrize("text", ["1-9月", "前三季度", "上半年"])
def test_a_period_without_a_year_is_asked_about_with_this_year(text: str) -> None:
    """In January it may be one of last year."""
    with pytest.raises(InvalidInput, match=f"2026年{text}"):
        as_period(text, today=date(2026, 1, 5))


@pytest.mark.parametrize(
    "text",
    [None, 2022, "", "soon", "22", "2022Q5", "2022-13", "2022-02-30", "1800", "9999", "2023..2022", "2022..2023..2024", "..", "2022..", "2" * 10_000],
)  # fmt: skip
def test_what_is_no_period(text: object) -> None:
    """It is refused, whatever its type and length."""
    with pytest.raises(InvalidInput):
        Period.parse(text)


@pytest.mark.parametrize(
    ("text", "code", "way_out"),
    [
        ("1-9月", "no_year", "2023年1-9月"), ("前三季度", "no_year", "2023年前三季度"), ("截至9月", "no_year", "2023年截至9月"),
        ("2023-1-9", "readings", "Write one of the two."), ("2023.1-9", "readings", "Write one of the two."),
        ("2023/2-3", "readings", "Write one of the two."),
    ],
)  # fmt: skip
def test_what_may_be_several_periods(text: str, code: str, way_out: str) -> None:
    """A period without its year, and one that is a day or months, are refused with the way out."""
    with pytest.raises(InvalidInput) as caught:
        Period.parse(text, "since")
    assert [(problem.code, problem.field) for problem in caught.value.problems] == [(code, "since")]
    assert way_out in str(caught.value)


@given(st.dates(date(1902, 1, 1), date(2190, 12, 31)), st.integers(1, 30))
def test_whole_months_move_by_months(day: date, months: int) -> None:
    """The year before, and the period before, of whole months are whole months, through leap years too."""

    def first(number: int) -> date:
        return date(number // 12, number % 12 + 1, 1)

    start = 12 * day.year + day.month - 1
    period = Period(first(start), first(start + months))
    assert period.year_before() == Period(first(start - 12), first(start - 12 + months))
    assert period.previous() == Period(first(start - months), first(start))


@pytest.mark.parametrize(
    ("text", "year_before", "previous"),
    [
        ("2024年1-2月", "2023年1-2月", "2023年11月..2023年12月"),
        ("2025年1-2月", "2024-01-01..2024-02-29", "2024-11..2024-12"),
        ("2023年1-9月", "2022年1-9月", "2022-04..2022-12"),
    ],
)
def test_the_same_months_a_year_before(text: str, year_before: str, previous: str) -> None:
    """A leap February is whole on either side."""
    period = Period.parse(text)
    assert (period.year_before(), period.previous()) == (Period.parse(year_before), Period.parse(previous))


def test_a_number_is_a_year() -> None:
    """And True is none."""
    assert as_period(2022) == as_period("2022") == as_period(Period.year(2022)) == Period.year(2022)
    for wrong in (True, 0, 20_220_101, 2022.0, None):
        with pytest.raises(InvalidInput):
            as_period(wrong)


@given(PERIODS)
def test_it_is_read_as_it_is_written(period: Period) -> None:
    """Writing and reading agree."""
    assert Period.parse(str(period)) == period


@given(PERIODS)
def test_the_neighbours_touch(period: Period) -> None:
    """The one before ends where it starts, and has as many months or days."""
    before = period.previous()
    assert before.end == period.start
    assert before.months == period.months if period.months else before.days == period.days


@given(DAYS, KINDS)
def test_the_parts_cover_it_whole(day: date, kind: str) -> None:
    """A year consists of its months, quarters and halves; each is the same one a year before."""
    year = Period.holding(day, "year")
    parts = year.parts(kind)  # type: ignore[arg-type]
    assert len(parts) == 12 // MONTHS[kind]
    assert sum(part.days for part in parts) == year.days
    assert [part.year_before() for part in parts] == list(year.year_before().parts(kind))  # type: ignore[arg-type]


@given(PERIODS, DAYS)
def test_the_instants_are_midnights_of_the_bureau(period: Period, day: date) -> None:
    """A day lies within exactly when its noon in Shanghai does."""
    start, end = period.instants
    noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    assert (start <= noon < end) is (day in period)


def test_the_edges_of_a_year() -> None:
    """2022 begins at four in the afternoon of New Year's Eve in UTC."""
    assert Period.year(2022).instants == (
        datetime(2021, 12, 31, 16, tzinfo=UTC),
        datetime(2022, 12, 31, 16, tzinfo=UTC),
    )


def test_the_share_of_time_that_is_over() -> None:
    """Counted in whole days, none before it and all after it."""
    year = Period.year(2023)
    assert year.elapsed(date(2022, 12, 31)) == 0
    assert year.elapsed(date(2023, 1, 1)) == Fraction(1, 365)
    assert year.elapsed(date(2023, 12, 31)) == year.elapsed(date(2030, 1, 1)) == 1


def test_a_leap_day_a_year_before() -> None:
    """29 February is compared with the 28th."""
    assert str(Period.parse("2024-02-29").year_before()) == "2023-02-28..2023-02-28"
    assert str(Period.parse("2024-02").year_before()) == "2023-02"
