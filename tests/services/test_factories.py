"""The factories reach what their traits promise."""

from __future__ import annotations

import pytest

from crm.testing.leads import STAGES
from tests.factories import (
    ArrivalFactory,
    ContactFactory,
    FollowUpFactory,
    InvestorFactory,
    LeadFactory,
    MeetingFactory,
    StaffFactory,
    StationFactory,
    TripFactory,
    UnitFactory,
    World,
)

pytestmark = pytest.mark.portable


@pytest.mark.parametrize("stage", STAGES)
def test_a_lead_is_walked_to_its_stage(world: World, stage: str) -> None:
    """A trait names a stage; the lead stands there, and the audit accounts for every row."""
    lead = LeadFactory.create(world=world, **({} if stage == "contact" else {stage: True}))
    assert (lead.stage, lead.status) == (stage, "active")
    assert len(world.manager.leads.history(lead)) == STAGES.index(stage) + 1
    assert world.manager.audit.verify() == ()


@pytest.mark.parametrize(
    ("trait", "status"), [("held", "on_hold"), ("lost", "lost"), ("abandoned", "abandoned"), ("exited", "exited")]
)
def test_a_lead_is_brought_to_its_status(world: World, trait: str, status: str) -> None:
    """A trait names a status; the lead has it."""
    assert LeadFactory.create(world=world, **{trait: True}).status == status


def test_every_other_aggregate_is_made(world: World) -> None:
    """Each factory makes its record through the front door, and the audit accounts for all of them."""
    assert StationFactory.create(world=world, operating=True).status == "operating"
    assert UnitFactory.create(world=world, archived=True).archived_at is not None
    assert StaffFactory.create(world=world, manager=True).role == "manager"
    assert StaffFactory.create(world=world, left=True).archived_at is not None
    assert InvestorFactory.create(world=world, archived=True).archived_at is not None
    assert ContactFactory.create(world=world, erased=True).erased_at is not None
    assert MeetingFactory.create(world=world, promised=True).id
    assert MeetingFactory.create(world=world, one_way=True).kind == "message"
    assert FollowUpFactory.create(world=world, done=True).result == "sent"
    assert TripFactory.create(world=world, closed=True).closed_at is not None
    assert ArrivalFactory.create(world=world, verified=True).state == "verified"
    assert ArrivalFactory.create(world=world, reversed=True).id
    assert world.manager.audit.verify() == ()
