"""Merges of two records of one person."""

from __future__ import annotations

from sqlalchemy import text

from crm.errors import Conflict
from tests.factories import LeadFactory, World
from tests.services.merges.dumps import dump
from tests.services.refusals import refused


class TestContacts:
    """Two records of one person."""

    def test_merge_and_undo(self, world: World) -> None:
        """Meetings, employments and referrals move to the survivor; an undo restores every row."""
        investor = world.manager.investors.add("人员合并商事", country="JP")
        other = world.manager.investors.add("前一雇主", country="JP")
        one = world.manager.contacts.add(investor, "担当甲", since="2020-01-01")
        two = world.manager.contacts.add(
            investor, "担当 甲", email="a@example.com", since="2020-01-01", distinct="another"
        )
        world.manager.contacts.employ(two, other, since="2015-01-01")
        for person in (one, two):
            world.manager.meetings.log(investor, summary="talk", contacts=[person], at=world.clock(), zone="Asia/Tokyo")
        lead = LeadFactory.create(world=world)
        world.manager.referrals.add(lead, two)
        before = dump(world.session)
        merge = world.manager.merges.merge(one, two, person=True, reason="one person")
        assert one.email == "a@example.com"
        assert world.manager.contacts.get(two.id).id == one.id
        assert {row.investor for row in world.manager.contacts.show(one)} == {"人员合并商事", "前一雇主"}
        assert world.manager.audit.verify() == ()
        world.manager.merges.undo(merge, reason="different after all")
        assert dump(world.session) == before
        assert world.manager.audit.verify() == ()

    def test_who_met_together_are_two(self, world: World) -> None:
        """Both were in the room."""
        investor = world.manager.investors.add("同场商事", country="JP")
        people = [world.manager.contacts.add(investor, f"同场{letter}") for letter in "甲乙"]
        world.manager.meetings.log(investor, summary="talk", contacts=people, at=world.clock(), zone="Asia/Tokyo")
        with refused(world, Conflict, "together"):
            world.manager.merges.merge(*people, person=True, reason="x")

    def test_erasing_reaches_what_was_merged(self, world: World) -> None:
        """Nothing of the person stays, and nothing can be restored."""
        investor = world.manager.investors.add("删除商事", country="JP")
        one = world.manager.contacts.add(investor, "待删甲")
        two = world.manager.contacts.add(investor, "待删乙", email="gone@example.com", note="secret")
        merge = world.manager.merges.merge(one, two, person=True, prefer="absorbed", reason="one person")
        world.manager.contacts.erase(one, reason="asked for")
        everything = repr(dump(world.session)) + repr(list(world.session.execute(text("SELECT * FROM crm_merge"))))
        for trace in ("待删甲", "待删乙", "gone@example.com", "secret"):
            assert trace not in everything
        with refused(world, Conflict, "erased"):
            world.manager.merges.undo(merge, reason="x")
        assert world.manager.audit.verify() == ()
