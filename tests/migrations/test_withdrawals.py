"""What is withdrawn goes down to before it could be, and up again."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm import schema
from crm.models.base import table_of
from crm.services.ledgers.capital import Capital
from crm.services.ledgers.contracts import Contracts
from tests.factories import ArrivalFactory, ContractFactory, MeetingFactory, World

pytestmark = [pytest.mark.portable, pytest.mark.whole]

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


def test_entries_that_replace_others(migrated_engine: Engine) -> None:
    """Up again they name none, further ones do, and the table takes one correction of an entry alone."""
    (before,) = schema.revisions()["b61f0c8d2a95"]
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        arrival, contract = ArrivalFactory.create(world=world), ContractFactory.create(world=world)
        arrived = world.manager.capital.correct(arrival, amount="7 USD", reason="r")
        agreed = world.manager.contracts.correct(contract, amount="7 USD", reason="r")
        assert (arrived.replaces_id, agreed.replaces_id) == (arrival.id, contract.id)
        corrected = (arrived.id, agreed.id)
    schema.downgrade(migrated_engine, before)
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()
    with Session(migrated_engine) as session, session.begin():
        world = World(session, found=False)
        ledgers: tuple[Capital | Contracts, ...] = (world.manager.capital, world.manager.contracts)
        for ledger, number in zip(ledgers, corrected, strict=True):
            assert ledger.show(number).row.replaces_id is None
            new = ledger.correct(number, amount="8 USD", reason="r").id
            assert ledger.show(number).replaced_by == ledger.show(new).row
            with pytest.raises(IntegrityError), session.begin_nested():
                table = table_of(type(ledger.get(new)))
                session.execute(table.update().where(table.c.id == new).values(replaces_id=new))


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


def test_employments_and_memberships(migrated_engine: Engine) -> None:
    """Down there they stand again, apart from what was recorded anew; a withdrawn meeting rests on what is left."""
    (before,) = schema.revisions()["3d5b80a7e2f6"]
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        place, above, other = (world.manager.investors.add(name, country="JP") for name in ("甲社", "乙社", "丙社"))
        person = world.manager.contacts.add(place, "高桥一郎", title="误", since="2022-04-01")
        talk = world.manager.meetings.log(place, summary="t", contacts=[person], at=world.clock(), zone="Asia/Tokyo")
        world.manager.meetings.withdraw(talk)
        world.manager.contacts.withdraw_employment(person, place, reason="r")
        world.manager.contacts.employ(person, place, title="部长", since="2022-04-01")
        gone = world.manager.contacts.employ(person, other, since="2022-04-01")
        world.manager.contacts.withdraw_employment(person, other, reason="r")
        world.manager.groups.join(place, above)
        world.manager.groups.withdraw(place, reason="r")
        world.manager.groups.join(place, other)
        world.manager.groups.join(other, above)
        world.manager.groups.withdraw(other, reason="r")
        numbers = (talk.id, gone.id, place.id, other.id, above.id)
    schema.downgrade(migrated_engine, before)
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()
    with Session(migrated_engine) as session, session.begin():
        world = World(session, found=False)
        meeting, left, below, beside, top = numbers
        assert [row.title for row in world.manager.contacts.list(below)] == ["部长"]
        assert [row.employment_id for row in world.manager.contacts.list(beside)] == [left]
        assert [row.id for row in world.manager.groups.tree(below)] == [top, beside, below]
        world.manager.meetings.restore(meeting)
        world.manager.groups.withdraw(below, reason="r")
        world.manager.contacts.withdraw_employment("高桥一郎", beside, reason="r")
        world.manager.contacts.employ("高桥一郎", beside, since="2022-04-01")
