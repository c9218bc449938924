"""A circle is one of referrals that are live at one moment: an expired one is past."""

from __future__ import annotations

import pytest

from crm.errors import Conflict
from crm.models import Investor
from tests.factories import InvestorFactory, LeadFactory, World
from tests.services.refusals import refused

Parties = tuple[Investor, Investor, Investor]


@pytest.fixture
def parties(world: World) -> Parties:
    """Three."""
    one, two, three = (InvestorFactory.create(world=world, name=f"{letter}方商事") for letter in "甲乙丙")
    return one, two, three


def brings(world: World, referrer: Investor, brought: Investor, introduced: str | None = None) -> None:
    """Record a referral of a day."""
    lead = LeadFactory.create(world=world, investor=brought)
    world.manager.referrals.add(lead, referrer, introduced=introduced)


def test_what_had_expired_before_the_other_began(world: World, parties: Parties) -> None:
    """The new one of a day between them meets the first and not the last: the three were never live together."""
    one, two, three = parties
    brings(world, one, two, "2020-01-01")
    brings(world, three, one)
    brings(world, two, three, "2021-06-01")
    assert {row.state for row in world.manager.referrals.list()} == {"recorded", "expired"}


def test_a_new_one_that_has_expired_itself(world: World, parties: Parties) -> None:
    """Stated to be of so long ago that it is past: it earns nothing, and closes nothing."""
    one, two, _ = parties
    brings(world, one, two)
    brings(world, two, one, "2020-01-01")
    last = [row for row in world.manager.referrals.list() if row.state == "expired"]
    assert [(row.party, row.brought_id) for row in last] == [(two.id, one.id)]


def test_the_last_day_is_one_of_it(world: World, parties: Parties) -> None:
    """Two years after the introduction it is live, the day after no longer."""
    one, two, _ = parties
    brings(world, one, two, "2021-02-18")
    assert world.manager.referrals.list()[0].expires_on == world.today
    lead = LeadFactory.create(world=world, investor=one)
    with refused(world, Conflict, "cycle"):
        world.manager.referrals.add(lead, two)
    world.clock.forward(days=1)
    world.manager.referrals.add(lead, two)


def test_a_merge_looks_at_the_same_moments(world: World, parties: Parties) -> None:
    """Who brought each other one after the other may be merged with a third; who would do so at one moment may not."""
    one, two, three = parties
    brings(world, one, two, "2020-01-01")
    brings(world, two, one)
    merge = world.manager.merges.merge(one, three, reason="one company")
    world.manager.merges.undo(merge, reason="two after all")
    brings(world, three, two)
    with refused(world, Conflict, "cycle"):
        world.manager.merges.merge(one, three, reason="one company")
