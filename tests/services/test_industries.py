"""Groups and classes of GB/T 4754, as they are loaded."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import Conflict, InvalidInput
from tests.factories import LeadFactory, World
from tests.services.refusals import LONG, MANAGERS, allows, refused

pytestmark = pytest.mark.portable

ROWS = [
    ("C", "制造业"),
    ("36", "汽车制造业"),
    ("367", "汽车零部件及配件制造"),
    ("C3670", "汽车零部件及配件制造", "Parts of automobiles"),
]


def test_a_list_is_loaded_over_the_shipped_one(world: World) -> None:
    """Sections and divisions are shipped; the same list again is no change."""
    first = world.manager.industries.load(ROWS)
    assert (first.added, first.known) == (2, 2)
    again = world.manager.industries.load(iter(ROWS))
    assert (again.added, again.known) == (0, 4)
    assert [row.level for row in world.viewer.industries.show("3670")] == ["section", "division", "group", "class"]
    assert [row.code for row in world.viewer.industries.list("C36")] == ["C36", "C367", "C3670"]
    assert [row.code for row in world.viewer.industries.list(text="automobiles")] == ["C36", "C3670"]
    assert len(world.viewer.industries.list()) == 20 + 97 + 2
    assert world.manager.audit.verify() == ()


def test_an_industry_is_meant_by_its_name(world: World) -> None:
    """A loaded one too; a part of names is refused with the codes that fit."""
    world.manager.industries.load(ROWS)
    lead = LeadFactory.create(world=world)
    assert world.manager.leads.edit(lead, industry="Parts of Automobiles").industry == "C3670"
    assert world.manager.leads.edit(lead, industry="汽车制造业").industry == "C36"
    with refused(world, InvalidInput, "industry") as caught:
        world.manager.leads.edit(lead, industry="零部件")
    assert "C367 " in str(caught.value)
    assert "C3670 " in str(caught.value)


def test_a_search_for_separators_finds_those_characters(world: World) -> None:
    """They are no wildcards, and not nothing."""
    LeadFactory.create(world=world, title="plain")
    odd = LeadFactory.create(world=world, title="half_made 50%")
    assert [row.id for row in world.manager.leads.list(text="_")] == [odd.id]
    assert [row.id for row in world.manager.leads.list(text="%")] == [odd.id]
    assert world.manager.industries.list(text="_") == ()
    assert world.manager.investors.find("_") == ()


def test_a_code_must_be_in_the_list_of_its_division(world: World) -> None:
    """Of a lead and of an entry; a division without a list takes every code."""
    world.manager.industries.load(ROWS)
    lead = LeadFactory.create(world=world, signed=True, industry="C3670")
    with refused(world, InvalidInput, "industry"):
        world.tokyo.leads.edit(lead, industry="C3671")
    with refused(world, InvalidInput, "industry"):
        world.tokyo.capital.record(lead, "5 USD", arrived=world.today, reference="r", industry="3612")
    with refused(world, InvalidInput, "industry"):
        world.viewer.industries.show("C3671")
    assert world.tokyo.leads.edit(lead, industry="C3511").industry == "C3511"


def test_cards_name_the_narrowest_known_industry(world: World) -> None:
    """The class that was loaded, else its group, else the division; an entry has the name of its own code."""
    world.manager.industries.load(
        [("367", "汽车零部件及配件制造"), ("3612", "新能源车整车制造", "New energy vehicles")]
    )
    lead = LeadFactory.create(world=world, signed=True, industry="C3612")
    entry = world.tokyo.capital.record(lead, "5 USD", arrived=world.today, reference="r")
    cards = (world.tokyo.leads.show(lead), world.tokyo.capital.show(entry))
    assert [(card.industry.code, card.industry.name_en) for card in cards if card.industry] == [
        ("C3612", "New energy vehicles")
    ] * 2
    for code, held in (("C367", "C367"), ("C36", "C36"), ("C3511", "C35"), ("C", "C")):
        world.tokyo.leads.edit(lead, industry=code)
        shown = world.tokyo.leads.show(lead).industry
        assert shown is not None
        assert shown.code == held
    world.manager.industries.load([("3670", "汽车零部件及配件制造")])
    world.tokyo.leads.edit(lead, industry="C3670")
    assert world.tokyo.leads.show(lead).industry == world.viewer.industries.show("C3670")[-1]
    assert world.tokyo.capital.show(entry).industry == cards[1].industry
    assert world.tokyo.leads.show(LeadFactory.create(world=world, industry=None)).industry is None


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("C9999", "x"), "industry"), (("A3670", "x"), "industry"), ((None, "x"), "industry"), (("C367", ""), "empty"), (("C367", 7), "type"),
        (("C367", LONG), "too_long"), (("C367", "x", 7), "type"), (("C367",), "type"), ("C3", "type"), (7, "type"),
    ],
)  # fmt: skip
def test_a_row_has_to_be_one(world: World, row: Any, code: str) -> None:
    """Each is named with its number, beside what is wrong with the others."""
    with refused(world, InvalidInput, code, "twice"):
        world.manager.industries.load([row, ("C3670", "one"), ("C3670", "other")])


def test_a_code_keeps_its_name(world: World) -> None:
    """Another name for a code is a conflict that names both."""
    world.manager.industries.load(ROWS)
    with refused(world, Conflict, "differs") as caught:
        world.manager.industries.load([("C3670", "别名"), ("C3671", "新")])
    assert "汽车零部件及配件制造" in str(caught.value)
    assert "别名" in str(caught.value)


def test_who_may_load(world: World) -> None:
    """Managers and admins; everybody reads."""
    assert allows(world, lambda door: door.industries.load(ROWS)) == MANAGERS
    assert "viewer" in allows(world, lambda door: door.industries.list())
    assert "nobody" not in allows(world, lambda door: door.industries.show("C36"))


@pytest.mark.parametrize("value", ["", "Z", "C99", 7.5, LONG, "\ud800"])
def test_a_code_has_to_be_one(world: World, value: Any) -> None:
    """Anything else is refused."""
    with refused(world, InvalidInput):
        world.viewer.industries.show(value)
    with refused(world, InvalidInput):
        world.viewer.industries.list(value)
