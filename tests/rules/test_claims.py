"""The policy of claims, and shares of a whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.rules.claims import ClaimPolicy, protection
from crm.rules.stages import DEFAULT, Pipeline
from crm.values.shares import WHOLE, as_share, percent

START = date(2023, 2, 8)
TOML = """
name = "other"
effective = 2023-01-01
reopen_at = "contact"
capital_floor = "landed"
[[stages]]
code = "contact"
[[stages]]
code = "landed"
"""


def test_the_bureaus_policy() -> None:
    """Three days of window, ninety of protection."""
    assert ClaimPolicy() == DEFAULT.claims
    assert (DEFAULT.claims.window_days, DEFAULT.claims.protection_days) == (3, 90)
    assert DEFAULT.claims.quota_of("anybody") == DEFAULT.claims.quota


def test_from_toml() -> None:
    """Days and quotas are data."""
    policy = Pipeline.from_toml(TOML + "[claims]\nwindow_days = 0\nquota = 5\nquotas = { lixia = 9 }\n").claims
    assert (policy.window_days, policy.protection_days, policy.quota_of("lixia"), policy.quota_of("x")) == (0, 90, 9, 5)
    now = datetime(2023, 2, 8, tzinfo=UTC)
    assert not policy.contests(now, now)


@pytest.mark.parametrize(
    ("table", "fields"),
    [
        ('claims = "x"', {"claims"}),
        ("[claims]\nwindow = 3\nquota = true\nprotection_days = 1.5", {"claims.window", "claims.quota", "claims.protection_days"}),
        ("[claims]\nprotection_days = 0\nwindow_days = -1\nrenewals = 99999", {"claims.protection_days", "claims.window_days", "claims.renewals"}),
        ('[claims]\nquotas = { lixia = "many", gaoxin = -1 }', {"claims.quotas.lixia", "claims.quotas.gaoxin"}),
    ],
)  # fmt: skip
def test_a_policy_that_is_none(table: str, fields: set[str]) -> None:
    """Everything wrong is named at once."""
    text = table + TOML if table.startswith("claims") else TOML + table
    with pytest.raises(InvalidInput) as refusal:
        Pipeline.from_toml(text)
    assert {problem.field for problem in refusal.value.problems} == fields
    assert all(problem.way_out for problem in refusal.value.problems)


def test_the_window_is_counted_to_the_second() -> None:
    """Its last second contests."""
    first = datetime(2023, 2, 8, 1, tzinfo=UTC)
    assert DEFAULT.claims.contests(first, first + timedelta(days=3))
    assert not DEFAULT.claims.contests(first, first + timedelta(days=3, microseconds=1))


def slow(policy: ClaimPolicy, since: date, progress: list[date], today: date) -> tuple[date, bool]:
    """Walk day by day: each day without progress uses up one of the days that are left."""
    day, left = since, policy.protection_days
    while day < today:
        day += timedelta(days=1)
        left -= 1
        if left < 0:
            return day - timedelta(days=1), True
        if day in progress:
            left = policy.protection_days
    return day + timedelta(days=left), False


@given(
    st.integers(1, 30),
    st.lists(st.integers(0, 100), max_size=8),
    st.integers(0, 120),
)
def test_protection_day_by_day(days: int, progress: list[int], today: int) -> None:
    """The rule and a walk from day to day agree."""
    policy = ClaimPolicy(protection_days=days)
    moments = [START + timedelta(days=offset) for offset in progress]
    now = START + timedelta(days=today)
    found = protection(policy, START, moments, now)
    assert (found.until, found.lapsed) == slow(policy, START, moments, now)


@pytest.mark.parametrize(
    ("value", "points", "text"),
    [(60, 6000, "60%"), ("33.33", 3333, "33.33%"), (" ６０％ ", 6000, "60%"), (Decimal("0.5"), 50, "0.5%"), (100, WHOLE, "100%")],
)  # fmt: skip
def test_shares(value: Any, points: int, text: str) -> None:
    """In percent outside, in basis points inside."""
    assert as_share(value) == points
    assert percent(points) == text


@pytest.mark.parametrize(
    "value", [0, -1, 101, "x", "", None, True, 0.5, "33.333", "NaN", "Infinity", "1e99", "1e-99", [], b"5"]
)
def test_no_shares(value: Any) -> None:
    """What is no exact percentage is refused."""
    with pytest.raises(InvalidInput):
        as_share(value)


@given(st.integers(1, WHOLE))
def test_every_share_is_read_as_it_is_written(points: int) -> None:
    """A share that is printed and read again has the same value."""
    assert as_share(percent(points)) == points
