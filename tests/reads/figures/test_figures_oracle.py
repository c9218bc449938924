"""Figures against the plainest Python there is, on random ledgers, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from crm.models import CapitalArrival
from crm.reads.figures import queries as figures
from crm.rules.figures.measures import FigureKey
from crm.rules.stages import DEFAULT
from crm.values.period import Period
from tests.reads.figures.ledgers import (
    ARRIVAL,
    CONTRACT,
    CONTRACT_KINDS,
    KINDS,
    PUBLIC,
    REVERSED_ARRIVAL,
    TODAY,
    Entry,
    Ledger,
    broken_down,
    cleaned,
    counting,
    opened,
)
from tests.tiers import examples

PERIODS = (Period.year(2021), Period.year(2022), *(Period.month(2022, number) for number in range(1, 13)))
BY = ("country", "group", "section", "division", "unit", "kind")
ENTRIES = st.lists(ARRIVAL, max_size=14)


@pytest.fixture(scope="module")
def ledger(engine: Engine) -> Any:
    """The leads, in a transaction that is rolled back after the module."""
    yield from opened(engine)


def check(ledger: Ledger, code: str, entries: list[Entry], kinds: tuple[str, ...], book: Any) -> None:
    """Hold a measure in two years and twelve months at once, whole and in every breakdown, against the entries added up."""
    with ledger.session.begin_nested() as savepoint:
        ledger.put(entries)
        found = figures.counted(ledger.session, ledger.world.manager.actor, DEFAULT, code, PERIODS, today=TODAY, by=BY)
        for counted, period in zip(found, PERIODS, strict=True):
            total, by = broken_down(counting(entries, period, book=book, kinds=kinds))
            assert counted.value == total
            assert {name: cleaned(parts) for name, parts in counted.by.items()} == {
                name: cleaned(parts) for name, parts in by.items()
            }
        savepoint.rollback()


@examples(25)
@given(entries=st.lists(REVERSED_ARRIVAL, max_size=12))
def test_actual_fdi(ledger: Ledger, entries: list[Entry]) -> None:
    """To the cent, reversals as negative on their own day."""
    check(ledger, "actual_fdi", entries, KINDS, "arrival")


@examples(25)
@given(entries=st.lists(CONTRACT, max_size=12), others=st.lists(ARRIVAL, max_size=2))
def test_contract_fdi(ledger: Ledger, entries: list[Entry], others: list[Entry]) -> None:
    """To the cent, what is taken back as negative, a reversed decrease as positive, and no arrival among it."""
    check(ledger, "contract_fdi", [*entries, *others], CONTRACT_KINDS, "contract")


@examples(25)
@given(entries=ENTRIES, code=st.sampled_from(("actual_fdi", "reinvestment")), section=st.sampled_from("CJM"))
def test_entries_behind_a_figure(ledger: Ledger, entries: list[Entry], code: str, section: str) -> None:
    """The entries behind a figure add up to it, and a figure of one section is that part of the whole."""
    year = Period.year(2022)
    crm = ledger.world.manager
    with ledger.session.begin_nested() as savepoint:
        ledger.put(entries)
        today = TODAY
        (whole,) = figures.counted(
            ledger.session, crm.actor, DEFAULT, code, [year], today=today, by=("section", "unit")
        )
        (only,) = figures.counted(
            ledger.session, crm.actor, DEFAULT, code, [year], today=today, only={"section": section}
        )
        assert only.value == whole.part("section", section)
        key = FigureKey.parse(f"{code}:section={section}")
        record, ids = figures.entry_ids(ledger.session, crm.actor, DEFAULT, key, year, today=today)
        assert record == "capital_arrival"
        amounts = ledger.session.scalars(select(CapitalArrival.usd_minor).where(CapitalArrival.id.in_(ids))).all()
        assert sum(value or 0 for value in amounts) == only.value
        of_west = FigureKey.parse(f"{code}:unit=west")
        _, parted = figures.entry_ids(ledger.session, crm.actor, DEFAULT, of_west, year, today=today)
        leads = ledger.session.scalars(select(CapitalArrival.lead_id).where(CapitalArrival.id.in_(parted))).all()
        assert set(leads) <= {ledger.leads[2].id}
        assert bool(leads) is bool(whole.part("unit", "west"))
        savepoint.rollback()


@examples(25)
@given(entries=ENTRIES)
def test_what_a_viewer_is_told(ledger: Ledger, entries: list[Entry]) -> None:
    """A figure is the sum of what they may see one by one: no hidden lead changes it, and none is too small to be told."""
    viewer = ledger.world.viewer.actor
    periods = (Period.year(2022), Period.month(2022, 1))
    with ledger.session.begin_nested() as savepoint:
        ledger.put(entries)
        found = figures.counted(ledger.session, viewer, DEFAULT, "actual_fdi", periods, today=TODAY, by=BY)
        savepoint.rollback()
    for counted, period in zip(found, periods, strict=True):
        total, by = broken_down([booking for booking in counting(entries, period) if booking.lead < PUBLIC])
        assert counted.value == total
        assert {name: cleaned(parts) for name, parts in counted.by.items()} == {
            name: cleaned(parts) for name, parts in by.items()
        }
