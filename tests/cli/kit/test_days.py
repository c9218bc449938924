"""Days that are typed as words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm.cli.kit.choices import Day
from tests.cli.conftest import Terminal


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", date(2026, 12, 1)),
        ("昨天", date(2026, 11, 30)),
        ("in 3 days", date(2026, 12, 4)),
        ("2023/2/8", date(2023, 2, 8)),
        ("上周一", date(2026, 11, 23)),
    ],
)
def test_a_word_counts_from_the_bureau_s_day(monkeypatch: pytest.MonkeyPatch, typed: str, day: date) -> None:
    """At four in the afternoon UTC the next day has begun in Shanghai."""
    monkeypatch.setattr("crm.services.kernel.context.wall_clock", lambda: datetime(2026, 11, 30, 16, tzinfo=UTC))
    assert Day().convert(typed, None, None) == day


@pytest.mark.parametrize("typed", ["", "next week", "2023-02-08x", "05/06/2026", None, 5])
def test_what_is_no_day_is_left_to_the_verb(typed: object) -> None:
    """Its refusal says what is wrong."""
    assert Day().convert(typed, None, None) == typed


def test_words_that_may_be_two_days_are_refused_with_both(reader: Terminal) -> None:
    """For any option that is a day; the field is named."""
    for typed in ("3月9日", "周三", "March 9"):
        (flaw,) = reader.refused(2, "todo", "add", "L1", "回电话", "--due", typed)["problems"]
        assert (flaw["field"], flaw["code"]) == ("due", "readings")
        one, other = flaw["values"]["one"], flaw["values"]["other"]
        assert one < other
        assert one in flaw["text"]
