"""Each digit of a report leads to entries: who signed each, by which document, what it adds, and at which rate."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.cli.printing.language import Language
from crm.errors import NotFound
from crm.exchange.reports.entries import ReportEntries
from crm.exchange.writing import Writer
from crm.reads.ledgers.entries import UnderlyingRecord
from crm.reports.sheet import Report
from crm.testing.capital import RateFactory
from crm.values.money import Money
from tests.factories import ArrivalFactory, ContractFactory, InvestorFactory, LeadFactory, World

pytestmark = pytest.mark.portable


@pytest.fixture
def world(session: Session) -> World:
    """A bureau."""
    return World(session)


def lead(world: World, **options: Any) -> Any:
    """A project from Japan whose company has its licence."""
    japan = InvestorFactory.create(world=world, country="JP")
    return LeadFactory.create(world=world, investor=japan, registered=True, industry="C36", **options)


def explained(world: World, door: str = "manager") -> tuple[Report, dict[str, tuple[UnderlyingRecord, ...]]]:
    """Return the year report, and what stands behind its figures."""
    crm = getattr(world, door)
    report = crm.report.year(2023, explain=True)
    return report, crm.report.entries(report)


def test_an_arrival_is_told_with_its_three_signatures_and_its_rate(world: World) -> None:
    """An amount in euros: its value in dollars is what the figure counts, at the rate of a named day and table."""
    arrival = ArrivalFactory.create(
        world=world, lead=lead(world), amount="1000000 EUR", reference="advice 7", confirmed=True
    )
    report, behind = explained(world)
    (row,) = behind["actual_fdi"]
    assert row.usd == report.figure("actual_fdi").value == arrival.usd
    assert (row.record, row.id, row.amount, row.document) == (
        "capital_arrival",
        arrival.id,
        Money(100_000_000, "EUR"),
        "advice 7",
    )
    assert (row.by, row.verified_by, row.confirmed_by) == ("tokyo.desk", "verifier.desk", "second.verifier")
    assert (row.at, row.verified_at, row.confirmed_at) == (
        arrival.recorded_at,
        arrival.verified_at,
        arrival.confirmed_at,
    )
    assert (row.usd_rate, row.rate_source, row.rate_on) == (arrival.usd_rate, "safe", arrival.rate_on)
    assert behind["C"] == behind["japan_korea"] == (row,)


def test_a_contract_is_told_like_an_arrival(world: World) -> None:
    """What was taken back stands there as negative, and what is not confirmed does not stand behind the figure."""
    here = lead(world)
    first = ContractFactory.create(
        world=world, lead=here, amount="20000000 USD", reference="contract 1", confirmed=True
    )
    less = ContractFactory.create(
        world=world,
        lead=here,
        amount="-5000000 USD",
        reference="contract 1",
        kind="decrease",
        reason="a smaller plant",
        confirmed=True,
    )
    ContractFactory.create(world=world, lead=here, amount="7000000 USD", verified=True)
    report, behind = explained(world)
    assert report.figure("contract_fdi").value == Money(1_500_000_000, "USD")
    rows = behind["contract_fdi"]
    assert [(row.record, row.id, str(row.usd)) for row in rows] == [
        ("contract_amount", first.id, "20,000,000.00 USD"),
        ("contract_amount", less.id, "-5,000,000.00 USD"),
    ]
    assert all(row.by and row.verified_by and row.confirmed_by and row.document == "contract 1" for row in rows)


def test_every_figure_of_the_year_adds_up_to_its_entries(world: World) -> None:
    """Amounts to the cent, numbers to one; with a reversal among them."""
    for amount in ("1000000 EUR", "300000000 JPY", "33333.33 USD"):
        ArrivalFactory.create(world=world, lead=lead(world), amount=amount, confirmed=True)
    wrong = ArrivalFactory.create(world=world, lead=lead(world), amount="9000000 USD", confirmed=True)
    undone = world.manager.capital.reverse(wrong, reason="counted twice")
    world.verifier.capital.verify(undone)
    world.second_verifier.capital.confirm(undone)
    report, behind = explained(world)
    assert undone.id in {row.id for row in behind["actual_fdi"]}
    for figure in report.figures:
        rows = behind[figure.key]
        if isinstance(figure.value, Money):
            assert sum(row.usd.minor for row in rows if row.usd) == figure.value.minor, figure.key
        else:
            assert len(rows) == figure.value, figure.key


def test_every_row_of_a_breakdown_adds_up_to_its_entries(world: World) -> None:
    """By country, group, section and kind, under the long key of the figure; what was given back is among them."""
    for country, kind in (("JP", "new"), ("KR", "reinvestment"), ("DE", "new")):
        investor = InvestorFactory.create(world=world, country=country)
        here = LeadFactory.create(world=world, investor=investor, registered=True, industry="J66")
        ArrivalFactory.create(world=world, lead=here, amount="1000000 EUR", kind=kind, confirmed=True)
    ArrivalFactory.create(world=world, lead=lead(world), amount="7 CNY", country="CN", confirmed=True)
    wrong = ArrivalFactory.create(world=world, lead=lead(world), amount="9000000 USD", confirmed=True)
    undone = world.manager.capital.reverse(wrong, reason="counted twice")
    world.verifier.capital.verify(undone)
    world.second_verifier.capital.confirm(undone)
    report = world.manager.report.year(2023, explain=True)
    assert {part.key for part in report.parts} == {
        *(f"actual_fdi:country={code}" for code in ("JP", "KR", "DE")), "actual_fdi:section=J",
        "actual_fdi:group=japan_korea", "actual_fdi:group=europe_america", "actual_fdi:kind=new", "actual_fdi:kind=reinvestment",
    }  # fmt: skip
    for part in report.parts:
        (rows,) = world.manager.report.entries(report, part.key).values()
        assert isinstance(part.value, Money)
        assert sum(row.usd.minor for row in rows if row.usd) == part.value.minor, part.key
    (rows,) = world.manager.report.entries(report, "actual_fdi:country=JP").values()
    assert {wrong.id, undone.id} < {row.id for row in rows}


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("actual_fdi:section=C", "C"), ("actual_fdi:group=japan_korea", "japan_korea"), ("actual_fdi:kind=reinvestment", "reinvestment"),
        ("actual_fdi.growth", "actual_fdi"), ("actual_fdi.share:section=C", "C"), ("C", "C"),
        ("actual_fdi.growth:country=JP", "actual_fdi:country=JP"), ("contract_fdi.growth", "contract_fdi"),
    ],
)  # fmt: skip
def test_a_figure_is_asked_for_by_either_key(world: World, asked: str, key: str) -> None:
    """The short one of the report, the long one of the figure, or that of what is derived from it."""
    ArrivalFactory.create(world=world, lead=lead(world), kind="reinvestment", confirmed=True)
    ContractFactory.create(world=world, lead=lead(world), confirmed=True)
    report = world.manager.report.year(2023, explain=True)
    found = world.manager.report.entries(report, asked)
    assert list(found) == [key]
    assert len(found[key]) == 1


@pytest.mark.parametrize(
    "asked", ["", "nothing", "actual_fdi:country=US", "domestic_capital", "actual_fdi:", "长" * 3000, 7, ()]
)
def test_no_figure_of_the_report(world: World, asked: Any) -> None:
    """It is refused with all keys that one can ask for."""
    ArrivalFactory.create(world=world, lead=lead(world), confirmed=True)
    report = world.manager.report.year(2023, explain=True)
    with pytest.raises(NotFound) as refused:
        world.manager.report.entries(report, asked)
    known = str(refused.value)
    assert all(key in known for key in ("new_enterprises", "actual_fdi:section=C", "actual_fdi:country=JP"))


def test_hidden_leads_stay_hidden(world: World) -> None:
    """Neither the total nor the entry behind it shows to others."""
    ArrivalFactory.create(world=world, lead=lead(world, secret=True), confirmed=True)
    _, seen = explained(world)
    report, hidden = explained(world, "viewer")
    assert len(seen["actual_fdi"]) == 1
    assert (report.figure("actual_fdi").value, hidden["actual_fdi"]) == (Money(0, "USD"), ())
    assert [part.entries for part in report.parts] == [()] * len(report.parts)


def test_what_is_no_ledger_has_no_second_signature(world: World) -> None:
    """A company has who recorded it, and nothing that is a ledger's."""
    ArrivalFactory.create(world=world, lead=lead(world), confirmed=True)
    _, behind = explained(world)
    (company,) = behind["new_enterprises"]
    assert (company.record, company.by, company.confirmed_by, company.usd, company.rate_on) == (
        "enterprise",
        "tokyo.desk",
        None,
        None,
        None,
    )


def test_a_restatement_names_what_was_confirmed_since(world: World) -> None:
    """Without a change there is nothing to explain, which is no error; an unknown figure still is."""
    world.clock.instant = datetime(2023, 3, 1, 2, tzinfo=UTC)
    world.manager.figures.close("2023-02")
    same = world.manager.report.restatement("2023-02", explain=True)
    assert world.manager.report.entries(same) == {}
    with pytest.raises(NotFound):
        world.manager.report.entries(same, "actual_fdi")
    world.clock.forward(minutes=5)
    RateFactory.create(world=world, days=30)
    late = ContractFactory.create(world=world, lead=lead(world), agreed=date(2023, 2, 20), confirmed=True)
    told = world.manager.report.restatement("2023-02", explain=True)
    (row,) = world.manager.report.entries(told)["contract_fdi"]
    assert (row.id, row.usd, row.confirmed_at) == (late.id, late.usd, late.confirmed_at)


@pytest.mark.parametrize(
    ("code", "exact", "word"), [("en", "US$1,069,909.75", "capital arrival"), ("zh", "1,069,909.75美元", "到资")]
)
def test_amounts_behind_a_figure_are_written_to_the_cent(world: World, code: Any, exact: str, word: str) -> None:
    """In tables of both languages; JSON has them in minor units, and the rate as people write it."""
    ArrivalFactory.create(world=world, lead=lead(world), amount="1000000 EUR", confirmed=True)
    report, rows = explained(world)
    behind, writer = ReportEntries(rows), Writer(Language(code))
    table = next(table for table in behind.tables(report) if table.key == "entries_actual_fdi")
    said = {
        column.key: writer.cell(column.kind, cell) for column, cell in zip(table.columns, table.rows[0], strict=True)
    }
    assert (said["usd"], said["record"]) == (exact, word)
    (tree,) = behind.tree()["actual_fdi"]
    assert tree["usd"] == {"minor": 106_990_975, "currency": "USD", "text": "1,069,909.75 USD"}
    assert (tree["usd_rate"], tree["rate_source"]) == ("1.0699097468", "safe")
    assert (tree["verified_by"], tree["confirmed_by"]) == ("verifier.desk", "second.verifier")
