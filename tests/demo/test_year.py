"""The year report of the case, digit for digit, over records that came through the front door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from crm import CRM, make_engine
from crm.cli.printing.language import Language
from crm.demo import load
from crm.exchange.writing import Writer
from crm.reports.sheet import Figure, Report
from crm.values.money import Money
from crm.values.sentences import NotAvailable
from tests.databases import Databases

pytestmark = pytest.mark.portable

#: What the press conference printed, by the key of the figure: the amount in both languages, growth, share.
PRINTED = {
    "actual_fdi": ("31.37亿美元", "US$3.137bn", "+18.02%", None),
    "japan_korea": ("3.45亿美元", "US$345m", "+700%", "10.98%"),
    "europe_america": ("1.38亿美元", "US$138m", "+39.73%", None),
    "C": ("6.64亿美元", "US$664m", "+148.27%", "21.15%"),
    "reinvestment": ("6.65亿美元", "US$665m", None, "21.19%"),
}
UNIT = 10_000 * 100


def beside(figure: Figure, kind: str) -> list[object]:
    """Return the numbers of a kind that stand beside a figure."""
    return [value for _, sort, value in figure.beside if sort == kind]


@pytest.fixture
def report(crm: CRM) -> Report:
    """The year report of 2022 of the manager, who sees everything."""
    return crm.report.year(2022)


class TestTheYear:
    """Everything that the press conference of February 2023 said of 2022."""

    @pytest.mark.parametrize("key", PRINTED)
    def test_a_line_is_printed_digit_for_digit(self, report: Report, key: str) -> None:
        """The amount in 亿美元 and in US$, its growth, its share."""
        figure = report.figure(key)
        zh, en = Writer(Language("zh")), Writer(Language("en"))
        amount, dollars, growth, share = PRINTED[key]
        assert (zh.figure("money", figure.value), en.figure("money", figure.value)) == (amount, dollars)
        if growth is not None:
            assert [zh.figure("growth", rate) for rate in beside(figure, "growth")] == [growth]  # type: ignore[arg-type]
        if share is not None:
            assert [zh.figure("share", rate) for rate in beside(figure, "share")] == [share]  # type: ignore[arg-type]

    def test_the_amounts_are_exact(self, report: Report) -> None:
        """In units of US$10,000, to the cent: no rounding made them fit."""
        units = {
            "actual_fdi": 313_700,
            "japan_korea": 34_450,
            "europe_america": 13_800,
            "C": 66_355,
            "reinvestment": 66_470,
        }
        assert {key: report.figure(key).value for key in units} == {
            key: Money(number * UNIT, "USD") for key, number in units.items()
        }

    def test_eight_times_is_seven_hundred_per_cent_more(self, report: Report) -> None:
        """From Japan and Korea, and it says so."""
        figure = report.figure("japan_korea")
        assert (beside(figure, "growth"), beside(figure, "times")) == ([Fraction(7)], [Fraction(8)])

    def test_ahead_of_the_nation_and_the_province(self, report: Report) -> None:
        """By 10.02 and 11.71 percentage points, from unrounded growth."""
        ahead = beside(report.figure("actual_fdi"), "points")
        assert [Writer(Language("en")).cell("points", lead) for lead in ahead] == ["+10.02", "+11.71"]  # type: ignore[arg-type]

    def test_what_was_published_stands_beside_what_is_on_record(self, report: Report) -> None:
        """The demo holds a few of the 251 enterprises and more than 600 requests, and names both numbers."""
        for key, public in (("new_enterprises", 251), ("requests_solved", 600)):
            figure = report.figure(key)
            assert isinstance(figure.value, int)
            assert 0 < figure.value < public
            assert beside(figure, "count") == [public]

    def test_parts_that_add_up_do(self, report: Report) -> None:
        """Countries, sections and kinds make the whole; groups overlap, and the lines of the results are never added up."""
        whole = report.figure("actual_fdi").value
        assert isinstance(whole, Money)
        for key in ("countries", "sections", "kinds"):
            table = report.table(key)
            assert table.adds_up
            assert table.total is not None
            assert sum(value.minor for value in table.column("now") if isinstance(value, Money)) == whole.minor
        assert report.table("months").column("sum")[-1] == whole
        assert not report.table("groups").adds_up
        assert not report.table("results").adds_up
        assert {chart.key for chart in report.charts} == {"months", "groups", "sections"}

    def test_quarters_make_the_year(self, crm: CRM, report: Report) -> None:
        """Any period can be asked for."""
        quarters = [crm.report.year(f"2022Q{number}").figure("actual_fdi").value for number in range(1, 5)]
        assert sum(value.minor for value in quarters if isinstance(value, Money)) == 313_700 * UNIT
        assert report.period is not None
        assert isinstance(crm.report.year("2023-01").figure("actual_fdi").beside[0][2], Fraction | NotAvailable)

    def test_every_figure_leads_to_signed_entries(self, crm: CRM) -> None:
        """The arrivals behind the total add up to it; each was recorded by someone."""
        report = crm.report.year(2022, explain=True)
        ids = report.figure("actual_fdi").entries[0].ids
        entries = [crm.capital.get(number) for number in ids]
        assert sum(entry.usd_minor or 0 for entry in entries) == 313_700 * UNIT
        assert all(len({entry.submitted_by_id, entry.verified_by_id, entry.confirmed_by_id}) == 3 for entry in entries)
        assert all(row.by for row in crm.report.entries(report, "actual_fdi")["actual_fdi"])

    def test_named_investors_are_among_them(self, crm: CRM) -> None:
        """KION, SKF and Sumitomo Corporation landed or were funded in 2022."""
        ids = crm.report.year(2022, explain=True).figure("actual_fdi").entries[0].ids
        names = {crm.leads.get(crm.capital.get(number).lead_id).investor.name for number in ids}
        assert {"凯傲", "斯凯孚", "住友商事株式会社"} <= names


@pytest.fixture(scope="module")
def whole_year(databases: Databases, template_url: str) -> Iterator[CRM]:
    """The front door of the manager on a database that holds all of the year."""
    url = databases.create(template_url)
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        load(session, multitude=True)
    with Session(engine) as session:
        yield CRM(session, actor="bureau.manager")
    engine.dispose()
    databases.drop(url)


@pytest.mark.whole  # the parts of the year are read of the demo without its multitude
def test_all_of_the_year(whole_year: CRM) -> None:
    """251 new foreign-invested enterprises, more than 600 requests solved, and not a dollar more."""
    report = whole_year.report.year(2022)
    assert report.figure("new_enterprises").value == 251
    solved = report.figure("requests_solved").value
    assert isinstance(solved, int)
    assert solved > 600
    assert report.figure("actual_fdi").value == Money(313_700 * UNIT, "USD")
    assert date(2022, 12, 31) in report.period  # type: ignore[operator]
