"""Attendance corrected, withdrawn and restored."""

from __future__ import annotations

import pytest

from crm.errors import Archived, Conflict, InvalidInput
from tests.factories import ContactFactory, InvestorFactory, World
from tests.services.refusals import refused


def test_who_came_is_corrected(world: World) -> None:
    """Number, note and person; a person is one, of the same investor, and there once."""
    event = world.manager.events.add("forum", title="论坛", place="济南", starts="2023-02-08")
    place = InvestorFactory.create(world=world)
    person, other = (ContactFactory.create(world=world, investor=place) for _ in range(2))
    came = world.tokyo.events.attend(event, place, people=3)
    with refused(world, InvalidInput, "range"):
        world.tokyo.events.edit_attendance(came, contact=person)
    world.tokyo.events.edit_attendance(came, contact=person, people=1, note="主讲")
    assert (came.contact_id, came.employment_id is not None, came.people, came.version) == (person.id, True, 1, 2)
    world.tokyo.events.attend(event, place, contact=other)
    with refused(world, Conflict, "twice"):
        world.tokyo.events.edit_attendance(came, contact=other)
    stranger = ContactFactory.create(world=world)
    with refused(world, InvalidInput, "foreign_contact"):
        world.tokyo.events.edit_attendance(came, contact=stranger)
    world.tokyo.events.edit_attendance(came, contact=None, people=4, note=None)
    assert (came.contact_id, came.employment_id, came.note) == (None, None, None)
    guests = world.tokyo.events.attend(event, people=80, note="日方代表")
    with refused(world, InvalidInput, "missing"):
        world.tokyo.events.edit_attendance(guests, note=None)
    with refused(world, InvalidInput, "missing"):
        world.tokyo.events.edit_attendance(guests, contact=person, people=1)
    assert world.admin.audit.verify() == ()


def test_what_is_withdrawn_is_not_counted(world: World) -> None:
    """Neither for the event nor in the figures; it may be recorded again, and then it is not restored."""
    event = world.manager.events.add("forum", title="论坛", place="济南", starts="2023-02-08")
    world.manager.events.hold(event)
    place = InvestorFactory.create(world=world)
    came = world.tokyo.events.attend(event, place, people=3)
    world.tokyo.events.withdraw_attendance(came, reason="not there")
    card = world.viewer.events.show(event)
    assert (card.row.people, card.row.investors, card.attendance) == (0, 0, ())
    assert world.viewer.events.figures(2023).people == 0
    (row,) = world.viewer.events.show(event, withdrawn=True).attendance
    assert row.withdrawn is not None
    assert row.withdrawn.reason == "not there"
    again = world.tokyo.events.attend(event, place, people=2)
    with refused(world, Conflict, "twice"):
        world.tokyo.events.restore_attendance(came)
    world.tokyo.events.withdraw_attendance(again)
    world.tokyo.events.restore_attendance(came)
    assert world.viewer.events.show(event).row.people == 3
    assert world.admin.audit.verify() == ()


def test_what_is_not_restored(world: World) -> None:
    """The attendance of an archived investor, and one of a cancelled event."""
    event = world.manager.events.add("forum", title="论坛", place="济南", starts="2023-02-08")
    place = InvestorFactory.create(world=world)
    came = world.tokyo.events.withdraw_attendance(world.tokyo.events.attend(event, place))
    world.manager.investors.archive(place, reason="dissolved")
    with pytest.raises(Archived):
        world.tokyo.events.restore_attendance(came)
    world.manager.investors.restore(place, reason="back")
    world.manager.events.cancel(event, reason="storm")
    with refused(world, Conflict, "cancelled"):
        world.tokyo.events.restore_attendance(came)


def test_days_of_an_employment(world: World) -> None:
    """An attendance that is withdrawn does not hold the days of the employment."""
    event = world.manager.events.add("forum", title="论坛", place="济南", starts="2023-02-08")
    place = InvestorFactory.create(world=world)
    person = world.tokyo.contacts.add(place, "王芳", since="2022-01-01")
    came = world.tokyo.events.attend(event, place, contact=person)
    with refused(world, Conflict, "met"):
        world.tokyo.contacts.edit_employment(person, place, since="2023-02-09")
    world.tokyo.events.withdraw_attendance(came)
    world.tokyo.contacts.edit_employment(person, place, since="2023-02-09")
    with pytest.raises(InvalidInput):
        world.tokyo.events.restore_attendance(came)
