"""Entries keep the unit in which an amount was told, and the moment at which money arrived, in the zone of the place."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from crm.errors import Conflict, InvalidInput
from crm.models import CapitalArrival
from crm.reads.ledgers.rows import ArrivalRow
from crm.reports.sheet import Report
from crm.values.amount_units import AmountUnit
from crm.values.moments import LocalTime
from crm.values.money import Money
from crm.values.ratios import rounded
from crm.values.sentences import Said
from tests.factories import ArrivalFactory, ContractFactory, InvestorFactory, LeadFactory, RateFactory, World

pytestmark = pytest.mark.portable

SHARE, GROUP = "actual_fdi.share:group=japan_korea", "actual_fdi:group=japan_korea"
ROUNDED = "share, from rounded amounts"


def from_country(world: World, country: str, **options: Any) -> CapitalArrival:
    """Return a confirmed arrival of a lead from a country."""
    investor = InvestorFactory.create(world=world, country=country)
    lead = LeadFactory.create(world=world, investor=investor, registered=True)
    return ArrivalFactory.create(world=world, lead=lead, confirmed=True, **options)


def beside(report: Report, name: str) -> list[tuple[str, str]]:
    """Return what stands beside a figure: English, and the percentage to two digits."""
    figure = next(figure for figure in report.figures if figure.name == name)
    return [
        (label.template.format(**label.values), str(rounded(value * 100, 2)))
        for label, _, value in figure.beside
        if isinstance(label, Said) and isinstance(value, Fraction)
    ]


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        ("3.45亿美元", "hundred_million"),
        ("US$345m", "million"),
        ("3.45 hundred million USD", "hundred_million"),
        ("34500万 USD", "ten_thousand"),
        ("345000000 USD", None),
        ("三亿四千五百万美元", None),
        (Money(34_500_000_000, "USD"), None),
    ],
)
def test_the_unit_is_kept_as_told(world: World, amount: Any, unit: str | None) -> None:
    """The amount is exact in the ledger, of arrivals and of contracts, whichever way it was told."""
    for entry in (
        ArrivalFactory.create(world=world, amount=amount),
        ContractFactory.create(world=world, amount=amount),
    ):
        assert entry.amount == Money(34_500_000_000, "USD")
        assert entry.told_in == unit
    row = world.tokyo.capital.list()[0]
    assert row.told_in == unit


def test_the_unit_is_corrected(world: World) -> None:
    """With the amount, or alone; what stays as it is keeps its unit."""
    correct = world.tokyo.capital.correct
    entry = ArrivalFactory.create(world=world, amount="3.45亿美元")
    entry = correct(entry, place="中国银行", reason="r")
    assert entry.told_in is AmountUnit.HUNDRED_MILLION
    entry = correct(entry, amount="34450万美元", reason="r")
    assert entry.told_in is AmountUnit.TEN_THOUSAND
    entry = correct(entry, told_in=None, reason="r")
    assert entry.told_in is None
    entry = correct(entry, told_in="million", reason="r")
    assert entry.told_in is AmountUnit.MILLION
    entry = correct(entry, amount="344500000 USD", reason="r")
    assert entry.told_in is None
    assert entry.amount == Money(34_450_000_000, "USD")


def test_a_call_of_an_earlier_version_is_the_same_call(world: World) -> None:
    """The unit that is read from the amount is no part of what a uid stands for; one that is given is."""
    lead, uid = LeadFactory.create(world=world, registered=True), uuid4()

    def record(**more: Any) -> CapitalArrival:
        return world.tokyo.capital.record(lead, "3.45亿美元", arrived=world.today, reference="r", uid=uid, **more)

    entry = record()
    assert record() is entry
    digest = entry.digest
    plain = world.tokyo.capital.record(lead, "345000000 USD", arrived=world.today, reference="r", uid=uid)
    assert (plain, plain.digest) == (entry, digest)
    with pytest.raises(Conflict):
        record(told_in="million")


@pytest.mark.parametrize(
    ("part", "rest", "share", "marked"),
    [
        ("3.45亿美元", "27.92亿美元", "11.00", True),
        ("US$345m", "US$2792m", "11.00", True),
        ("34450万美元", "279250万美元", "10.98", False),
        ("344500000 USD", "2792500000 USD", "10.98", False),
        ("344500000 USD", "27.92亿美元", "10.98", True),
    ],
)
def test_a_share_of_rounded_amounts_says_so(world: World, part: str, rest: str, share: str, marked: bool) -> None:
    """If its own amount or the whole is rounded; official statistics are in units of 10,000, which is exact enough."""
    from_country(world, "JP", amount=part)
    from_country(world, "DE", amount=rest)
    report = world.manager.report.year(2023)
    assert (ROUNDED if marked else "share", share) in beside(report, GROUP)
    assert any("3.45亿" in str(sentence) for sentence in report.method.text) == marked
    row = dict(zip((column.key for column in report.tables[0].columns), report.tables[0].rows[1], strict=True))
    assert row.get("rounded") == (Said("share") if marked else None)


def test_a_published_share_that_differs_stands_beside_it(world: World) -> None:
    """The real case: 3.45 of 31.37 is 11.00 %, and 10.98 % was published; both are shown, in the line and in the table."""
    from_country(world, "JP", amount="3.45亿美元")
    from_country(world, "DE", amount="27.92亿美元")
    world.manager.benchmarks.set("own", SHARE, 2023, "10.98%", source="济南时报")
    report = world.manager.report.year(2023)
    told = beside(report, GROUP)
    assert told.index((ROUNDED, "11.00")) + 1 == told.index(("as published: 济南时报", "10.98"))
    columns = [column.key for column in report.tables[0].columns]
    assert report.tables[0].rows[1][columns.index("published_share")] == Fraction(1098, 10_000)


def test_a_published_share_that_is_the_same_is_not_repeated(world: World) -> None:
    """Exact amounts give the published share to its last digit."""
    from_country(world, "JP", amount="34450万美元")
    from_country(world, "DE", amount="279250万美元")
    world.manager.benchmarks.set("own", SHARE, 2023, "10.98%", source="济南时报")
    report = world.manager.report.year(2023)
    assert ("share", "10.98") in beside(report, GROUP)
    assert not any("published" in label for label, _ in beside(report, GROUP))


def test_growth_from_rounded_amounts_says_so(world: World) -> None:
    """If this year's or last year's amount is rounded; an entry that was reversed no longer counts."""
    RateFactory.create(world=world, until=date(2022, 3, 4))
    wrong = from_country(world, "JP", amount="0.39亿美元", arrived="2022-03-01")
    from_country(world, "JP", amount="344500000 USD")
    assert any(label == "growth, from rounded amounts" for label, _ in beside(world.manager.report.year(2023), GROUP))
    reversal = world.manager.capital.reverse(wrong, reason="r")
    world.verifier.capital.verify(reversal)
    world.second_verifier.capital.confirm(reversal)
    from_country(world, "JP", amount="39000000 USD", arrived="2022-03-01")
    assert any(label == "growth" for label, _ in beside(world.manager.report.year(2023), GROUP))


def test_a_scorecard_says_what_rests_on_rounded_amounts(world: World) -> None:
    """By the part that a target counts, and of a share by the whole too."""
    terms: dict[str, Any] = {"measure": "actual_fdi", "period": 2023, "source": "s", "at_least": "3.2bn USD"}
    for code, more in (
        ("all", {}),
        ("japan", {"filter": {"groups": ["japan_korea"]}}),
        ("germany", {"filter": {"countries": ["DE"]}}),
        ("share", {"filter": {"countries": ["DE"]}, "of": "actual_fdi", "at_least": "15 %"}),
    ):
        world.manager.targets.set(code, title=code, **{**terms, **more})
    from_country(world, "JP", amount="3.45亿美元")
    from_country(world, "DE", amount="279200万美元")
    report = world.manager.report.scorecard(2023)
    rests = {
        figure.key: any(label == Said("Achieved, from rounded amounts") for label, _, _ in figure.beside)
        for figure in report.figures
    }
    assert rests == {"all": True, "japan": True, "germany": False, "share": True}
    (note,) = (
        said for said in report.method.text if getattr(said, "template", "") == "From rounded amounts: {targets}."
    )
    assert isinstance(note, Said)
    assert len(note.values["targets"]) == 3


@pytest.mark.parametrize(
    ("told", "day", "zone"),
    [
        ("2022-12-31 23:30 Europe/Berlin", date(2023, 1, 1), "Europe/Berlin"),
        ("2022-12-31 23:30 (Europe/Berlin)", date(2023, 1, 1), "Europe/Berlin"),
        ("2022年12月31日晚上11点半 Europe/Berlin", date(2023, 1, 1), "Europe/Berlin"),
        ("2022-12-31T23:30+01:00", date(2023, 1, 1), "Asia/Shanghai"),
        ("2022-12-31 16:59 Europe/Berlin", date(2022, 12, 31), "Europe/Berlin"),
        ("2023-01-01 00:30 Asia/Tokyo", date(2022, 12, 31), "Asia/Tokyo"),
        ("2022-12-31 23:30", date(2022, 12, 31), "Asia/Shanghai"),
        (LocalTime.__name__, date(2023, 1, 1), "Europe/Berlin"),
    ],
)
def test_the_bureaus_day_of_a_moment_decides(world: World, told: Any, day: date, zone: str) -> None:
    """Half an hour before midnight in Frankfurt is the new year in the bureau's zone; half past midnight in Tokyo is not."""
    if told == LocalTime.__name__:
        told = ArrivalFactory.create(world=world, arrived="2022-12-31 23:30 Europe/Berlin").moment
    RateFactory.create(world=world, until=date(2023, 1, 4))
    entry = ArrivalFactory.create(world=world, arrived=told, confirmed=True)
    assert (entry.arrived_on, entry.arrived_zone) == (day, zone)
    row = world.tokyo.capital.show(entry).row
    assert isinstance(row, ArrivalRow)
    assert (row.arrived_on, row.moment) == (day, entry.moment)
    value = {year: world.manager.report.year(year).figures[0].value for year in (2022, 2023)}
    assert value[day.year] == Money(500_000_000, "USD")


def test_a_moment_is_corrected(world: World) -> None:
    """By another moment, or by a day; what stays keeps its moment, and a reversal is on the day of its entry."""
    entry = ArrivalFactory.create(world=world, arrived="2022-12-31 23:30 Europe/Berlin")
    correct = world.tokyo.capital.correct
    entry = correct(entry, place="Frankfurt", reason="r")
    assert str(entry.moment) == "2022-12-31 23:30 Europe/Berlin"
    entry = correct(entry, arrived="2022-12-31 12:30 Europe/Berlin", reason="r")
    assert (entry.arrived_on, str(entry.moment)) == (date(2022, 12, 31), "2022-12-31 12:30 Europe/Berlin")
    reversal = world.manager.capital.list(until="2022-12-31")[0]
    assert reversal.moment is None or reversal.id == entry.id
    entry = correct(entry, arrived="2022-12-31", reason="r")
    assert (entry.arrived_on, entry.moment) == (date(2022, 12, 31), None)
    assert world.admin.audit.verify() == ()


def test_a_moment_in_a_closed_year_is_restated(world: World) -> None:
    """What arrived before midnight in the bureau's zone belongs to the year that was published, and shows as a restatement."""
    RateFactory.create(world=world, until=date(2023, 1, 4))
    ArrivalFactory.create(world=world, arrived="2022-12-30", confirmed=True)
    world.manager.figures.close(2022)
    ArrivalFactory.create(world=world, arrived="2022-12-31 23:30 Europe/Berlin", confirmed=True)
    assert not _restated(world)
    ArrivalFactory.create(world=world, arrived="2022-12-31 16:30 Europe/Berlin", confirmed=True)
    assert _restated(world)


def _restated(world: World) -> bool:
    """Return whether the figure that was published of 2022 differs from today's."""
    return world.manager.report.year(2022).figures[0].value != Money(500_000_000, "USD")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("2022-12-31 Europe/Berlin", "hour"),
        ("2022-12-31 23:30 Europe/Nowhere", "zone"),
        ("2022-10-30 02:30 Europe/Berlin", "twice"),
        ("2022-03-27 02:30 Europe/Berlin", "skipped"),
        ("2099-01-01 10:00 Europe/Berlin", "future"),
        ("05/06/2022", "date"),
        ("no day", "date"),
        (None, "missing"),
    ],
)
def test_what_is_neither_day_nor_moment(world: World, told: Any, code: str) -> None:
    """It is refused with the way out; an hour that the clocks show twice is told by its offset."""
    lead = LeadFactory.create(world=world, registered=True)
    with pytest.raises(InvalidInput) as caught:
        world.tokyo.capital.record(lead, "5 USD", arrived=told, reference="r")
    assert code in {flaw.code for flaw in caught.value.problems} or code == "date"
    if code == "twice":
        told = "2022-10-30T02:30+01:00 Europe/Berlin"
        assert world.tokyo.capital.record(lead, "5 USD", arrived=told, reference="r").arrived_on == date(2022, 10, 30)
