"""The board against plain Python, and what others see of a confidential lead."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy.orm import Session

from crm.errors import AccessDenied
from tests.factories import LeadFactory, World


@pytest.fixture
def world(session: Session) -> World:
    """A bureau with everybody at their desk, rolled back after the test."""
    return World(session)


def test_the_board_counts_and_sums_its_leads(world: World) -> None:
    """Counts and sums by currency are those of the leads themselves; closed leads show when asked for."""
    LeadFactory.create(world=world, expected="7 JPY")
    LeadFactory.create(world=world)
    LeadFactory.create(world=world, signed=True)
    LeadFactory.create(world=world, lost=True)
    for closed in (False, True):
        rows = [lead for lead in world.tokyo.leads.list() if closed or lead.status in {"active", "on_hold"}]
        expected = Counter(row.stage for row in rows)
        for column in world.tokyo.leads.board(closed=closed):
            assert column.count == len(column.leads) == expected[column.stage]
            sums: Counter[str] = Counter()
            for row in rows:
                if row.stage == column.stage and row.expected is not None:
                    sums[row.expected.currency] += row.expected.minor
            assert {amount.currency: amount.minor for amount in column.amounts} == dict(sums)


@pytest.mark.parametrize("reader", ["viewer", "frankfurt"])
def test_others_see_a_code_name_alone(world: World, reader: str) -> None:
    """No list, search, count, error, meeting, promise or arrival says whose confidential lead it is."""
    lead = LeadFactory.create(world=world, secret=True, registered=True, title="绝密芯片项目")
    world.tokyo.followups.add(lead, "secret promise", due="2023-03-01")
    world.tokyo.capital.record(lead, "5 USD", arrived=world.today, reference="secret advice")
    door = getattr(world, reader)
    (row,) = door.leads.list()
    assert (row.title, row.investor, row.expected, row.industry) == (lead.code_name, None, None, None)
    assert door.leads.list(text="绝密") == door.leads.list(text=lead.investor.name) == ()
    assert door.leads.list(investor=lead.investor_id) == ()
    assert door.investors.find(lead.investor.name)[0].leads == 0
    assert door.meetings.list() == door.followups.list() == door.capital.list() == ()
    with pytest.raises(AccessDenied) as caught:
        door.leads.show(lead.id)
    assert "绝密" not in str(caught.value)
    assert lead.investor.name not in str(caught.value)
    assert world.tokyo.leads.list(text="绝密")[0].title == "绝密芯片项目"


def test_the_board_shows_the_first_of_each_stage(world: World) -> None:
    """Those that stand longest; counts and sums are of all leads."""
    for received in ("2023-01-03", "2023-01-01", "2023-01-02"):
        LeadFactory.create(world=world, expected="7 JPY", received=received)
    LeadFactory.create(world=world, signed=True)
    LeadFactory.create(world=world, secret=True, expected="9 JPY")
    for door in (world.tokyo, world.frankfurt):
        whole, some = door.leads.board(), door.leads.board(limit=1)
        assert [len(column.leads) for column in some] == [min(column.count, 1) for column in whole]
        for full, first in zip(whole, some, strict=True):
            assert first.leads == full.leads[:1]
            assert (first.stage, first.count, first.amounts) == (full.stage, full.count, full.amounts)
        assert all(not column.leads for column in door.leads.board(limit=0))
