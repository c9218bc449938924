"""Days that are typed as words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm.cli.kit.choices import Day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", date(2026, 12, 1)),
        ("昨天", date(2026, 11, 30)),
        ("in 3 days", date(2026, 12, 4)),
        ("2023/2/8", date(2023, 2, 8)),
    ],
)
def test_a_word_counts_from_the_bureau_s_day(monkeypatch: pytest.MonkeyPatch, typed: str, day: date) -> None:
    """At four in the afternoon UTC the next day has begun in Shanghai."""
    monkeypatch.setattr("crm.services.kernel.context.wall_clock", lambda: datetime(2026, 11, 30, 16, tzinfo=UTC))
    assert Day().convert(typed, None, None) == day


@pytest.mark.parametrize("typed", ["", "next week", "2023-02-08x", None, 5])
def test_what_is_no_day_is_left_to_the_verb(typed: object) -> None:
    """Its refusal says what is wrong."""
    assert Day().convert(typed, None, None) == typed
