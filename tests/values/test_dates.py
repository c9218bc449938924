"""Days and times as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm.errors import InvalidInput
from crm.values.dates import written_day, written_time
from crm.values.moments import as_date, local_time
from crm.values.period import as_period

MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-08",
        "２０２３-02-08",
        "2023-2-8",
        "2023/2/8",
        "2023/02/08",
        "2023.2.8",
        "2023年2月8日",
        "2023年02月08号",
        "8 February 2023",
        "Feb 8, 2023",
        "February 8th 2023",
        "08-FEB-2023",
        "2023 Feb 8",
        "8th of February, 2023",
        " 2023/2/8 ",
        "二〇二三年二月八日",
        "2023年二月8號",
    ],
)
def test_one_day_in_many_forms(text: str) -> None:
    """The year comes first, or the month is a word; then month and day are certain."""
    assert as_date(text, "on") == date(2023, 2, 8)


@pytest.mark.parametrize(
    "text",
    [
        "2/8/23",
        "31 Feb 2023",
        "2023-2/8",
        "2023年2月",
        "上周三",
        "2023/13/1",
        "2023.2.30",
        "昨天",
        "tomorrow",
        "x" * 9000,
    ],
)
def test_what_is_no_day_or_another_for_each_reader(text: str) -> None:
    """A word without today is refused too."""
    with pytest.raises(InvalidInput, match="is not a day"):
        as_date(text, "on")


@pytest.mark.parametrize("text", ["8 February", "Feb. 8th", "2月8日", "二月八号"])
def test_a_day_without_its_year_says_so(text: str) -> None:
    """Where no today is known, from which it could be counted."""
    with pytest.raises(InvalidInput, match="has no year"):
        as_date(text, "on")


@pytest.mark.parametrize("text", ["2/8/2023", "08.02.2023", "8-2-2023"])
def test_what_may_be_two_days_is_refused_with_both(text: str) -> None:
    """Day or month may come first; as a day, as the day of a time, and as a period."""
    for read in (
        lambda: as_date(text, "on"),
        lambda: local_time(f"{text} 10:00", "Asia/Tokyo"),
        lambda: as_period(text),
    ):
        with pytest.raises(InvalidInput, match="may be 2023-02-08 or 2023-08-02"):
            read()


@pytest.mark.parametrize("text", ["28/2/2023", "2/28/2023", "28.02.2023"])
def test_a_day_after_the_twelfth_is_no_month(text: str) -> None:
    """Then one reading is left."""
    assert as_date(text, "on") == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", MONDAY), ("今天", MONDAY), ("今日", MONDAY), ("yesterday", date(2026, 11, 29)), ("昨日", date(2026, 11, 29)),
        ("前天", date(2026, 11, 28)), ("Tomorrow", date(2026, 12, 1)), ("后天", date(2026, 12, 2)), ("3天后", date(2026, 12, 3)),
        ("十天前", date(2026, 11, 20)), ("in 3 days", date(2026, 12, 3)), ("1 day ago", date(2026, 11, 29)), ("next week", None),
        ("30天", None), ("in 9999 days", None), ("", None), ("上周三", date(2026, 11, 25)), ("上星期日", date(2026, 11, 29)),
        ("上上周二", date(2026, 11, 17)), ("本周五", date(2026, 12, 4)), ("下個禮拜一", date(2026, 12, 7)),
        ("last Wednesday", date(2026, 11, 25)), ("this Fri", date(2026, 12, 4)), ("Wednesday of last week", date(2026, 11, 25)),
        ("last week Tues", date(2026, 11, 24)), ("2周前", date(2026, 11, 16)), ("in a week", date(2026, 12, 7)),
        ("two weeks ago", date(2026, 11, 16)), ("the day before yesterday", date(2026, 11, 28)), ("去年3月9日", date(2025, 3, 9)),
        ("今年十二月五号", date(2026, 12, 5)),
        ("上个月31日", date(2026, 10, 31)),
        ("下月3日", date(2026, 12, 3)), ("本月31日", None), ("周八", None),
    ],
)  # fmt: skip
def test_a_day_in_words(text: str, day: date | None) -> None:
    """Counted from today."""
    assert written_day(text, MONDAY) == day


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("3月9日", "2026-03-09", "2027-03-09"), ("三月九号", "2026-03-09", "2027-03-09"), ("12月1日", "2025-12-01", "2026-12-01"),
        ("11月30日", "2026-11-30", "2027-11-30"), ("March 9", "2026-03-09", "2027-03-09"), ("9th of March", "2026-03-09", "2027-03-09"),
        ("2月29日", "2024-02-29", "2028-02-29"), ("周三", "2026-11-25", "2026-12-02"), ("on Monday", "2026-11-30", "2026-12-07"),
        ("next Friday", "2026-12-04", "2026-12-11"),
    ],
)  # fmt: skip
def test_a_day_that_may_be_before_or_after_today_is_refused_with_both(text: str, one: str, other: str) -> None:
    """Without its year, or as a day of no particular week; and so is a time on it."""
    with pytest.raises(InvalidInput, match=f"may be {one} or {other}"):
        written_day(text, MONDAY)
    with pytest.raises(InvalidInput, match=f"may be {one} or {other}"):
        written_time(f"{text} 14:00", MONDAY)


def test_last_wednesday_is_one_day_only_early_in_the_week() -> None:
    """On a Friday it is the day before yesterday, or a week before that."""
    with pytest.raises(InvalidInput, match="may be 2026-11-25 or 2026-12-02"):
        written_day("last Wednesday", date(2026, 12, 4))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("14:00", "2026-11-30 14:00"), ("１４：００", "2026-11-30 14:00"), ("昨天 14:00", "2026-11-29 14:00"),
        ("昨天14:00", "2026-11-29 14:00"), ("yesterday 14:00", "2026-11-29 14:00"), ("yesterday 2pm", "2026-11-29 14:00"),
        ("2:30 p.m.", "2026-11-30 14:30"), ("昨晚8点", "2026-11-29 20:00"), ("下午两点半", "2026-11-30 14:30"),
        ("十点半", "2026-11-30 10:30"), ("上午9时05分", "2026-11-30 09:05"), ("中午1点", "2026-11-30 13:00"), ("12am", "2026-11-30 00:00"),
        ("12 pm", "2026-11-30 12:00"), ("2023年2月8日下午3点", "2023-02-08 15:00"), ("2023/2/8 9:05", "2023-02-08 09:05"),
        ("2023.2.8, 14:30:15", "2023-02-08 14:30:15"), ("3天前 10:00", "2026-11-27 10:00"),
        ("yesterday at 14:00", "2026-11-29 14:00"), ("昨日午後2時", "2026-11-29 14:00"), ("午前9時半", "2026-11-30 09:30"),
        ("二〇二三年二月十八日下午两点", "2023-02-18 14:00"), ("後天 10點", "2026-12-02 10:00"),
        ("上周三下午3点", "2026-11-25 15:00"), ("last week Tuesday 2pm", "2026-11-24 14:00"), ("去年3月9日 10:00", "2025-03-09 10:00"),
        ("24 May 2026, 9:05", "2026-05-24 09:05"), ("May 24, 2026 2pm", "2026-05-24 14:00"),
    ],
)  # fmt: skip
def test_a_time_in_words(text: str, moment: str) -> None:
    """A time alone is today's."""
    assert written_time(text, MONDAY) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "text",
    [
        "3点",
        "晚上12点",
        "上午14:00",
        "25:00",
        "14:60",
        "14",
        "1400",
        "2pmm",
        "昨天",
        "3天 10:00",
        "2023-02-30 10:00",
        "二〇二三年二月三十日 10:00",
        "2023-02-08110:00",
        "",
    ],
)
def test_what_is_no_time_or_two(text: str) -> None:
    """Three o'clock without a part of the day is 03:00 or 15:00."""
    assert written_time(text, MONDAY) is None


def test_a_word_counts_from_the_day_at_the_place() -> None:
    """At 16:30 UTC it is already tomorrow in Tokyo, and still today in Berlin; without a present instant words are refused."""
    now = datetime(2026, 11, 29, 16, 30, tzinfo=UTC)
    assert str(local_time("00:10", "Asia/Tokyo", now=now)) == "2026-11-30 00:10 Asia/Tokyo"
    assert str(local_time("昨天 14:00", "Europe/Berlin", now=now)) == "2026-11-28 14:00 Europe/Berlin"
    for text in ("14:00", "昨天 14:00"):
        with pytest.raises(InvalidInput, match="is not a date and time"):
            local_time(text, "Asia/Tokyo")
