"""Targets that are narrowed to industries: sections, divisions, groups and classes of GB/T 4754, for every measure that has them."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import InvalidInput
from crm.rules.figures.measures import TARGETED
from tests.factories import ArrivalFactory, ContractFactory, InvestorFactory, LeadFactory, World

pytestmark = pytest.mark.portable

#: Of each project; one says its division alone, and is in no class of it.
INDUSTRIES = ("C3670", "C3670", "C3610", "C36", "C27", "J66")
CODES = ("C", "C36", "C367", "C3670", "J6620")
#: What a project adds to each measure that has industries: number, cents, fen.
EACH = {
    "actual_fdi": 500_000_000, "contract_fdi": 2_000_000_000, "domestic_capital": 700_000_000, "new_enterprises": 1, "projects": 1,
}  # fmt: skip
WITHOUT = ("requests_solved", "delegations", "events")


def ask(world: World, code: str, measure: str, **more: Any) -> None:
    """Set a target of the city."""
    least: Any = 1 if TARGETED[measure].counts == "count" else f"1 {TARGETED[measure].counts}"
    terms = {"title": code, "measure": measure, "period": 2023, "at_least": least, "source": "s", **more}
    world.manager.targets.set(code, **terms)


def test_every_measure_with_industries_is_narrowed_to_any_code(world: World) -> None:
    """A code holds all below it; what says less is in none of its parts."""
    for industry in INDUSTRIES:
        investor = InvestorFactory.create(world=world, country="JP")
        lead = LeadFactory.create(world=world, investor=investor, registered=True, industry=industry)
        ArrivalFactory.create(world=world, lead=lead, confirmed=True)
        ArrivalFactory.create(world=world, lead=lead, amount="7000000 CNY", country="CN", confirmed=True)
        ContractFactory.create(world=world, lead=lead, confirmed=True)
    for measure in EACH:
        for code in CODES:
            chosen: dict[str, Any] = {"industry": [code]} | ({"stage": "signed"} if measure == "projects" else {})
            ask(world, f"{measure}-{code}".lower(), measure, filter=chosen)
    card = world.manager.targets.score(2023)
    assert {line.target.code: line.cells[0].score.value for line in card.lines} == {
        f"{measure}-{code}".lower(): factor * sum(industry.startswith(code) for industry in INDUSTRIES)
        for measure, factor in EACH.items()
        for code in CODES
    }
    behind = world.manager.report.scorecard(2023, explain=True)
    for measure in EACH:
        (entries,) = behind.figure(f"{measure}-c367").entries
        assert len(entries.ids) == 2


@pytest.mark.parametrize("measure", WITHOUT)
@pytest.mark.parametrize("code", ["C", "C36", "C3670"])
def test_a_measure_without_industries_takes_none(world: World, measure: str, code: str) -> None:
    """It is refused when the target is set, with what the measure can be narrowed by; no target is left."""
    with pytest.raises(InvalidInput, match=f"{measure} has no filter industry") as refused:
        ask(world, "narrow", measure, filter={"industry": [code]})
    assert [problem.field for problem in refused.value.problems] == ["filter.industry"]
    assert world.manager.targets.list() == ()


def test_the_two_kinds_of_measure_are_all_there_are() -> None:
    """A new measure stands in one of the tests above."""
    assert {*EACH, *WITHOUT} == set(TARGETED)
    assert {code for code, measure in TARGETED.items() if "industry" in measure.narrowed.filters} == set(EACH)
