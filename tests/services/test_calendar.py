"""A calendar of a person, a station or a unit, read back by two other readers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from sqlalchemy.orm import Session

from crm.cli.printing.language import Language
from crm.errors import AccessDenied, InvalidInput
from crm.exchange.calendar import write
from crm.reads.calendar import CalendarItem
from tests.factories import FollowUpFactory, LeadFactory, MeetingFactory, RequestFactory, World

pytestmark = pytest.mark.portable

AT = datetime(2023, 2, 17, 8, tzinfo=UTC)


@pytest.fixture
def world(session: Session) -> World:
    """A bureau with a trip, a meeting, and what is due, rolled back after the test."""
    world = World(session)
    lead = LeadFactory.create(world=world, title="冷链")
    met = world.tokyo.investors.add("丸示商事", country="JP")
    world.manager.trips.plan(
        "japan", title="赴日本经贸团", leader="L", rank="city", starts=world.day(10), ends=world.day(15), unit="bureau",
        late="one", members=["tokyo.desk"], legs=[("东京", "JP", "Asia/Tokyo", world.day(10), world.day(15))],
        visits=[(met, world.day(11), "see the plant; talk, eat")],
    )  # fmt: skip
    MeetingFactory.create(
        world=world, about=lead, summary="line one\nline two", at="2023-02-16 14:00", zone="Asia/Tokyo", place="大手町"
    )
    FollowUpFactory.create(world=world, about=lead, text="send the plan")
    return world


def read(items: tuple[CalendarItem, ...]) -> list[Any]:
    """Write entries, and read them by a library that did not write them."""
    content = write(items, Language("en"), name="tokyo", at=AT).decode()
    found = vobject.readOne(content)
    assert len(found.contents.get("vevent", [])) == len(items)
    return list(found.contents.get("vevent", []))


def test_everything_of_a_person_is_in_it(world: World) -> None:
    """Trip, planned visit, meeting and follow-up, by day; the meeting at its local time, in its zone."""
    items = world.tokyo.calendar.items()
    assert [item.kind for item in items] == ["meeting", "followup", "trip", "visit"]
    meeting, followup, trip, visit = read(items)
    assert meeting.dtstart.value.astimezone(UTC) == datetime(2023, 2, 16, 5, tzinfo=UTC)
    assert meeting.description.value == "line one\nline two"
    assert meeting.location.value == "大手町"
    assert followup.summary.value == "Follow-up: send the plan"
    assert (trip.dtstart.value, trip.dtend.value) == (world.day(10), world.day(16))
    assert visit.description.value == "see the plant; talk, eat\n赴日本经贸团"
    again = icalendar.Calendar.from_ical(write(items, Language("en"), name="tokyo", at=AT))
    zones = {str(zone["tzid"]) for zone in again.walk("VTIMEZONE")}
    assert zones == {"Asia/Tokyo"}
    starts = again.walk("VEVENT")[0].decoded("dtstart")
    assert starts == datetime(2023, 2, 16, 14, tzinfo=ZoneInfo("Asia/Tokyo"))


def test_an_entry_keeps_its_uid_and_counts_up(world: World) -> None:
    """So that a telephone changes the entry it has; what is withdrawn is cancelled."""
    before = {item.kind: item for item in world.tokyo.calendar.items()}
    world.tokyo.meetings.withdraw(before["meeting"].id, reason="typed twice")
    world.manager.trips.cancel("japan", reason="called off")
    after = {item.kind: item for item in world.tokyo.calendar.items()}
    for kind in ("meeting", "trip"):
        assert after[kind].uid == before[kind].uid
        assert after[kind].version > before[kind].version
        assert (before[kind].cancelled, after[kind].cancelled) == (False, True)
    assert after["visit"].cancelled
    states = {event.uid.value: event.status.value for event in read(world.tokyo.calendar.items())}
    assert states[str(after["meeting"].uid)] == "CANCELLED"
    assert states[str(after["followup"].uid)] == "CONFIRMED"


@pytest.mark.parametrize(("whose", "kinds"), [
    ({"station": "tokyo"}, {"meeting", "followup", "trip", "visit"}),
    ({"unit": "bureau"}, {"trip", "visit"}),
    ({"person": "frankfurt.desk"}, set()),
])  # fmt: skip
def test_whose_it_is(world: World, whose: dict[str, str], kinds: set[str]) -> None:
    """What the people of a station do, and what is a unit's own."""
    assert {item.kind for item in world.manager.calendar.items(**whose)} == kinds


def test_open_requests_are_due_until_they_are_solved(world: World) -> None:
    """By their next deadline."""
    request = RequestFactory.create(world=world)
    mine = world.door(request.ambassador_id).calendar.items()
    (item,) = (item for item in mine if item.kind == "request")
    assert item.uid == request.uid
    assert isinstance(item.starts, date)
    world.manager.requests.withdraw(request, reason="typed twice")
    (item,) = (item for item in world.door(request.ambassador_id).calendar.items() if item.kind == "request")
    assert item.cancelled


def test_days_limit_it(world: World) -> None:
    """Without any it goes back thirty days, and has no end."""
    kinds = [item.kind for item in world.tokyo.calendar.items(since=world.day(1), until=world.day(12))]
    assert kinds == ["followup", "trip", "visit"]
    assert world.tokyo.calendar.items(since=world.day(40)) == ()


def test_hidden_leads_are_left_out(world: World) -> None:
    """A meeting and a follow-up about a hidden lead are in nobody's calendar but of those who may see them."""
    before = world.viewer.calendar.items(station="tokyo")
    secret = LeadFactory.create(world=world, secret=True)
    MeetingFactory.create(world=world, about=secret)
    FollowUpFactory.create(world=world, about=secret)
    assert world.viewer.calendar.items(station="tokyo") == before
    assert len(world.tokyo.calendar.items(station="tokyo")) == len(before) + 2


def test_wrong_arguments_are_refused(world: World) -> None:
    """Two owners, nobody."""
    with pytest.raises(InvalidInput):
        world.tokyo.calendar.items(station="tokyo", unit="bureau")
    with pytest.raises(AccessDenied):
        world.nobody.calendar.items()
