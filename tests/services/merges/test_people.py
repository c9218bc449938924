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

    def test_who_replaced_the_other_at_a_meeting(self, world: World) -> None:
        """The meeting keeps both rows, of which one is in it; an undo restores every row, and the meeting can be corrected."""
        investor = world.manager.investors.add("更正同场商事", country="JP")
        one, two = (world.manager.contacts.add(investor, name, distinct="r") for name in ("高桥一郎", "高桥 一朗"))
        talk = world.manager.meetings.log(investor, summary="t", contacts=[one], at=world.clock(), zone="Asia/Tokyo")
        world.manager.meetings.edit(talk, contacts=[two])
        for stays, goes in ((one, two), (two, one)):
            before = dump(world.session)
            merge = world.manager.merges.merge(stays, goes, person=True, reason="one person")
            assert list(world.manager.meetings.show(talk).row.contacts) == [stays.name]
            assert world.manager.audit.verify() == ()
            world.manager.merges.undo(merge, reason="two after all")
            assert dump(world.session) == before
        world.manager.merges.merge(one, two, person=True, reason="one person")
        world.manager.meetings.edit(talk, contacts=[])
        assert list(world.manager.meetings.show(talk).row.contacts) == []
        world.manager.meetings.edit(talk, contacts=[one])
        assert list(world.manager.meetings.show(talk).row.contacts) == [one.name]
        assert world.manager.audit.verify() == ()

    def test_employments_that_would_overlap(self, world: World) -> None:
        """No title and no last day is lost unseen: they are named, and merged once they say the same or do not overlap."""
        investor = world.manager.investors.add("任职商事", country="JP")
        one = world.manager.contacts.add(investor, "佐藤一郎", title="部长", since="2020-01-01")
        two = world.manager.contacts.add(investor, "佐藤 一朗", title="主任", since="2021-01-01", distinct="r")
        with refused(world, Conflict, "employments") as caught:
            world.manager.merges.merge(one, two, person=True, reason="x")
        assert "部长" in str(caught.value)
        assert "2021-01-01 – …" in str(caught.value)
        world.manager.contacts.edit_employment(two, investor, until="2022-12-31")
        with refused(world, Conflict, "employments"):
            world.manager.merges.merge(one, two, person=True, reason="x")
        world.manager.contacts.edit_employment(one, investor, since="2023-01-01")
        merge = world.manager.merges.merge(one, two, person=True, reason="x")
        assert [row.title for row in world.manager.contacts.show(one)] == ["部长", "主任"]
        world.manager.merges.undo(merge, reason="x")
        world.manager.contacts.edit_employment(two, investor, title="部长", since="2023-01-01", until=None)
        world.manager.merges.merge(one, two, person=True, reason="x")
        assert [row.title for row in world.manager.contacts.show(one)] == ["部长"]

    def test_of_two_employments_without_a_first_day_one_stays(self, world: World) -> None:
        """A first day that is missing is the same as another that is missing; meetings follow the one that stays."""
        investor = world.manager.investors.add("无日商事", country="JP")
        one, two = (world.manager.contacts.add(investor, name, distinct="r") for name in ("铃木一郎", "铃木 一朗"))
        talk = world.manager.meetings.log(investor, summary="t", contacts=[two], at=world.clock(), zone="Asia/Tokyo")
        before = dump(world.session)
        merge = world.manager.merges.merge(one, two, person=True, reason="x")
        assert len(world.manager.contacts.show(one)) == 1
        assert list(world.manager.meetings.show(talk).row.contacts) == [one.name]
        assert world.manager.audit.verify() == ()
        world.manager.merges.undo(merge, reason="x")
        assert dump(world.session) == before

    def test_one_person_at_two_records_of_a_company(self, world: World) -> None:
        """The same of a merge of companies; and their memberships of groups do not overlap."""
        one, two = (world.manager.investors.add(f"同社{name}", country="JP") for name in ("甲商事", "乙物流"))
        person = world.manager.contacts.add(one, "田村", title="部长")
        world.manager.contacts.employ(person, two, title="主任", since="2021-01-01")
        parents = [world.manager.investors.add(f"母公司{name}", country="JP") for name in ("东方", "西方")]
        world.manager.groups.join(one, parents[0], since="2019-01-01")
        world.manager.groups.join(two, parents[1], since="2018-01-01")
        world.manager.groups.leave(two, reason="sold", on="2020-01-01")
        with refused(world, Conflict, "employments", "memberships"):
            world.manager.merges.merge(one, two, reason="x")
        world.manager.groups.edit(one, since="2020-01-02")
        world.manager.contacts.leave(person, two, until="2022-01-01")
        world.manager.contacts.edit_employment(person, one, since="2022-01-02")
        world.manager.merges.merge(one, two, reason="x")
        assert [row.title for row in world.manager.contacts.show(person)] == ["部长", "主任"]
        assert world.manager.audit.verify() == ()

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
