"""Local times, days and periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.values.moments import LocalTime, as_date, as_zone, bureau_day, local_time, zone_of

BERLIN = "Europe/Berlin"


def refusal(at: Any, zone: str = BERLIN) -> str:
    """Return the code with which a time is refused."""
    with pytest.raises(InvalidInput) as caught:
        local_time(at, zone)
    return caught.value.problems[0].code


def test_a_local_time_is_kept_as_utc_with_its_zone() -> None:
    """Two in the afternoon in Tokyo is five in the morning UTC, and is printed as it was said."""
    moment = local_time("2023-02-08 14:00", "Asia/Tokyo")
    assert moment.utc == datetime(2023, 2, 8, 5, tzinfo=UTC)
    assert str(moment) == "2023-02-08 14:00 Asia/Tokyo"


@pytest.mark.parametrize("clock", ["02:00", "02:30", "02:59:59"])
def test_a_time_the_clocks_skip_is_refused(clock: str) -> None:
    """In Berlin the hour after two is missing on the last Sunday of March."""
    assert refusal(f"2023-03-26 {clock}") == "skipped"


@pytest.mark.parametrize("clock", ["01:59:59", "03:00"])
def test_times_beside_the_gap_exist(clock: str) -> None:
    """The second before the gap and the moment after it are one moment each."""
    assert local_time(f"2023-03-26 {clock}", BERLIN).local.strftime("%H:%M:%S").startswith(clock)


def test_a_time_that_happens_twice_is_asked_about() -> None:
    """In Berlin half past two happens twice in October: unnamed it is refused, named the two are an hour apart."""
    assert refusal("2023-10-29 02:30") == "twice"
    first = local_time("2023-10-29 02:30", BERLIN, which="first")
    second = local_time("2023-10-29 02:30", BERLIN, which="second")
    assert second.utc - first.utc == timedelta(hours=1)
    assert str(first) == str(second)


@pytest.mark.parametrize("clock", ["01:59:59", "03:00"])
def test_times_beside_the_fold_are_unique(clock: str) -> None:
    """Right before and after the doubled hour nothing is asked."""
    assert local_time(f"2023-10-29 {clock}", BERLIN).zone == BERLIN


def test_an_offset_settles_the_instant() -> None:
    """Text with an offset, and an aware datetime, need no zone to be placed; the zone is where it is read."""
    expected = datetime(2023, 10, 29, 1, 30, tzinfo=UTC)
    assert local_time("2023-10-29T02:30+01:00", BERLIN).utc == expected
    assert local_time(datetime(2023, 10, 29, 2, 30, tzinfo=timezone(timedelta(hours=1))), BERLIN).utc == expected


def test_a_naive_datetime_is_refused() -> None:
    """A datetime without a zone could be any instant."""
    assert refusal(datetime(2023, 2, 8, 14)) == "naive"  # noqa: DTZ001 - the point


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("tomorrow", "time"),
        ("2023-02-08", "time"),
        ("20230208", "time"),
        ("", "time"),
        ("2023-02-30 10:00", "time"),
        ("1066-10-14 09:00", "range"),
        (5, "type"),
    ],
)
def test_what_is_no_time_is_refused(at: Any, code: str) -> None:
    """Malformed text, days that do not exist and other types are refused by name."""
    assert refusal(at) == code


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd", "/etc/localtime", "Asia/Tokyo\x00", 9])
def test_what_is_no_zone_is_refused(zone: Any) -> None:
    """Only IANA names are zones."""
    with pytest.raises(InvalidInput, match="is not a time zone"):
        zone_of(zone)


@pytest.mark.parametrize(
    "zone", ["localtime", "posix/Asia/Tokyo", "right/Asia/Tokyo", "EST", "CET", "Tokyo", "Asia/Nowhere", "", None, 9]
)
def test_a_place_has_the_zone_of_a_place(zone: Any) -> None:
    """Files of one machine and abbreviations are no zones of a place."""
    with pytest.raises(InvalidInput, match="is not a time zone"):
        as_zone(zone)


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"), ("asia/tokyo ", "Asia/Tokyo"), ("Ａｓｉａ／Ｔｏｋｙｏ", "Asia/Tokyo"), ("Japan", "Asia/Tokyo"),
        ("PRC", "Asia/Shanghai"), ("Asia/Chongqing", "Asia/Shanghai"), ("america/new_york", "America/New_York"), ("GB", "Europe/London"),
        ("Europe/Amsterdam", "Europe/Amsterdam"), ("Asia/Hong_Kong", "Asia/Hong_Kong"), ("GMT", "UTC"), ("Etc/GMT-8", "Etc/GMT-8"),
    ],
)  # fmt: skip
def test_a_zone_has_one_name(written: str, zone: str) -> None:
    """The present one of the IANA database, whatever case or older name was written."""
    assert as_zone(written) == zone
    assert local_time("2023-02-08 14:00", written).zone == zone


@given(st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive
def test_an_instant_survives_its_local_reading(instant: datetime) -> None:
    """Reading the local time of an instant back gives the instant, unless that reading exists twice."""
    moment = LocalTime(instant, BERLIN)
    text = moment.local.replace(tzinfo=None).isoformat(" ")
    readings = {local_time(text, BERLIN, which="first").utc, local_time(text, BERLIN, which="second").utc}
    assert instant in readings


def test_a_day_is_read() -> None:
    """A date and its ISO text give the same day."""
    assert as_date("2023-02-08", "on") == as_date(date(2023, 2, 8), "on") == date(2023, 2, 8)


@pytest.mark.parametrize("value", ["8.2.23", "2023-02-30", "", None, 20230208, datetime(2023, 2, 8, tzinfo=UTC)])
def test_what_is_no_day_is_refused(value: Any) -> None:
    """A datetime is not a day: which day it is depends on a zone."""
    with pytest.raises(InvalidInput, match="is not a day"):
        as_date(value, "on")


def test_the_day_is_the_bureau_s() -> None:
    """At four in the afternoon UTC the next day begins in Shanghai."""
    assert bureau_day(datetime(2023, 12, 31, 15, 59, tzinfo=UTC)) == date(2023, 12, 31)
    assert bureau_day(datetime(2023, 12, 31, 16, 0, tzinfo=UTC)) == date(2024, 1, 1)
