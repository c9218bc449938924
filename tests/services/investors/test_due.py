"""Whose data must be erased, and whose must not."""

from __future__ import annotations

import pytest

from crm.errors import AccessDenied, Conflict, InvalidInput
from crm.models import Contact
from tests.factories import InvestorFactory, LeadFactory, World
from tests.services.refusals import MANAGERS, allows, refused

pytestmark = pytest.mark.portable


def expired(world: World, name: str, **details: str) -> Contact:
    """A contact whose day of retention was yesterday, at a company of their own."""
    return world.tokyo.contacts.add(InvestorFactory.create(world=world), name, retain_until="2023-02-17", **details)


def due(world: World, on: str | None = None) -> list[str]:
    """The names of those who are due."""
    return [row.described["name"] for row in world.manager.contacts.due(on=on)]


def test_a_person_is_due_from_the_day_after(world: World) -> None:
    """The day of retention itself is the last one."""
    expired(world, "窓口")
    assert due(world) == ["窓口"]
    assert due(world, "2023-02-17") == []
    assert [row.days_left for row in world.manager.contacts.due()] == [-1]
    with refused(world, InvalidInput, "date"):
        world.manager.contacts.due(on="someday")


def test_who_is_held_is_neither_due_nor_erased(world: World) -> None:
    """A legal hold stops both; only who may erase lifts it, and then both go on."""
    contact = expired(world, "窓口", legal_hold="诉讼未结")
    assert due(world) == []
    with refused(world, Conflict, "held"):
        world.manager.contacts.erase(contact, reason="on request")
    with refused(world, AccessDenied, "role"):
        world.tokyo.contacts.edit(contact, legal_hold=None)
    with refused(world, AccessDenied, "role"):
        world.tokyo.contacts.edit(contact, legal_hold="x")
    world.tokyo.contacts.edit(contact, legal_hold="诉讼未结", note="n")
    world.manager.contacts.edit(contact, legal_hold=None)
    assert due(world) == ["窓口"]
    world.manager.contacts.erase(contact, reason="on request")
    assert due(world) == []


def test_who_has_a_live_lead_is_not_due(world: World) -> None:
    """At their company, of a meeting of theirs, or referred by them; a closed lead is none, and neither is a former post."""
    at_work, met, referrer, former, done = (expired(world, name) for name in ("在职", "会谈", "引荐", "离任", "已完"))
    LeadFactory.create(world=world, investor=at_work.employments[0].investor_id)
    theirs = LeadFactory.create(world=world, investor=met.employments[0].investor_id)
    world.tokyo.meetings.log(theirs, contacts=[met], summary="谈")
    world.tokyo.contacts.leave(met, theirs.investor_id, until="2023-02-18")
    brought = LeadFactory.create(world=world)
    world.tokyo.referrals.add(brought, referrer, person=True, channel="peer")
    left = LeadFactory.create(world=world, investor=former.employments[0].investor_id)
    world.tokyo.contacts.leave(former, left.investor_id, until="2023-02-10")
    lost = LeadFactory.create(world=world, investor=done.employments[0].investor_id)
    assert due(world) == ["离任"]
    world.tokyo.leads.abandon(lost, reason="x")
    assert due(world) == ["离任", "已完"]


def test_those_who_are_due_are_erased_together(world: World) -> None:
    """Only those who were shown, with a reason, on no later day; one whom a merge took in goes with the survivor."""
    one, two, three = (expired(world, name, title="部長") for name in ("甲", "乙", "丙"))
    world.manager.merges.merge(one, two, person=True, reason="x")
    shown = [row.id for row in world.manager.contacts.due()]
    assert shown == [one.id, three.id]
    for wrong in ({"reason": ""}, {"reason": "x", "on": "2023-02-19"}, {"reason": "x", "only": "1"}):
        with pytest.raises(InvalidInput):
            world.manager.contacts.erase_due(**wrong)  # type: ignore[arg-type]  # expected: wrong arguments
    erased = world.manager.contacts.erase_due(reason="保存期满", only=[one.id])
    assert [row.described["name"] for row in erased] == ["甲"]
    assert [(contact.name, contact.key) for contact in (one, two, three)] == [
        (f"#{one.id}", f"#{one.id}"),
        (f"#{two.id}", f"#{two.id}"),
        ("丙", "丙"),
    ]
    assert [post.title for post in one.employments] == [None, None]
    assert world.manager.contacts.erase_due(reason="x")[0].id == three.id
    assert world.manager.contacts.erase_due(reason="x") == ()
    assert world.admin.audit.verify() == ()


def test_who_may_see_and_erase_them(world: World) -> None:
    """Who may erase one may erase all that are due."""
    expired(world, "窓口")
    assert allows(world, lambda door: door.contacts.due()) == MANAGERS
    assert allows(world, lambda door: door.contacts.erase_due(reason="x")) == MANAGERS
