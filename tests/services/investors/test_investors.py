"""Investors and their names."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import Ambiguous, Archived, Conflict, InvalidInput, Refused, StaleRecord
from tests.factories import InvestorFactory, LeadFactory, World
from tests.services.refusals import (
    AMBASSADORS,
    LONE_SURROGATE,
    LONG,
    MANAGERS,
    NO_REFERENCE,
    NO_TEXT,
    allows,
    refused,
    rows,
)

pytestmark = pytest.mark.portable

NEW: dict[str, Any] = {"name": "丸紅株式会社", "country": "JP", "uid": "01860000-0000-7000-8000-000000000011"}


def test_an_investor_is_found_by_any_part_of_any_name(world: World) -> None:
    """Legal name, alias and former name all lead to it."""
    investor = world.tokyo.investors.add(**NEW, aliases=["Marubeni Corporation", ("丸红", "zh", "short")])
    world.tokyo.investors.alias(investor, "MBC", kind="former")
    for part in ("丸紅", "marubeni", "丸红", "mbc", str(investor.id), f"#{investor.id}", investor.uid, investor):
        assert world.viewer.investors.get(part) is investor
    assert {row.name for row in world.viewer.investors.find("丸红")} == {"丸紅株式会社"}


def test_several_that_fit_are_listed(world: World) -> None:
    """An ambiguous name writes nothing and names those it fits."""
    for name in ("商事一株式会社", "商事二株式会社"):
        InvestorFactory.create(world=world, name=name)
    with refused(world, Ambiguous, "ambiguous") as caught:
        world.tokyo.investors.edit("商事", note="x")
    assert isinstance(caught.value, Ambiguous)
    assert len(caught.value.matches) == 2


def test_an_old_name_keeps_leading_here(world: World) -> None:
    """A renamed investor is found by both names."""
    investor = world.tokyo.investors.add(**NEW)
    world.tokyo.investors.edit(investor, name="新商号株式会社", kind="fund", country="HK", note="renamed")
    assert world.viewer.investors.get("丸紅") is world.viewer.investors.get("新商号") is investor
    assert (investor.kind, investor.country, investor.note) == ("fund", "HK", "renamed")


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_a_name_has_to_be_a_text(world: World, value: Any, code: str) -> None:
    """Adding, naming, editing and archiving refuse a text that is none."""
    investor = InvestorFactory.create(world=world)
    for verb in (
        lambda: world.tokyo.investors.add(value, country="JP"),
        lambda: world.tokyo.investors.alias(investor, value),
        lambda: world.tokyo.investors.edit(investor, name=value),
        lambda: world.manager.investors.archive(investor, reason=value),
    ):
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize(
    ("field", "code", "values"),
    [
        ("name", "empty", ["・-_"]),
        ("country", "country", ["", "XX", 7, None, LONE_SURROGATE]),
        ("kind", "choice", ["", "king", 7, None, LONE_SURROGATE]),
        ("note", "too_long", [LONG]),
        ("note", "encoding", [LONE_SURROGATE]),
        ("note", "type", [7]),
        ("aliases", "empty", [[""]]),
        ("aliases", "encoding", [[LONE_SURROGATE]]),
        ("aliases", "choice", [[("x", "en", "nickname")]]),
        ("language", "too_long", [LONG]),
        ("uid", "uid", ["", 7]),
    ],
)
def test_an_investor_refuses_what_cannot_be_meant(world: World, field: str, code: str, values: list[Any]) -> None:
    """Each argument is refused for itself."""
    for value in values:
        with refused(world, InvalidInput, *([] if field == "name" else [code])):
            world.tokyo.investors.add(**(NEW | {field: value}))


@pytest.mark.parametrize("aliases", [7, None, [7], [("x",)]])
def test_aliases_have_to_be_names(world: World, aliases: Any) -> None:
    """What is no sequence of names is refused as such."""
    with refused(world, InvalidInput):
        world.tokyo.investors.add(**NEW, aliases=aliases)


@pytest.mark.parametrize("character", ["\ufdfa", "㍿", "\u0958"])
def test_a_name_that_grows_when_normalised_is_refused(world: World, character: str) -> None:
    """Some characters become several in the comparison key, or when composed; the limit holds for what is stored."""
    with refused(world, InvalidInput, "too_long"):
        world.tokyo.investors.add("x" + character * 199, country="JP")


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """One refusal names all the arguments."""
    with refused(world, InvalidInput) as caught:
        world.tokyo.investors.add("", country="XX", kind="king", note=7)  # type: ignore[arg-type]
    assert {problem.field for problem in caught.value.problems} >= {"name", "country", "kind", "note"}


def test_a_company_is_on_record_once(world: World) -> None:
    """The very same name in one country conflicts, in whatever width or case; a repeated uid returns the first."""
    first = world.tokyo.investors.add(**NEW)
    assert world.tokyo.investors.add(**NEW) is first
    with refused(world, Conflict, "uid"):
        world.tokyo.investors.add(**(NEW | {"country": "HK"}))
    with refused(world, Conflict, "known"):
        world.tokyo.investors.add("丸紅 株式会社", country="JP")
    before = rows(world.session)
    assert world.tokyo.investors.alias(first, NEW["name"]).text == NEW["name"]
    assert rows(world.session) == before


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_an_investor_is_named_by_something_that_is_there(world: World, ref: Any) -> None:
    """An unknown reference is not found, a malformed one is refused."""
    for verb in (
        lambda: world.tokyo.investors.edit(ref, note="x"),
        lambda: world.tokyo.investors.alias(ref, "x"),
        lambda: world.manager.investors.archive(ref, reason="x"),
    ):
        with refused(world, Refused):
            verb()


def test_an_investor_whose_leads_move_is_not_archived(world: World) -> None:
    """The leads are named; once they are closed the investor is archived, once."""
    lead = LeadFactory.create(world=world)
    with refused(world, Conflict, "open_leads"):
        world.manager.investors.archive(lead.investor, reason="dissolved")
    world.tokyo.leads.lose(lead, reason="dissolved")
    world.manager.investors.archive(lead.investor, reason="dissolved")
    with refused(world, Archived, "archived"):
        world.manager.investors.archive(lead.investor, reason="dissolved")


def test_who_comes_second_is_told(world: World) -> None:
    """An edit with the version before the last is stale."""
    investor = InvestorFactory.create(world=world)
    world.tokyo.investors.edit(investor, note="first")
    with refused(world, StaleRecord, "stale"):
        world.frankfurt.investors.edit(investor, note="second", version=1)


def test_who_may_write_investors(world: World) -> None:
    """Ambassadors and managers write; managers archive."""
    investor = InvestorFactory.create(world=world)
    assert allows(world, lambda door: door.investors.add(**NEW)) == AMBASSADORS | MANAGERS
    assert allows(world, lambda door: door.investors.alias(investor, "x")) == AMBASSADORS | MANAGERS
    assert allows(world, lambda door: door.investors.edit(investor, note="x")) == AMBASSADORS | MANAGERS
    assert allows(world, lambda door: door.investors.archive(investor, reason="x")) == MANAGERS
