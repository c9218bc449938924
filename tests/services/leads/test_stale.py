"""Leads without recorded activity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from crm.models import Lead
from tests.factories import LeadFactory, World

pytestmark = pytest.mark.portable

#: The default policy lets a lead stand at contact for so many days.
LIMIT = 30

ACTS: dict[str, Callable[[World, Lead], object]] = {
    "a visit": lambda world, lead: world.tokyo.meetings.log(lead, summary="谈"),
    "a follow-up that was done": lambda world, lead: world.tokyo.followups.done(
        world.tokyo.followups.add(lead, "寄资料", due=world.today), result="已寄"
    ),
    "a document": lambda world, lead: world.tokyo.leads.add_evidence(
        lead, "photograph", dated=world.today, reference="照片"
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_what_is_recorded_is_activity(world: World, act: str) -> None:
    """For as many days as the stage allows; the list of leads says the same."""
    lead = LeadFactory.create(world=world)
    world.clock.forward(days=LIMIT + 1)
    assert [row.id for row in world.tokyo.leads.stale()] == [lead.id]
    ACTS[act](world, lead)
    assert world.tokyo.leads.stale() == ()
    assert not any(row.stale for row in world.tokyo.leads.list())
    world.clock.forward(days=LIMIT)
    assert world.tokyo.leads.stale() == ()
    world.clock.forward(days=1)
    assert [row.id for row in world.tokyo.leads.stale()] == [lead.id]
    assert [row.stale for row in world.tokyo.leads.list()] == [True]


def test_what_is_withdrawn_or_open_is_no_activity(world: World) -> None:
    """A withdrawn visit, and a follow-up that is not done."""
    lead = LeadFactory.create(world=world)
    world.clock.forward(days=LIMIT + 1)
    world.manager.meetings.withdraw(world.manager.meetings.log(lead, summary="谈"), reason="误记")
    world.manager.followups.add(lead, "寄资料", due=world.today + timedelta(days=3))
    assert [row.id for row in world.manager.leads.stale()] == [lead.id]


def test_stale_leads_are_filtered(world: World) -> None:
    """By station, unit and owner."""
    lead = LeadFactory.create(world=world)
    world.clock.forward(days=LIMIT + 1)
    crm = world.manager
    assert [row.id for row in crm.leads.stale(owner=lead.owner_id, station=lead.station_id)] == [lead.id]
    assert crm.leads.stale(owner="viewer.desk") == ()
    assert crm.leads.stale(station="frankfurt") == ()
