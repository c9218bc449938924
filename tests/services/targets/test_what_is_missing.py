"""What the scorecard says of a target that was missed, and of none."""

from __future__ import annotations

import io
import json
from fractions import Fraction

import pytest
from python_calamine import CalamineWorkbook

from crm.cli.printing.language import Language
from crm.exchange.formats import render
from crm.values.money import Money
from tests.factories import ArrivalFactory, InvestorFactory, LeadFactory, World

pytestmark = pytest.mark.portable

TARGETS = """
period = "2023-02"
source = "文件"
[[target]]
code = "fdi"
title = "实际使用外资"
measure = "actual_fdi"
at_least = "1000000 USD"
scope = "city"
[[target]]
code = "new"
title = "新设企业"
measure = "new_enterprises"
at_least = "1"
scope = "each"
units = ["bureau"]
"""


@pytest.fixture
def missed(world: World) -> World:
    """A month that is over: a cent is missing to the city's target, and one enterprise to that of a unit."""
    world.manager.targets.load(TARGETS)
    lead = LeadFactory.create(world=world, investor=InvestorFactory.create(world=world, country="JP"), registered=True)
    ArrivalFactory.create(world=world, lead=lead, amount="999999.99 USD", confirmed=True)
    world.clock.forward(days=30)
    return world


def test_a_target_that_is_missed_by_a_cent_is_not_all_achieved(missed: World) -> None:
    """Rounded down below all; the cent is missing."""
    report = missed.manager.report.scorecard("2023-02")
    (row,) = report.table("city").rows
    cells = dict(zip([column.key for column in report.table("city").columns], row, strict=True))
    assert cells["achieved"] == Fraction(9999, 10000)
    assert cells["missing"] == Money(1, "USD")
    assert cells["value"] == Money(99_999_999, "USD")


def test_a_unit_that_missed_its_target_is_told_what_is_missing(missed: World) -> None:
    """Also when the time is over: one, beside nothing achieved."""
    table = missed.manager.report.scorecard("2023-02").table("new")
    assert (table.column("achieved"), table.column("missing")) == ((Fraction(0),), (1,))


def test_numbers_of_the_city_have_their_units_in_json_and_xlsx(missed: World) -> None:
    """An amount its currency, a share its percentage; as numbers."""
    report = missed.manager.report.scorecard("2023-02")
    tree = json.loads(render(report, "json", Language("zh"), None))
    (row,) = next(table["rows"] for table in tree["tables"] if table["key"] == "city")
    assert row["threshold"] == {"minor": 100_000_000, "currency": "USD", "text": "1,000,000.00 USD"}
    assert row["missing"]["minor"] == 1
    assert row["achieved"]["percent"] == "99.99"
    book = CalamineWorkbook.from_filelike(io.BytesIO(render(report, "xlsx", Language("zh"), None)))
    heads, numbers = book.get_sheet_by_index(1).to_python()[:2]
    assert {1_000_000, 0.01, 999_999.99} <= set(numbers), heads


def test_a_scorecard_without_targets_says_so(world: World) -> None:
    """And how one is set."""
    report = world.manager.report.scorecard(2022)
    assert [table.key for table in report.tables] == ["none"]
    for form in ("html", "json"):
        assert "crm target set" in render(report, form, Language("zh"), None).decode()
