"""Targets of capital by unit against entries added up one by one, where a claim is split: as in the year report, to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine

from crm.values.period import Period
from tests.reads.figures.ledgers import (
    CONTRACT,
    CONTRACT_KINDS,
    REVERSED_ARRIVAL,
    Entry,
    Ledger,
    booked,
    broken_down,
    counting,
    opened,
    parts,
)
from tests.tiers import examples

UNITS = ("hitech", "west", "bureau")
JOINT = ("hitech", "west")
#: Code, measure, what more is asked, which entries of which book count, and what a US cent is in it.
MEASURES: tuple[tuple[str, str, str, dict[str, Any], int], ...] = (
    ("fdi", "actual_fdi", "", {}, 1),
    ("plants", "actual_fdi", 'filter = { industry = ["C"] }', {}, 1),
    ("contracts", "contract_fdi", "", {"book": "contract", "kinds": CONTRACT_KINDS}, 1),
    ("home", "domestic_capital", "", {"home": True}, 7),
)
SCOPES = {
    "each": 'scope = "each"\nunits = ["hitech", "west", "bureau"]\ncadence = "half"',
    "jointly": 'scope = "jointly"\nunits = ["hitech", "west"]',
    "city": 'scope = "city"',
}
TARGETS = 'period = "2022"\nsource = "random"\n' + "\n".join(
    f'[[target]]\ncode = "{code}-{name}"\ntitle = "{code}"\nmeasure = "{measure}"\nat_least = "1 {"CNY" if code == "home" else "USD"}"'
    f"\n{more}\n{scope}"
    for code, measure, more, _, _ in MEASURES
    for name, scope in SCOPES.items()
)
HALVES = (Period.parse("2022H1"), Period.parse("2022H2"))
YEAR = Period.year(2022)


@pytest.fixture(scope="module")
def ledger(engine: Engine) -> Any:
    """The leads and the targets, in a transaction that is rolled back after the module, seen from the middle of 2024."""
    for opened_ledger in opened(engine):
        opened_ledger.world.clock.instant = datetime(2024, 6, 1, 2, tzinfo=UTC)
        opened_ledger.world.manager.targets.load(TARGETS)
        yield opened_ledger


def of_unit(entries: Sequence[Entry], unit: str) -> int:
    """Return what a unit has of entries, in cents."""
    return sum(value for entry in entries for whose, value in parts(entry) if whose == unit)


def within(
    entries: Sequence[Entry], span: Period, as_of: date, code: str, which: dict[str, Any], rate: int = 1
) -> list[Entry]:
    """Return what counts in a span up to a day, in cents of the measure."""
    if as_of < span.start:
        return []
    found = counting(entries, Period(span.start, min(span.end, as_of + timedelta(days=1))), **which)
    return [
        evolve(booking, usd=booking.usd * rate) for booking in found if code != "plants" or booking.industry[0] == "C"
    ]


SPLIT = [
    Entry(2, date(2022, 1, 2), "new", "JP", "C36", "bureau", 1, True),
    Entry(2, date(2022, 2, 8), "new", "JP", "C36", None, 101, True, back=date(2022, 7, 18)),
]


@examples(12)
@given(
    entries=st.lists(REVERSED_ARRIVAL | REVERSED_ARRIVAL | CONTRACT, max_size=10),
    as_of=st.sampled_from((date(2021, 12, 31), date(2022, 1, 2), date(2022, 6, 30), date(2022, 12, 31), date(2024, 5, 31))),
)  # fmt: skip
@example(entries=SPLIT, as_of=date(2022, 12, 31))
def test_a_unit_has_its_shares(ledger: Ledger, entries: list[Entry], as_of: date) -> None:
    """Each unit its part, several together the sum of theirs, the city each entry once; the same parts are in the year's figures."""
    crm = ledger.world.manager
    with ledger.session.begin_nested() as savepoint:
        ids = ledger.put(entries)
        card = crm.targets.score(2022, as_of=as_of)
        report = crm.report.scorecard(2022, as_of=as_of, explain=True)
        counted = {code: crm.figures.count(measure, 2022, by=["unit"]) for code, measure, *_ in MEASURES}
        savepoint.rollback()
    lines = {(line.target.code, line.unit.code if line.unit else None): line for line in card.lines}
    behind = {figure.key: sorted(number for one in figure.entries for number in one.ids) for figure in report.figures}
    numbers = list(zip(booked(entries), ids, strict=True))
    for code, _, _, which, rate in MEASURES:
        mine = within(entries, YEAR, as_of, code, which, rate)
        assert value(lines[f"{code}-city", None]) == sum(booking.usd for booking in mine)
        assert value(lines[f"{code}-jointly", None]) == sum(of_unit(mine, unit) for unit in JOINT)
        for unit in UNITS:
            halves = [within(entries, span, as_of, code, which, rate) for span in HALVES]
            found = [cell.score.value for cell in lines[f"{code}-each", unit].cells]
            assert found == [of_unit(half, unit) for half in halves]
            if code != "plants" and as_of >= YEAR.last:
                assert sum(found) == counted[code].part("unit", unit)
            for span, half in zip(HALVES, halves, strict=True):
                expected = [
                    number
                    for booking, number in numbers
                    if evolve(booking, usd=booking.usd * rate) in half and unit in dict(parts(booking))
                ]
                assert behind[f"{code}-each:{unit}:{span}"] == sorted(expected)
        shared = [
            number
            for booking, number in numbers
            if evolve(booking, usd=booking.usd * rate) in mine and {*JOINT} & set(dict(parts(booking)))
        ]
        assert behind[f"{code}-jointly"] == sorted(shared)
        assert behind[f"{code}-city"] == sorted(
            number for booking, number in numbers if evolve(booking, usd=booking.usd * rate) in mine
        )


def value(line: Any) -> int:
    """Return the figure of a target that is asked once."""
    (cell,) = line.cells
    number: int = cell.score.value
    return number


def test_the_example_is_split() -> None:
    """The oracle itself: one cent goes to the larger share, and what is taken back is taken from both."""
    assert [dict(parts(booking)) for booking in booked(SPLIT)] == [
        {"hitech": 0, "west": 1},
        {"hitech": 34, "west": 67},
        {None: -101},
    ]
    assert broken_down(SPLIT)[0] == 102
