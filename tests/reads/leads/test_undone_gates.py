"""A gate whose paper or meeting was withdrawn leaves every figure, until it is met again."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from crm.models import Lead
from tests.factories import InvestorFactory, LeadFactory, World

pytestmark = pytest.mark.portable


@pytest.fixture
def world(session: Session) -> World:
    """A bureau, rolled back after the test."""
    return World(session)


def told(world: World, lead: Lead) -> tuple[object, ...]:
    """Return how often the lead is counted as signed: credit, funnel, month of the station, ambassador."""
    (credit,) = world.manager.referrals.credit(str(world.today.year))
    funnel = world.manager.report.funnel(str(world.today.year)).table("stages").column("reached")
    month = f"{world.today:%Y-%m}"
    (station,) = [row for row in world.manager.stations.months(month) if row.station == "tokyo"]
    people = world.manager.staff.ambassadors(month)
    card = world.manager.stations.month("tokyo", month)
    moved = [move for move in card.moves if move.lead_id == lead.id and move.to_stage == "signed"]
    (mine,) = [row for row in people if row.username == "tokyo.desk"]
    return credit.signed, funnel[2], station.leads_moved, mine.leads_moved, len(moved)


@pytest.mark.parametrize("what", ["paper", "meeting"])
def test_it_leaves_credit_funnel_and_activity(world: World, what: str) -> None:
    """The referrer brought no signed lead, the station moved none, and no cohort reached the stage."""
    lead = LeadFactory.create(world=world, source=InvestorFactory.create(world=world), signed=True)
    assert told(world, lead) == (1, 1, 1, 1, 1)
    if what == "paper":
        record = world.manager.leads.evidence(lead)[0].id
        world.manager.leads.withdraw_evidence(record, reason="another lead's")
        assert told(world, lead) == (0, 0, 1, 1, 0)
        world.manager.leads.restore_evidence(record, reason="its own")
    else:
        talk = world.manager.meetings.list(lead=lead)[0].id
        world.manager.meetings.withdraw(talk, reason="another lead's")
        assert told(world, lead) == (0, 0, 0, 0, 0)
        world.manager.meetings.restore(talk, reason="its own")
    assert told(world, lead) == (1, 1, 1, 1, 1)


def test_a_landing_leaves_the_credit_too(world: World) -> None:
    """Until the start is on record again."""
    lead = LeadFactory.create(world=world, source=InvestorFactory.create(world=world), landed=True)
    year = str(world.today.year)
    assert world.manager.referrals.credit(year)[0].landed == 1
    start = world.manager.leads.evidence(lead)[-1].id
    world.manager.leads.withdraw_evidence(start, reason="another lead's")
    assert world.manager.referrals.credit(year)[0].landed == 0


def test_an_expired_referral_of_an_undone_signing_earns_nothing(world: World) -> None:
    """What kept it valid beyond its last day was the signing."""
    lead = LeadFactory.create(world=world, source=InvestorFactory.create(world=world), signed=True)
    world.clock.forward(days=3000)
    assert [row.state for row in world.manager.leads.show(lead).referrals] == ["recorded"]
    world.manager.leads.withdraw_evidence(world.manager.leads.evidence(lead)[0].id, reason="another lead's")
    assert [row.state for row in world.manager.leads.show(lead).referrals] == ["expired"]
