"""What is withdrawn goes down to before it could be, and up again."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm import schema
from tests.factories import MeetingFactory, World

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
