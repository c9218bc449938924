"""Targets of capital from the first report to the frozen card and beyond: every step through the front door, by three people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from crm.errors import AccessDenied
from crm.reads.targets.rows import Scorecard
from crm.testing.capital import RateFactory
from crm.values.money import Money
from crm.values.sentences import Named
from tests.factories import InvestorFactory, LeadFactory, World

pytestmark = pytest.mark.portable

FDI: dict[str, Any] = {"period": 2023, "measure": "actual_fdi", "source": "新闻发布会"}
#: Millions of US dollars, in cents.
M = 100_000_000


@pytest.fixture
def bureau(world: World) -> World:
    """A bureau with rates, and three targets of actual FDI: of the city, of a section's share, of each of two units."""
    RateFactory.create(world=world)
    ask = world.manager.targets.set
    ask("fdi", title="全市", at_least="10m USD", **FDI)
    ask("share", title="制造业占比", at_least="60%", filter={"industry": ["C"]}, of="actual_fdi", **FDI)
    ask("units", title="各单位", at_least="2m USD", scope="each", units=["hitech", "bureau"], **FDI)
    return world


def lead(world: World, country: str, industry: str, unit: str) -> Any:
    """A registered project."""
    investor = InvestorFactory.create(world=world, country=country)
    return LeadFactory.create(world=world, investor=investor, registered=True, industry=industry, unit=unit)


def report_arrival(world: World, whose: Any, amount: str, day: int = 14) -> Any:
    """Report an arrival of February."""
    return world.tokyo.capital.record(
        whose, amount, arrived=date(2023, 2, day), reference=f"银行入账通知{day} {amount}"
    )


def sign(world: World, entry: Any) -> Any:
    """Verify and confirm an entry, by two people other than its submitter."""
    world.verifier.capital.verify(entry)
    return world.second_verifier.capital.confirm(entry)


def figures(card: Scorecard) -> dict[str, tuple[int, int | None, str]]:
    """Return value, whole and standing of each line."""
    return {
        line.target.code + ("" if line.unit is None else f":{line.unit.code}"): (
            line.cells[0].score.value,
            line.cells[0].score.whole,
            line.cells[0].score.standing.value,
        )
        for line in card.lines
    }


FIRST = {
    "fdi": (5 * M, None, "on_track"), "share": (5 * M, 5 * M, "on_track"),
    "units:hitech": (5 * M, None, "reached"), "units:bureau": (0, None, "behind"),
}  # fmt: skip
SECOND = {
    "fdi": (9 * M, None, "on_track"), "share": (5 * M, 9 * M, "behind"),
    "units:hitech": (5 * M, None, "reached"), "units:bureau": (4 * M, None, "reached"),
}  # fmt: skip
THIRD = {
    "fdi": (4 * M, None, "on_track"), "share": (0, 4 * M, "behind"),
    "units:hitech": (0, None, "behind"), "units:bureau": (4 * M, None, "reached"),
}  # fmt: skip


def test_capital_counts_once_three_have_signed_and_a_frozen_score_knows_nothing_later(bureau: World) -> None:
    """Reported or verified it counts for nothing; a late signature and a reversal move the live card, and no frozen one."""
    score = bureau.manager.targets.score
    plant = report_arrival(bureau, lead(bureau, "JP", "C3670", "hitech"), "5000000 USD")
    bank = report_arrival(bureau, lead(bureau, "DE", "J66", "bureau"), "4000000 USD", 15)
    assert {code: value for code, (value, _, _) in figures(score(2023)).items()} == dict.fromkeys(FIRST, 0)
    with pytest.raises(AccessDenied):
        bureau.tokyo.capital.verify(plant)
    for entry in (plant, bank):
        bureau.verifier.capital.verify(entry)
    assert figures(score(2023))["fdi"][0] == 0
    with pytest.raises(AccessDenied):
        bureau.verifier.capital.confirm(plant)
    bureau.second_verifier.capital.confirm(plant)
    assert figures(score(2023)) == FIRST
    bureau.manager.targets.freeze(2023)

    bureau.clock.forward(days=1)
    bureau.second_verifier.capital.confirm(bank)
    frozen = bureau.manager.targets.frozen(2023)
    assert figures(frozen) == FIRST
    # The money had arrived before the card was frozen: scored of the same day it counts by now.
    assert frozen.as_of > bank.arrived_on
    assert figures(score(2023)) == figures(score(2023, as_of=frozen.as_of)) == SECOND
    report = bureau.manager.report.scorecard(2023, frozen=True, explain=True)
    changes = report.table("changes")
    changed = {
        (title.code, unit.code if isinstance(unit, Named) else None)
        for title, unit, *_ in changes.rows
        if isinstance(title, Named)
    }
    assert changed == {("fdi", None), ("share", None), ("units", "bureau")}
    assert report.figure("fdi").value == Money(5 * M, "USD")

    undone = sign(bureau, bureau.manager.capital.reverse(plant, reason="重复上报"))
    assert figures(score(2023)) == THIRD
    bureau.manager.targets.freeze(2023, reason="复核")
    late = report_arrival(bureau, bank.lead_id, "1000000 USD", 16)
    sign(bureau, late)
    assert figures(score(2023))["fdi"][0] == 5 * M
    assert [figures(bureau.manager.targets.frozen(2023, edition=edition)) for edition in (1, 2)] == [FIRST, THIRD]
    live = bureau.manager.report.scorecard(2023, explain=True)
    rows = bureau.manager.report.entries(live, "fdi")["fdi"]
    assert {row.id for row in rows} == {plant.id, bank.id, undone.id, late.id}
    assert sum(row.usd.minor for row in rows if row.usd) == 5 * M
    assert {(row.verified_by, row.confirmed_by) for row in rows} == {("verifier.desk", "second.verifier")}
    assert {row.by for row in rows} == {"tokyo.desk", "manager.desk"}
