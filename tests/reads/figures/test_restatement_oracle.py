"""Restatements against the plainest Python there is: what was made public stays, and every difference is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from crm.reports.sheet import Report
from crm.reports.year.words import figure_words
from crm.rules.figures.measures import FigureKey
from crm.rules.stages import DEFAULT
from crm.values.money import Money
from crm.values.period import Period
from tests.reads.figures.ledgers import (
    CONTRACT,
    CONTRACT_KINDS,
    KINDS,
    REVERSED_ARRIVAL,
    Entry,
    Ledger,
    booked,
    broken_down,
    counting,
    opened,
)
from tests.tiers import examples

CLOSED = datetime(2024, 6, 1, 2, tzinfo=UTC)
EARLY, LATE = datetime(2024, 5, 30, 3, tzinfo=UTC), datetime(2024, 6, 3, 3, tzinfo=UTC)
#: The figures of the ledgers: which book, which kinds, whether from home, and what a US cent is in it.
MEASURES: dict[str, tuple[dict[str, Any], int]] = {
    "actual_fdi": ({"kinds": KINDS}, 1),
    "reinvestment": ({"kinds": ("reinvestment",)}, 1),
    "contract_fdi": ({"book": "contract", "kinds": CONTRACT_KINDS}, 1),
    "domestic_capital": ({"kinds": KINDS, "home": True}, 7),
}
#: The first lines of the year report; that of contracts may be missing.
LINES = (
    "actual_fdi", "actual_fdi:group=japan_korea", "actual_fdi:group=europe_america", "actual_fdi:section=C", "actual_fdi:kind=reinvestment",
)  # fmt: skip
PERIODS = {"2022": "2021", "2023": "2022", "2022-12": "2021-12", "2023-01": "2022-01"}


def timed(entry: Entry, at: datetime, late: bool, back_late: bool) -> Entry:
    """Return an entry that was confirmed before or after the closing, whatever its signature says of the moment."""
    return evolve(entry, at=at, late=late, back_late=back_late)


ENTRIES = st.lists(
    st.builds(
        timed, REVERSED_ARRIVAL | REVERSED_ARRIVAL | CONTRACT, st.sampled_from((EARLY, CLOSED, LATE)), st.booleans(), st.booleans(),
    ),
    max_size=10,
)  # fmt: skip


@pytest.fixture(scope="module")
def ledger(engine: Engine) -> Any:
    """The leads, in a transaction that is rolled back after the module."""
    yield from opened(engine)


def points(value: Fraction) -> int:
    """Return basis points, a half away from zero."""
    size = abs(value) * 10_000
    whole = size.numerator // size.denominator
    whole += size - whole >= Fraction(1, 2)
    return int(whole if value >= 0 else -whole)


def public(entries: Sequence[Entry], period: str) -> dict[str, int]:
    """Return every figure of the ledgers in a period with growth and shares, as it is published."""
    found: dict[str, int] = {}
    for code, (which, rate) in MEASURES.items():
        total, by = broken_down(counting(entries, Period.parse(period), **which))
        earlier, earlier_by = broken_down(counting(entries, Period.parse(PERIODS[period]), **which))
        found[code] = total * rate
        if earlier > 0:
            found[f"{code}.growth"] = points(Fraction(total, earlier) - 1)
        for dimension, parts in by.items():
            for part, value in parts.items():
                if part is None:
                    continue
                tail, before = f"{dimension}={part}", earlier_by[dimension].get(part, 0)
                found[f"{code}:{tail}"] = value * rate
                if total:
                    found[f"{code}.share:{tail}"] = points(Fraction(value, total))
                if earlier and before > 0:
                    found[f"{code}.growth:{tail}"] = points(Fraction(value, before) - 1)
    return found


def of_ledgers(figures: Iterable[Any]) -> dict[str, int]:
    """Return published figures by key, without those of companies, leads and requests."""
    return {figure.key: figure.value for figure in figures if FigureKey.parse(figure.key).measure.code in MEASURES}


def told(key: str, value: int | None) -> Any:
    """Return a figure as the report shows it; of a part that nothing was counted for, nothing, and not that it is unknown."""
    what = FigureKey.parse(key)
    if what.derived is not None:
        return None if value is None else Fraction(value, 10_000)
    return Money(value or 0, what.measure.unit.upper())


def differences(was: dict[str, int], now: dict[str, int]) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of both tables by key: amounts, and growth and shares, that are not what they were."""
    rows: dict[str, list[tuple[Any, ...]]] = {"amounts": [], "rates": []}
    for key in sorted({*was, *now}):
        pair = told(key, was.get(key)), told(key, now.get(key))
        if pair[0] != pair[1]:
            name = "amounts" if FigureKey.parse(key).derived is None else "rates"
            rows[name].append((figure_words(FigureKey.parse(key), DEFAULT.capital), *pair))
    return {name: several for name, several in rows.items() if several}


def check_named(report: Report, entries: Sequence[Entry], ids: Sequence[int], was: dict[str, int], period: str) -> None:
    """The entries behind a difference are those that count in the figure and came later; they add up to it."""
    every = list(zip(booked(entries), ids, strict=True))
    now = public(entries, period)
    assert {figure.key for figure in report.figures} == {code for code in MEASURES if now[code] != was[code]}
    for figure in report.figures:
        which, rate = MEASURES[figure.key]
        late = [
            (booking.usd, number)
            for booking, number in every
            if booking.late and counting([evolve(booking, back=None)], Period.parse(period), **which)
        ]
        assert [number for entry in figure.entries for number in entry.ids] == sorted(number for _, number in late)
        assert figure.value == told(figure.key, was[figure.key] + rate * sum(usd for usd, _ in late))
        assert figure.beside[0][2] == told(figure.key, was[figure.key])


@examples(12)
@given(entries=ENTRIES, period=st.sampled_from(tuple(PERIODS)))
def test_what_was_published_stays_and_the_difference_is_named(
    ledger: Ledger, entries: list[Entry], period: str
) -> None:
    """After later confirmations and reversals: the published figures, the new ones, what differs, and what is behind it."""
    world = ledger.world
    with ledger.session.begin_nested() as savepoint:
        at_closing = [entry.at_closing for entry in entries]
        ids = ledger.put(at_closing)
        world.clock.instant = CLOSED
        closing = world.manager.figures.close(period)
        was = public(at_closing, period)
        assert of_ledgers(closing.figures) == was
        assert world.manager.report.restatement(period).tables == ()
        world.clock.instant = LATE
        ledger.confirm(entries, ids)
        ledger.session.expire_all()
        now = public(entries, period)
        assert of_ledgers(closing.figures) == was
        report = world.manager.report.restatement(period, explain=True)
        expected = differences(was, now)
        assert {table.key: list(table.rows) for table in report.tables} == expected
        check_named(report, entries, ids, was, period)
        results = world.manager.report.year(period).table("results")
        for key, row in zip(LINES, results.rows, strict=False):
            cells = row[results.at("now")], row[results.at("published")]
            assert cells == (told(key, now.get(key)), told(key, was.get(key)))
        savepoint.rollback()
