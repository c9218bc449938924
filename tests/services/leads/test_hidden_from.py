"""Work on a confidential lead goes to people who may see it, and its number to nobody else."""

from __future__ import annotations

import pytest

from crm.errors import InvalidInput
from crm.services.leads.service import Leads
from tests.factories import FollowUpFactory, LeadFactory, World


def test_a_confidential_lead_is_not_handed_to_somebody_who_may_not_see_it(world: World) -> None:
    """A viewer sees no confidential lead, not even as its owner; an owner of another station does."""
    lead = LeadFactory.create(world=world, confidential=True, code_name="Falcon")
    FollowUpFactory.create(world=world, about=lead)
    with pytest.raises(InvalidInput, match=r"may not do this work: viewer\.desk"):
        world.manager.leads.handover(lead, owner="viewer.desk")
    assert world.manager.leads.handover(lead, owner="frankfurt.desk").owner_id is not None


def test_work_is_not_left_to_a_successor_who_may_not_see_its_lead(world: World) -> None:
    """Follow-ups and requests on confidential leads that somebody else owns; all such leads are named."""
    hidden = [
        LeadFactory.create(world=world, confidential=True, code_name=name, owner="zone.desk", landed=landed)
        for name, landed in (("Falcon", False), ("Heron", True))
    ]
    world.tokyo.followups.add(hidden[0], "call", due="2023-02-25", owner="tokyo.desk")
    world.tokyo.requests.open(hidden[1], "land", assignee="tokyo.desk")
    world.tokyo.followups.add(LeadFactory.create(world=world), "write", due="2023-02-25", owner="tokyo.desk")
    with pytest.raises(InvalidInput) as refused:
        world.admin.staff.archive("tokyo.desk", reason="left", to="frankfurt.desk")
    (flaw,) = refused.value.problems
    assert flaw.params["leads"] == ", ".join(f"L{lead.id}" for lead in hidden)
    world.admin.staff.add("tokyo.second", "T", role="ambassador", station="tokyo")
    world.admin.staff.archive("tokyo.desk", reason="left", to="tokyo.second")


def test_a_successor_sees_the_leads_that_become_theirs(world: World) -> None:
    """So the work on these goes with them."""
    lead = LeadFactory.create(world=world, confidential=True, code_name="Falcon", owner="tokyo.desk")
    world.tokyo.followups.add(lead, "call", due="2023-02-25", owner="tokyo.desk")
    world.admin.staff.archive("tokyo.desk", reason="left", to="frankfurt.desk")
    assert world.frankfurt.leads.get(lead).owner_id == world.frankfurt.staff.get("frankfurt.desk").id


def test_an_expansion_does_not_tell_of_its_hidden_parent(world: World) -> None:
    """Neither its number nor the company that both have; a manager is told both, and rules compare them."""
    parent = LeadFactory.create(world=world, landed=True, confidential=True, code_name="Falcon")
    lead = world.tokyo.leads.open(parent.investor_id, title="expansion", parent=parent)
    shown = world.viewer.leads.get(lead.id)
    assert (shown.id, shown.title, shown.parent_id) == (lead.id, "expansion", None)
    assert shown.investor.id == parent.investor_id
    assert world.manager.leads.get(shown).parent_id == parent.id
    assert world.tokyo.leads.get(lead).parent_id == parent.id


def test_whoever_works_on_an_expansion_is_not_told_of_its_hidden_parent(world: World) -> None:
    """Neither by a read nor by a verb that changes it, on a lead of their own; opening one takes a parent that they see."""
    parent = LeadFactory.create(world=world, landed=True, confidential=True, code_name="Falcon")
    lead = world.tokyo.leads.open(parent.investor_id, title="expansion", parent=parent)
    number = world.manager.leads.handover(lead, station="frankfurt", owner="frankfurt.desk").id
    returned = {
        "get": world.frankfurt.leads.get(number),
        "edit": world.frankfurt.leads.edit(number, note="two halls"),
        "handover": world.frankfurt.leads.handover(number, unit="hitech", reason="the site"),
        "tag": world.frankfurt.leads.tag(number, ["expansion"]),
    }
    verbs = [name for name in dir(Leads) if hasattr(getattr(Leads, name), "verb")]
    assert {name for name in verbs if getattr(Leads, name).__annotations__["return"] == "Lead"} == {*returned, "open"}
    assert {(row.id, row.parent_id, row.enterprise_id) for row in returned.values()} == {(number, None, None)}
    assert (returned["edit"].note, world.manager.leads.get(number).parent_id) == ("two halls", parent.id)
