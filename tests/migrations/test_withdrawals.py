"""What is withdrawn goes down to before it could be, and up again."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm import schema
from tests.factories import MeetingFactory, World

pytestmark = pytest.mark.portable

#: The revision before.
(BEFORE,) = schema.revisions()["c41f7e9b2a60"]


def test_down_and_up(migrated_engine: Engine) -> None:
    """Down there everything stands as it was recorded; up again it can be withdrawn."""
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        kept = MeetingFactory.create(world=world, promised=True).id
        gone = MeetingFactory.create(world=world, promised=True).id
        world.manager.meetings.withdraw(gone, reason="r")
        assert [row.id for row in world.manager.meetings.list()] == [kept]
    schema.downgrade(migrated_engine, BEFORE)
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()
    with Session(migrated_engine) as session, session.begin():
        world = World(session, found=False)
        assert {row.id for row in world.manager.meetings.list()} == {kept, gone}
        assert len(world.manager.followups.list()) == 2
        world.manager.meetings.withdraw(kept, reason="r")
        assert [row.id for row in world.manager.meetings.list()] == [gone]


def test_attendance_requests_and_people_taken_out(migrated_engine: Engine) -> None:
    """Down there attendance and requests stand again; of a person who is in a meeting twice the one who is there stays."""
    (before,) = schema.revisions()["f2a91c6d04be"]
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        investor = world.manager.investors.add("参会商事", country="JP")
        one, two = (world.manager.contacts.add(investor, name, distinct="r") for name in ("高桥一郎", "高桥 一朗"))
        talk = world.manager.meetings.log(investor, summary="t", contacts=[one], at=world.clock(), zone="Asia/Tokyo")
        world.manager.meetings.edit(talk, contacts=[two])
        world.manager.merges.merge(one, two, person=True, reason="one person")
        event = world.manager.events.add("forum", title="论坛", place="济南", starts="2023-02-08")
        came = world.manager.events.attend(event, investor, people=3)
        world.manager.events.withdraw_attendance(came, reason="r")
        asked = world.manager.requests.open(investor, "用电")
        world.manager.requests.withdraw(asked, reason="r")
        numbers = (talk.id, came.id, asked.id, one.id)
    schema.downgrade(migrated_engine, before)
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()
    with Session(migrated_engine) as session, session.begin():
        world = World(session, found=False)
        meeting, attendance, request, person = numbers
        assert list(world.manager.meetings.show(meeting).row.contacts) == ["高桥一郎"]
        assert [row.id for row in world.manager.events.show("forum").attendance] == [attendance]
        assert [row.id for row in world.manager.requests.list()] == [request]
        world.manager.events.edit_attendance(attendance, contact=person, people=1)
        world.manager.meetings.edit(meeting, contacts=[])
