"""An employment is corrected: title, first and last day."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import AccessDenied, Conflict, InvalidInput, NotFound, Refused
from crm.models import Contact, Employment, Investor
from tests.factories import ContactFactory, InvestorFactory, LeadFactory, World
from tests.services.refusals import refused

pytestmark = pytest.mark.portable


def employed(world: World) -> tuple[Contact, Investor]:
    """Return somebody who worked at a company in 2021, and works there again since 2022."""
    place: Investor = InvestorFactory.create(world=world)
    person = world.tokyo.contacts.add(place, "田中健一", title="課長", since="2021-01-01")
    world.tokyo.contacts.leave(person, place, until="2021-12-31")
    world.tokyo.contacts.employ(person, place, title="部長", since="2022-04-01")
    return person, place


def spans(world: World, person: Contact) -> list[tuple[Any, ...]]:
    """Return the employments of a person."""
    return sorted((str(row.since), str(row.until), row.title) for row in world.viewer.contacts.show(person))


def test_what_is_given_changes(world: World) -> None:
    """The present one, or the one that began on a day; a last day can be taken away where nothing follows."""
    person, place = employed(world)
    world.tokyo.contacts.edit_employment(person, place, title="本部長", since="2022-03-01")
    world.tokyo.contacts.edit_employment(person, place, began="2021-01-01", since=None, until="2022-02-28")
    assert spans(world, person) == [("2022-03-01", "None", "本部長"), ("None", "2022-02-28", "課長")]
    world.tokyo.contacts.leave(person, place, until=world.today)
    last: Employment = world.tokyo.contacts.edit_employment(person, place, until=None)
    assert last.until is None
    entry = world.admin.audit.list(record="employment", record_id=last.id, limit=1)[0]
    assert (entry.verb, entry.actor) == ("contact.edit_employment", "tokyo.desk")
    assert world.admin.audit.verify() == ()


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        ({"since": "2021-12-31"}, Conflict, "employed"),
        ({"since": None}, Conflict, "employed"),
        ({"began": "2021-01-01", "until": "2022-04-01"}, Conflict, "employed"),
        ({"began": "2021-01-01", "until": None}, Conflict, "employed"),
        ({"began": "2021-01-01", "until": "2020-12-31"}, InvalidInput, "order"),
        ({"since": "2023-03-01"}, InvalidInput, "future"),
        ({"began": "2020-01-01", "title": "x"}, NotFound, "not_found"),
        ({"since": "2023-02-18"}, Conflict, "met"),
    ],
)
def test_no_overlap_and_no_meeting_left_out(
    world: World, given: dict[str, Any], kind: type[Refused], code: str
) -> None:
    """Spans of one pair stay apart, and whoever was at a meeting worked there that day."""
    person, place = employed(world)
    world.tokyo.meetings.log(place, summary="talked", contacts=[person], at="2023-02-17 10:00", zone="Asia/Tokyo")
    before = spans(world, person)
    with refused(world, kind, code):
        world.tokyo.contacts.edit_employment(person, place, **given)
    assert spans(world, person) == before


def test_a_withdrawn_meeting_keeps_nobody(world: World) -> None:
    """Nor does an event they did not attend; a person elsewhere is not found."""
    person, place = employed(world)
    talk = world.tokyo.meetings.log(place, summary="t", contacts=[person], at="2023-02-17 10:00", zone="Asia/Tokyo")
    event = world.manager.events.add("forum", title="论坛", place="济南", starts="2023-02-10")
    world.tokyo.events.attend(event, place, contact=person)
    world.tokyo.meetings.withdraw(talk)
    with refused(world, Conflict, "met"):
        world.tokyo.contacts.edit_employment(person, place, since="2023-02-11")
    world.tokyo.contacts.edit_employment(person, place, since="2023-02-10")
    stranger = ContactFactory.create(world=world)
    with refused(world, NotFound, "not_found"):
        world.tokyo.contacts.edit_employment(stranger, place, title="x")


def test_a_meeting_about_a_hidden_lead_does_not_show(world: World) -> None:
    """Whoever may not see it corrects the days as if there were none; who may is told of it."""
    place = InvestorFactory.create(world=world)
    lead = LeadFactory.create(world=world, investor=place, secret=True)
    mine = world.frankfurt.contacts.add(place, "王芳", since="2022-01-01")
    world.manager.meetings.log(lead, summary="t", contacts=[mine], at="2023-02-17 10:00", zone="Asia/Tokyo")
    with refused(world, Conflict, "met"):
        world.manager.contacts.edit_employment(mine, place, since="2023-02-18", reason="r")
    world.frankfurt.contacts.edit_employment(mine, place, since="2023-02-18")


def test_who_may(world: World) -> None:
    """Whoever recorded it for seven days, then a manager with a reason."""
    person, place = employed(world)
    with refused(world, AccessDenied, "scope"):
        world.frankfurt.contacts.edit_employment(person, place, title="x", reason="r")
    world.clock.forward(days=8)
    with refused(world, AccessDenied, "late"):
        world.tokyo.contacts.edit_employment(person, place, title="x", reason="r")
    with refused(world, InvalidInput, "missing"):
        world.manager.contacts.edit_employment(person, place, title="x")
    world.manager.contacts.edit_employment(person, place, title="x", reason="r")
