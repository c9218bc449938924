"""The list, the board and the stale leads are narrowed by the same filters."""

from __future__ import annotations

from typing import Any

import pytest

from crm import CRM
from crm.errors import InvalidInput
from crm.rules.kernel.fields import declared
from crm.rules.leads.filters import LeadFilters
from tests.factories import LeadFactory, World


def by_list(door: CRM, **filters: Any) -> set[int]:
    """Return the leads of the list, which the board shows too."""
    found = {row.id for row in door.leads.list(**filters)}
    assert found == {row.id for column in door.leads.board(closed=True, **filters) for row in column.leads}
    assert {row.id for row in door.leads.stale(**filters)} <= found
    return found


def test_each_filter_finds_its_lead(world: World) -> None:
    """And leaves out the other; together they all hold."""
    lead = LeadFactory.create(world=world, expected="20000000 USD", industry="C36")
    other = LeadFactory.create(world=world, expected="9 JPY", industry="A01")
    world.manager.meetings.log(lead, at="2023-02-01 10:00", zone="Asia/Tokyo", contacts=[], summary="talk")
    door = world.manager
    door.leads.tag(lead, ["周会", "重点"])
    door.leads.tag(other, ["周会"])
    filters: dict[str, Any] = {
        "stage": lead.stage, "status": "active", "station": lead.station_id, "unit": lead.unit_id,
        "owner": lead.owner_id, "investor": lead.investor_id, "country": lead.investor.country, "industry": "C",
        "source": lead.source_kind, "at_least": "1 USD", "at_most": "20000000 USD", "met_since": "2023-02-01",
        "met_until": "2023-02-01", "confidential": False, "mine": False, "tag": ["周会", "重点"],
    }  # fmt: skip
    filters = {name: value for name, value in filters.items() if value is not None}
    assert filters.keys() >= declared(LeadFilters).keys() - {"station", "unit", "owner"}
    for name, value in filters.items():
        assert lead.id in by_list(door, **{name: value}), name
    assert by_list(door, **filters) == {lead.id}
    for name, value in {
        "industry": "C", "at_least": "1 USD", "at_most": "20000000 USD", "met_since": "2023-02-01",
        "investor": lead.investor_id, "tag": ["重点"],
    }.items():  # fmt: skip
        assert other.id not in by_list(door, **{name: value}), name
    for name, value in {
        "industry": "B", "at_least": "20000001 USD", "at_most": "19999999 USD", "met_since": "2023-02-02",
        "met_until": "2023-01-31", "confidential": True, "source": "event", "country": "FR", "status": "lost",
    }.items():  # fmt: skip
        assert lead.id not in by_list(door, **{name: value}), name


def test_mine_are_the_leads_of_the_actor(world: World) -> None:
    """Whoever opened them."""
    mine = LeadFactory.create(world=world)
    assert mine.owner_id is not None
    for door in (world.tokyo, world.frankfurt, world.manager):
        assert by_list(door, mine=True) == ({mine.id} if door.staff.show().row.id == mine.owner_id else set())


@pytest.mark.portable
@pytest.mark.parametrize("reader", ["viewer", "frankfurt"])
def test_no_filter_tells_of_a_hidden_lead(world: World, reader: str) -> None:
    """Whatever of it would match, it is found by what its row shows alone."""
    lead = LeadFactory.create(world=world, secret=True, expected="7 USD", industry="C36")
    world.tokyo.meetings.log(lead, at="2023-02-01 10:00", zone="Asia/Tokyo", contacts=[], summary="talk")
    door = getattr(world, reader)
    assert by_list(door) == by_list(door, confidential=True) == by_list(door, stage=lead.stage) == {lead.id}
    hidden: dict[str, Any] = {
        "investor": lead.investor_id, "country": lead.investor.country, "industry": "C", "source": lead.source_kind,
        "at_least": "1 USD", "at_most": "9 USD", "met_since": "2023-01-01", "met_until": "2023-03-01",
    }  # fmt: skip
    for name, value in hidden.items():
        assert by_list(door, **{name: value}) == set(), name
        assert lead.id in by_list(world.tokyo, **{name: value}), name


def test_orders(world: World) -> None:
    """Each has a cursor; a hidden lead is ordered by its code name."""
    for title, received in (("甲", "2023-01-02"), ("乙", "2023-01-01"), ("丙", "2023-01-03")):
        LeadFactory.create(world=world, title=title, received=received)
    LeadFactory.create(world=world, secret=True, title="丁")
    for door in (world.tokyo, world.frankfurt):
        for order, key, reverse in (("entered", "entered_on", False), ("received", "received_on", True)):
            days = [getattr(row, key) for row in door.leads.list(sort=order)]
            assert days == sorted(days, reverse=reverse)
        for order in ("moved", "entered", "received", "title"):
            whole = door.leads.list(sort=order)
            first = door.leads.list(sort=order, limit=2)
            assert first + door.leads.list(sort=order, limit=9, after=first.after) == whole


def test_everything_wrong_is_named(world: World) -> None:
    """Filters, order and part together."""
    with pytest.raises(InvalidInput) as caught:
        world.tokyo.leads.list(country="nowhere", industry="?", at_least="much", source="x", sort="y", limit=-1)
    assert {flaw.field for flaw in caught.value.problems} >= {"industry", "at_least", "source", "sort", "limit"}
