"""What others learn of a confidential lead from the records around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from crm.errors import InvalidInput, NotFound
from tests.factories import LeadFactory, World

pytestmark = pytest.mark.portable


def test_a_visit_is_ticked_off_only_for_who_may_see_its_meeting(world: World) -> None:
    """For others it is still planned, in the list and on the card."""
    lead = LeadFactory.create(world=world, secret=True)
    trip = world.manager.trips.plan(
        "east",
        title="E",
        leader="L",
        rank="city",
        starts=date(2023, 2, 15),
        ends=date(2023, 2, 20),
        members=["tokyo.desk"],
        announced="2023-01-01",
        visits=[(lead.investor, date(2023, 2, 18), None)],
    )
    world.tokyo.meetings.log(lead, summary="met", trip=trip, at=world.clock(), zone="Asia/Tokyo")
    for door, state in (
        (world.manager, "done"),
        (world.tokyo, "done"),
        (world.frankfurt, "planned"),
        (world.viewer, "planned"),
    ):
        card, (row,) = door.trips.show(trip), door.trips.list()
        assert [visit.state for visit in card.visits] == [state]
        assert (row.done, card.row.done, row.planned) == (state == "done", state == "done", state == "planned")


@pytest.mark.parametrize("verb", ["add", "edit", "log", "open", "assign"])
def test_work_on_a_hidden_lead_is_given_to_who_may_see_it(world: World, verb: str) -> None:
    """Others are named in the refusal, and nothing is written."""
    lead = LeadFactory.create(world=world, secret=True)
    task = world.tokyo.followups.add(lead, "send", due="2023-03-01", owner="manager.desk")
    request = world.tokyo.requests.open(lead, "land")
    calls: dict[str, Callable[[], object]] = {
        "add": lambda: world.tokyo.followups.add(lead, "send", due="2023-03-01", owner="frankfurt.desk"),
        "edit": lambda: world.tokyo.followups.edit(task, owner="frankfurt.desk"),
        "log": lambda: world.tokyo.meetings.log(
            lead, summary="s", followups=[("send", "2023-03-01", "frankfurt.desk")]
        ),
        "open": lambda: world.tokyo.requests.open(lead, "water", assignee="frankfurt.desk"),
        "assign": lambda: world.tokyo.requests.assign(request, assignee="frankfurt.desk"),
    }
    with pytest.raises(InvalidInput, match=r"these may not see it: frankfurt\.desk"):
        calls[verb]()


def test_a_public_expansion_does_not_show_its_hidden_parent(world: World) -> None:
    """Neither its number nor the company that both have, on the card, in a request, by search or by registering."""
    parent = LeadFactory.create(world=world, secret=True, registered=True)
    child = world.tokyo.leads.open(parent.investor, title="expansion", parent=parent)
    firm = world.tokyo.leads.register(child, filing="filing 2")
    world.tokyo.requests.open(child, "land")
    world.manager.leads.handover(child, station="frankfurt", unit="bureau")
    mine, theirs = world.tokyo.leads.show(parent), world.frankfurt.leads.show(child)
    assert mine.enterprise is not None
    assert (theirs.parent_id, theirs.enterprise) == (None, None)
    assert [row.enterprise for row in world.frankfurt.requests.list()] == [None]
    with pytest.raises(NotFound):
        world.frankfurt.leads.get(firm.name)
    seen = world.manager.leads.show(child)
    assert (seen.parent_id, seen.enterprise and seen.enterprise.id) == (parent.id, firm.id)


def test_an_expansion_without_a_company_is_not_given_that_of_a_hidden_parent(world: World) -> None:
    """The name is asked for, as for any other lead."""
    parent = LeadFactory.create(world=world, secret=True, registered=True)
    child = world.tokyo.leads.open(parent.investor, title="expansion", parent=parent)
    world.manager.leads.handover(child, station="frankfurt", unit="bureau")
    with pytest.raises(InvalidInput, match="name"):
        world.frankfurt.leads.register(child, filing="filing 2")


def test_the_number_of_a_hidden_document_is_refused_as_unknown(world: World) -> None:
    """As is one that does not exist; one of another public lead is said to be another's."""
    hidden, mine = (
        LeadFactory.create(world=world, secret=True, signed=True),
        LeadFactory.create(world=world, signed=True, station="frankfurt", by="frankfurt"),
    )
    paper = world.tokyo.leads.evidence(hidden)[0].id
    said = []
    for number in (paper, 999_999):
        with pytest.raises(NotFound) as caught:
            world.frankfurt.capital.record(mine, "1 USD", arrived=world.today, reference="r", evidence=number)
        said.append(str(caught.value).replace(str(number), "N"))
    assert said[0] == said[1]


def test_a_hidden_review_that_has_passed_is_not_told(world: World) -> None:
    """Others see the lead on hold under its code name, and not that it is stale."""
    lead = LeadFactory.create(world=world, secret=True, held=True)
    late = world.day(40)
    assert [row.id for row in world.tokyo.leads.stale(today=late)] == [lead.id]
    assert world.frankfurt.leads.stale(today=late) == ()
    assert not any(row.stale for row in world.frankfurt.leads.list())
