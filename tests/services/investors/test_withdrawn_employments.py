"""An employment that should not have been recorded is withdrawn: it counts nowhere, and comes back if it could be recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm.errors import Archived, Conflict, InvalidInput, LikelyDuplicate, NotFound
from crm.models import Contact, Investor
from tests.factories import InvestorFactory, LeadFactory, World
from tests.services.refusals import refused

pytestmark = pytest.mark.portable

BEGAN = "2022-04-01"


def works(world: World, name: str = "田中健一") -> tuple[Contact, Investor]:
    """Return somebody who works at one company, and by mistake at another since 2022."""
    person = world.tokyo.contacts.add(InvestorFactory.create(world=world), name)
    place: Investor = InvestorFactory.create(world=world)
    world.tokyo.contacts.employ(person, place, title="顾问", since=BEGAN)
    return person, place


def test_recorded_again_from_the_same_day(world: World) -> None:
    """The other one stands then, and the first does not come back beside it."""
    person, place = works(world)
    first = world.tokyo.contacts.withdraw_employment(person, place, reason="same name")
    again = world.tokyo.contacts.employ(person, place, title="部长", since=BEGAN)
    assert [row.title for row in world.viewer.contacts.list(place)] == ["部长"]
    assert [row.title for row in world.viewer.contacts.list(place, withdrawn=True)] == ["顾问", "部长"]
    assert {row.title for row in world.viewer.contacts.show(person)} == {None, "部长"}
    with refused(world, Conflict, "employed"):
        world.tokyo.contacts.restore_employment(person, place)
    world.tokyo.contacts.edit_employment(person, place, since="2023-01-01")
    with refused(world, Conflict, "employed"):
        world.tokyo.contacts.restore_employment(person, place)
    world.tokyo.contacts.withdraw_employment(person, place)
    world.tokyo.contacts.restore_employment(person, place, began=BEGAN)
    assert (first.withdrawn_at, again.withdrawn_at is None) == (None, False)
    assert world.admin.audit.verify() == ()


def test_spans_with_an_unknown_first_day_come_back_as_they_were_recorded(world: World) -> None:
    """One that ended, and a later one whose first day nobody knows: recorded so, and restored so."""
    person = world.tokyo.contacts.add(InvestorFactory.create(world=world), "田中健一")
    place = InvestorFactory.create(world=world)
    world.tokyo.contacts.employ(person, place, since="2020-01-01")
    world.tokyo.contacts.leave(person, place, until="2020-12-31")
    world.tokyo.contacts.employ(person, place)
    for began in ("2020-01-01", None):
        gone = world.tokyo.contacts.withdraw_employment(person, place, began=began)
        assert world.tokyo.contacts.restore_employment(person, place) is gone
    world.tokyo.contacts.withdraw_employment(person, place)
    world.tokyo.contacts.employ(person, place)
    with refused(world, Conflict, "employed"):
        world.tokyo.contacts.restore_employment(person, place)


def met(world: World, person: Contact, place: Investor) -> Any:
    """Log a meeting with them for the company."""
    return world.tokyo.meetings.log(place, summary="t", contacts=[person], at="2023-02-17 10:00", zone="Asia/Tokyo")


def came(world: World, person: Contact, place: Investor) -> Any:
    """Note them at an event for the company."""
    event = world.manager.events.add("forum", title="论坛", place="济南", starts="2023-02-10")
    return world.tokyo.events.attend(event, place, contact=person)


def named(world: World, person: Contact, place: Investor) -> Any:
    """Find them by name among its people."""
    return world.tokyo.contacts.get(person.name, investor=place)


def confirmed(world: World, person: Contact, place: Investor) -> Any:
    """Let them confirm a referral for the company."""
    lead = LeadFactory.create(world=world, investor=place)
    referral = world.tokyo.referrals.add(lead, InvestorFactory.create(world=world))
    return world.manager.referrals.confirm(referral, contact=person)


@pytest.mark.parametrize("does", [met, came, named, confirmed])
def test_who_never_worked_there_does_nothing_for_the_company(world: World, does: Callable[..., Any]) -> None:
    """No meeting, no event, no name among its people, no confirmation; restored, all of it."""
    person, place = works(world)
    world.tokyo.contacts.withdraw_employment(person, place)
    with pytest.raises((InvalidInput, NotFound)), world.session.begin_nested():
        does(world, person, place)
    world.tokyo.contacts.restore_employment(person, place)
    assert does(world, person, place) is not None


@pytest.mark.parametrize(
    ("does", "code", "undo"),
    [
        (met, "met", lambda world, made: world.tokyo.meetings.withdraw(made)),
        (came, "met", lambda world, made: world.tokyo.events.withdraw_attendance(made)),
        (confirmed, "confirmed", lambda world, made: world.tokyo.referrals.withdraw(made, reason="r")),
    ],
)
def test_what_rests_on_it_goes_first(
    world: World, does: Callable[..., Any], code: str, undo: Callable[..., Any]
) -> None:
    """An employment on which a meeting, an event or a confirmation rests is not withdrawn under it."""
    person, place = works(world)
    made = does(world, person, place)
    with refused(world, Conflict, code):
        world.tokyo.contacts.withdraw_employment(person, place)
    undo(world, made)
    world.tokyo.contacts.withdraw_employment(person, place)


def test_a_meeting_about_a_hidden_lead_does_not_show(world: World) -> None:
    """Whoever may not see it withdraws the employment as if there were none; who may is told of it."""
    place = InvestorFactory.create(world=world)
    lead = LeadFactory.create(world=world, investor=place, secret=True)
    mine = world.frankfurt.contacts.add(place, "王芳", since="2022-01-01")
    world.manager.meetings.log(lead, summary="t", contacts=[mine], at="2023-02-17 10:00", zone="Asia/Tokyo")
    with refused(world, Conflict, "met"):
        world.manager.contacts.withdraw_employment(mine, place, reason="r")
    world.frankfurt.contacts.withdraw_employment(mine, place)


@pytest.mark.parametrize("does", [met, came])
def test_what_comes_back_names_the_employment_that_stands(world: World, does: Callable[..., Any]) -> None:
    """A meeting and an attendance that were withdrawn before it rest on the one recorded in its place."""
    person, place = works(world)
    made = does(world, person, place)
    tokyo = world.tokyo
    withdraw: Callable[..., Any] = tokyo.meetings.withdraw if does is met else tokyo.events.withdraw_attendance
    restore: Callable[..., Any] = tokyo.meetings.restore if does is met else tokyo.events.restore_attendance
    withdraw(made)
    world.tokyo.contacts.withdraw_employment(person, place)
    with refused(world, InvalidInput, "foreign_contact"):
        restore(made)
    anew = world.tokyo.contacts.employ(person, place, since="2022-05-01")
    restore(made)
    with refused(world, Conflict, "met"):
        world.tokyo.contacts.withdraw_employment(person, place, began="2022-05-01")
    assert anew.withdrawn_at is None
    assert world.admin.audit.verify() == ()


def test_the_company_and_its_people_are_looked_at_as_for_a_new_one(world: World) -> None:
    """Archived, it takes nobody back; a colleague with the same data is asked about."""
    person, place = works(world)
    world.tokyo.contacts.withdraw_employment(person, place)
    world.manager.investors.archive(place, reason="closed")
    with refused(world, Archived, "archived"):
        world.tokyo.contacts.restore_employment(person, place)
    world.manager.investors.restore(place, reason="open")
    world.tokyo.contacts.add(place, "田中 健一")
    with refused(world, LikelyDuplicate, "known"):
        world.tokyo.contacts.restore_employment(person, place)
    world.tokyo.contacts.restore_employment(person, place, distinct="cousins")
    entry = world.admin.audit.list(record="employment", limit=1)[0]
    assert (entry.verb, entry.reason) == ("contact.restore_employment", "cousins")


def test_a_withdrawn_one_is_no_self_referral(world: World) -> None:
    """Nor one of the two records of a merge; it hinders neither."""
    person, place = works(world)
    lead = LeadFactory.create(world=world, investor=place)
    with refused(world, InvalidInput, "self_referral"):
        world.tokyo.referrals.add(lead, person, person=True)
    world.tokyo.contacts.withdraw_employment(person, place)
    world.tokyo.referrals.add(lead, person, person=True)


def test_a_merge_moves_it_along_and_an_undo_back(world: World) -> None:
    """It hinders no merge, and what was restored or recorded since does not overlap after an undo."""
    one, place = works(world)
    two = world.tokyo.contacts.add(place, "田中 健一", title="课长", since="2022-05-01", distinct="r")
    world.tokyo.contacts.withdraw_employment(one, place)
    merge = world.manager.merges.merge(two, one, person=True, reason="one person")
    assert [row.title for row in world.viewer.contacts.list(place, withdrawn=True)] == ["顾问", "课长"]
    with refused(world, Conflict, "employed"):
        world.manager.contacts.restore_employment(two, place, reason="r")
    world.manager.merges.undo(merge, reason="two")
    assert {row.title for row in world.viewer.contacts.show(one, withdrawn=True)} == {None, "顾问"}
    assert world.admin.audit.verify() == ()


def test_two_that_are_the_same_and_one_withdrawn(world: World) -> None:
    """The same person at two records of one company: what stands stays, what is withdrawn moves beside it."""
    person, place = works(world)
    other = InvestorFactory.create(world=world)
    world.tokyo.contacts.employ(person, other, title="顾问", since=BEGAN)
    world.tokyo.contacts.withdraw_employment(person, other)
    merge = world.manager.merges.merge(place, other, reason="one company")
    rows = world.viewer.contacts.list(place, withdrawn=True)
    assert sorted(row.withdrawn is None for row in rows) == [False, True]
    world.manager.merges.undo(merge, reason="two")
    assert len(world.viewer.contacts.list(other, withdrawn=True)) == 1
    assert world.admin.audit.verify() == ()


def test_an_undo_that_would_let_them_overlap_is_refused(world: World) -> None:
    """What stayed behind at the other company began while what moved lasts, as it was corrected since."""
    person, place = works(world)
    other = InvestorFactory.create(world=world)
    world.tokyo.contacts.employ(person, other, since="2019-01-01")
    world.tokyo.contacts.leave(person, other, until="2019-12-31")
    world.tokyo.contacts.employ(person, other, title="顾问", since=BEGAN)
    merge = world.manager.merges.merge(place, other, reason="one company")
    world.tokyo.contacts.edit_employment(person, place, since="2022-06-01")
    moved = world.tokyo.contacts.edit_employment(person, place, began="2019-01-01", until="2022-05-31")
    with refused(world, Conflict, "overlap"):
        world.manager.merges.undo(merge, reason="two")
    world.tokyo.contacts.withdraw_employment(person, place, began="2019-01-01")
    world.manager.merges.undo(merge, reason="two")
    assert moved.investor_id == other.id
    assert world.admin.audit.verify() == ()
