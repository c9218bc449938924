"""A verb inside a savepoint that is rolled back: the record in memory is the record in the database, and the verb repeats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import inspect, select

from crm.models import Lead
from tests.factories import LeadFactory, World
from tests.services.refusals import rows

pytestmark = pytest.mark.portable

VERBS: dict[str, tuple[dict[str, Any], Callable[[World, Lead], object]]] = {
    "advance": ({"ready": True}, lambda w, lead: w.tokyo.leads.advance(lead)),
    "back": ({"signed": True}, lambda w, lead: w.manager.leads.back(lead, "contact", reason="too early")),
    "hold": ({}, lambda w, lead: w.tokyo.leads.hold(lead, reason="x", review="2023-03-01")),
    "resume": ({"held": True}, lambda w, lead: w.tokyo.leads.resume(lead)),
    "lose": ({}, lambda w, lead: w.tokyo.leads.lose(lead, reason="x")),
    "abandon": ({}, lambda w, lead: w.tokyo.leads.abandon(lead, reason="x")),
    "reopen": ({"lost": True}, lambda w, lead: w.manager.leads.reopen(lead, to="contact", reason="x")),
    "exit": ({"landed": True}, lambda w, lead: w.manager.leads.exit(lead, reason="x")),
    "edit": ({}, lambda w, lead: w.tokyo.leads.edit(lead, title="another", expected="5 EUR")),
    "handover": ({}, lambda w, lead: w.tokyo.leads.handover(lead, unit="bureau", owner="zone.desk")),
    "register": ({"signed": True}, lambda w, lead: w.tokyo.leads.register(lead, name="a company")),
    "evidence": (
        {},
        lambda w, lead: w.tokyo.leads.add_evidence(lead, "photograph", dated=w.today, reference="a photograph"),
    ),
    "meeting": ({}, lambda w, lead: w.tokyo.meetings.log(lead, summary="talked", promised=["a plan"])),
    "capital": (
        {"signed": True},
        lambda w, lead: w.tokyo.capital.record(lead, "5 USD", arrived=w.today, reference="a"),
    ),
}


def stored(world: World, lead: Lead) -> dict[str, Any]:
    """Return the lead's columns as the database has them."""
    table = Lead.__table__
    return dict(world.session.connection().execute(select(table).where(table.c.id == lead.id)).one()._mapping)


def held(lead: Lead) -> dict[str, Any]:
    """Return the lead's columns as memory has them."""
    return {attribute.key: getattr(lead, attribute.key) for attribute in inspect(Lead).column_attrs}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_taken_back_can_be_repeated(world: World, verb: str) -> None:
    """After the rollback of its savepoint nothing of a verb is left, in memory or in the database; done again it holds."""
    traits, act = VERBS[verb]
    lead = LeadFactory.create(world=world, **traits)
    before, counted = stored(world, lead), rows(world.session)
    nested = world.session.begin_nested()
    act(world, lead)
    nested.rollback()
    assert held(lead) == stored(world, lead) == before
    assert rows(world.session) == counted
    with world.session.begin_nested():
        act(world, lead)
    assert held(lead) == stored(world, lead)
    assert rows(world.session) != counted
    assert world.manager.audit.verify() == ()


@pytest.mark.parametrize("verb", VERBS)
def test_a_savepoint_given_up_by_an_error_leaves_the_lead_as_it_was(world: World, verb: str) -> None:
    """An error of the caller's own after a verb takes the verb back with its savepoint."""
    traits, act = VERBS[verb]
    lead = LeadFactory.create(world=world, **traits)
    before = stored(world, lead)
    with pytest.raises(ZeroDivisionError), world.session.begin_nested():
        act(world, lead)
        raise ZeroDivisionError
    assert held(lead) == stored(world, lead) == before


def test_an_outer_savepoint_takes_back_the_inner_one(world: World) -> None:
    """What an inner savepoint kept goes with the outer one."""
    lead = LeadFactory.create(world=world, ready=True)
    before = stored(world, lead)
    outer = world.session.begin_nested()
    with world.session.begin_nested():
        world.tokyo.leads.advance(lead)
    world.tokyo.leads.edit(lead, title="another")
    outer.rollback()
    assert held(lead) == stored(world, lead) == before
    world.tokyo.leads.advance(lead)
    assert lead.stage == "negotiating"


def test_a_record_made_in_a_savepoint_is_gone_with_it(world: World) -> None:
    """A lead opened in a savepoint that was rolled back is not there, and its uid is free again."""
    uid = "01860000-0000-7000-8000-00000000000d"
    lead = LeadFactory.create(world=world)
    nested = world.session.begin_nested()
    world.tokyo.leads.open(lead.investor, title="another", uid=uid)
    nested.rollback()
    again = world.tokyo.leads.open(lead.investor, title="something else", uid=uid)
    assert again.title == "something else"
    assert world.manager.audit.verify() == ()
