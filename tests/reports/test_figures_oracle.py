"""Figures against the plainest Python there is, on random ledgers, on both databases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from crm.models import CapitalArrival, Staff, Unit
from crm.models.base import new_uid
from crm.reports import figures
from crm.rules.measures import FigureKey
from crm.rules.stages import DEFAULT
from crm.values.period import Period
from tests.factories import LeadFactory, World

COUNTRIES = ("JP", "KR", "DE", "US", "HK", "CN")
INDUSTRIES = ("C36", "C3670", "C", "J66", "M")
KINDS = ("new", "increase", "reinvestment", "shareholder_loan")
FIRST = date(2021, 12, 30)
#: Days on both sides of two New Years, and some between.
DAYS = (*range(5), 40, 200, 360, *range(364, 371), 500, *range(729, 735))
PERIODS = (Period.year(2021), Period.year(2022), *(Period.month(2022, number) for number in range(1, 13)))
BY = ("country", "group", "section", "division", "unit", "kind")
#: Basis points of the lead whose claim is split.
SHARES = (("hitech", 3333), ("west", 6667))
#: Its last day of protection: nothing happened after the first of December.
SPLIT_UNTIL = date(2021, 12, 1) + timedelta(days=DEFAULT.claims.protection_days)


@frozen
class Entry:
    """A confirmed entry, as the oracle sees it."""

    lead: int
    day: date
    kind: str
    country: str
    industry: str
    unit: str | None
    usd: int
    confirmed: bool


ENTRIES = st.lists(
    st.builds(
        Entry, st.integers(0, 5), st.sampled_from(DAYS).map(lambda days: FIRST + timedelta(days=days)), st.sampled_from(KINDS),
        st.sampled_from(COUNTRIES), st.sampled_from(INDUSTRIES), st.sampled_from(("hitech", "bureau", None)),
        st.integers(1, 10**13) | st.integers(1, 40), st.booleans() | st.just(True),
    ),
    max_size=14,
)  # fmt: skip


class Ledger:
    """Six leads, the third with a split claim, the last four confidential; entries are put in by hand."""

    def __init__(self, session: Session) -> None:
        self.world = world = World(session)
        self.session = session
        world.clock.instant = datetime(2021, 12, 1, 2, 0, tzinfo=UTC)
        world.admin.units.add("west", name="西区", name_en="West", kind="district")
        self.leads = [
            LeadFactory.create(world=world, title=f"账{number}", **({"secret": True} if number > 1 else {}))
            for number in range(6)
        ]
        for unit in ("hitech", "west"):
            world.manager.claims.file(self.leads[2], unit=unit)
        world.admin.claims.rule(self.leads[2], {"hitech": "33.33", "west": "66.67"}, reason="both came")
        self.units: dict[str, int] = {row.code: row.id for row in session.execute(select(Unit.code, Unit.id))}
        self.staff = session.scalars(select(Staff.id).order_by(Staff.id)).all()

    def put(self, entries: Iterable[Entry]) -> None:
        """Write entries past the services, all in one statement."""
        one, two, three = self.staff[:3]
        at = datetime(2024, 6, 1, tzinfo=UTC)
        rows = [
            {
                "uid": new_uid(), "lead_id": self.leads[each.lead].id, "unit_id": self.units.get(each.unit or ""), "amount_minor": each.usd,
                "currency": "USD", "immediate_country": each.country, "ultimate_country": each.country, "industry": each.industry,
                "method": "default", "reference": "r", "state": "confirmed" if each.confirmed else "verified", "submitted_by_id": one,
                "verified_by_id": two, "verified_at": at, "recorded_on": at.date(), "recorded_at": at, "kind": each.kind, "arrived_on": each.day,
                "version": 1,
            }
            | {
                name: value if each.confirmed else None
                for name, value in {
                    "confirmed_by_id": three, "confirmed_at": at, "usd_minor": each.usd, "cny_minor": each.usd * 7, "usd_rate": 10**10,
                    "cny_rate": 7 * 10**10, "rate_source": "safe", "rate_on": each.day,
                }.items()
            }
            for each in entries
        ]  # fmt: skip
        if rows:
            self.session.connection().execute(insert(CapitalArrival), rows)


@pytest.fixture(scope="module")
def ledger(engine: Engine) -> Any:
    """The leads, in a transaction that is rolled back after the module."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield Ledger(session)
        outer.rollback()


def parts(entry: Entry, *, split: bool) -> list[tuple[str | None, int]]:
    """Return what each unit has of an entry, by the largest remainder, in fractions."""
    if not split:
        return [(entry.unit, entry.usd)]
    exact = {unit: Fraction(entry.usd * points, 10_000) for unit, points in SHARES}
    whole = {unit: value.numerator // value.denominator for unit, value in exact.items()}
    left = entry.usd - sum(whole.values())
    for unit in sorted(exact, key=lambda unit: (whole[unit] - exact[unit], unit))[:left]:
        whole[unit] += 1
    return list(whole.items())


def oracle(
    entries: Iterable[Entry], kinds: Iterable[str], period: Period
) -> tuple[int, dict[str, dict[str | None, int]]]:
    """Count one entry after the other."""
    total = 0
    by: dict[str, dict[str | None, int]] = {dimension: {} for dimension in BY}
    groups = {group.code: group.countries for group in DEFAULT.capital.groups}
    by["group"] = dict.fromkeys(groups, 0)
    for each in entries:
        if not each.confirmed or each.country == "CN" or each.kind not in kinds:
            continue
        if not (period.start <= each.day < period.end):
            continue
        total += each.usd
        single: dict[str, str | None] = {
            "country": each.country, "section": each.industry[0], "division": each.industry[:3] if len(each.industry) > 1 else None,
            "kind": each.kind,
        }  # fmt: skip
        for dimension, code in single.items():
            by[dimension][code] = by[dimension].get(code, 0) + each.usd
        for unit, value in parts(each, split=each.lead == 2 and each.day <= SPLIT_UNTIL):
            by["unit"][unit] = by["unit"].get(unit, 0) + value
        for group, countries in groups.items():
            by["group"][group] += each.usd if each.country in countries else 0
    return total, by


def cleaned(parts: Any) -> dict[Any, int]:
    """Return parts without those that came to nothing."""
    return {code: value for code, value in parts.items() if value}


@settings(max_examples=25)
@given(entries=ENTRIES)
def test_actual_fdi(ledger: Ledger, entries: list[Entry]) -> None:
    """For two years and twelve months at once, whole and in every breakdown, to the cent."""
    with ledger.session.begin_nested() as savepoint:
        ledger.put(entries)
        found = figures.counted(
            ledger.session, ledger.world.manager.actor, DEFAULT, "actual_fdi", PERIODS, today=date(2024, 6, 1), by=BY
        )
        for counted, period in zip(found, PERIODS, strict=True):
            total, by = oracle(entries, KINDS, period)
            assert counted.value == total
            assert {name: cleaned(parts) for name, parts in counted.by.items()} == {
                name: cleaned(parts) for name, parts in by.items()
            }
            assert counted.withheld == {}
        savepoint.rollback()


@settings(max_examples=25)
@given(entries=ENTRIES, code=st.sampled_from(("actual_fdi", "reinvestment")), section=st.sampled_from("CJM"))
def test_entries_behind_a_figure(ledger: Ledger, entries: list[Entry], code: str, section: str) -> None:
    """The entries behind a figure add up to it, and a figure of one section is that part of the whole."""
    year = Period.year(2022)
    crm = ledger.world.manager
    with ledger.session.begin_nested() as savepoint:
        ledger.put(entries)
        today = date(2024, 6, 1)
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


@settings(max_examples=25)
@given(entries=ENTRIES)
def test_what_a_viewer_is_told(ledger: Ledger, entries: list[Entry]) -> None:
    """The year is whole; a narrower figure has the hidden leads only where three of them stand behind it; parts add up."""
    viewer = ledger.world.viewer.actor
    periods = (Period.year(2022), Period.month(2022, 1))
    with ledger.session.begin_nested() as savepoint:
        ledger.put(entries)
        found = figures.counted(
            ledger.session,
            viewer,
            DEFAULT,
            "actual_fdi",
            periods,
            today=date(2024, 6, 1),
            by=("country", "section", "group"),
        )
        for counted, period in zip(found, periods, strict=True):
            total, _ = oracle(entries, KINDS, period)
            mine = [each for each in entries if each.confirmed and each.country != "CN" and each.day in period]
            seen = sum(each.usd for each in mine if each.lead < 2)
            enough = len({each.lead for each in mine if each.lead > 1}) >= 3
            assert counted.value == (total if enough or period.kind == "year" else seen)
            for country in COUNTRIES:
                there = [each for each in mine if each.country == country]
                some = len({each.lead for each in there if each.lead > 1}) >= 3
                told = sum(each.usd for each in there if some or each.lead < 2)
                assert counted.part("country", country) == told
            for dimension in ("country", "section"):
                parts = counted.by[dimension]
                assert sum(parts.values()) + counted.withheld.get(dimension, 0) == counted.value
        savepoint.rollback()
