"""Meetings and follow-ups."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from crm.errors import AccessDenied, Conflict, InvalidInput, Refused
from tests.factories import ContactFactory, FollowUpFactory, InvestorFactory, LeadFactory, TripFactory, World
from tests.services.refusals import (
    AMBASSADORS,
    LONE_SURROGATE,
    LONG,
    MANAGERS,
    NO_DAY,
    NO_REFERENCE,
    NO_TEXT,
    allows,
    refused,
)

pytestmark = pytest.mark.portable

UID = "01860000-0000-7000-8000-000000000041"


def test_a_meeting_is_logged_with_what_is_usual(world: World) -> None:
    """Now, at the station's zone, by who logs it, about the one open lead of a company named by part of its name."""
    lead = LeadFactory.create(world=world)
    contact = ContactFactory.create(world=world, investor=lead.investor, name="窓口一番")
    meeting = world.tokyo.meetings.log(
        lead.investor.name, summary="talked", contacts=["一番"], agreed=["a visit"], promised=["a plan"],
        followups=[("send the plan", "2023-03-01")],
    )  # fmt: skip
    card = world.viewer.meetings.show(meeting)
    assert (meeting.lead_id, meeting.zone, meeting.met_at) == (lead.id, "Asia/Tokyo", world.clock())
    assert (card.row.contacts, card.row.staff, card.row.station) == ((contact.name,), ("tokyo.desk",), "tokyo")
    assert card.minutes == (("agreed", "a visit"), ("promised", "a plan"))
    assert [(followup.text, followup.owner) for followup in card.followups] == [("send the plan", "tokyo.desk")]


def test_a_meeting_keeps_where_our_people_were_that_day(world: World) -> None:
    """A later posting does not change an earlier meeting."""
    lead = LeadFactory.create(world=world)
    world.clock.forward(days=20)
    world.admin.staff.move("tokyo.desk", unit="bureau", since="2023-03-01")
    early = world.manager.meetings.log(
        lead, summary="x", at="2023-02-20 10:00", zone="Asia/Tokyo", staff=["tokyo.desk"]
    )
    late = world.manager.meetings.log(lead, summary="x", at="2023-03-02 10:00", zone="Asia/Tokyo", staff=["tokyo.desk"])
    assert [meeting.staff[0].station_id is None for meeting in (early, late)] == [False, True]


def test_a_meeting_ticks_off_the_plan_of_a_trip(world: World) -> None:
    """The visit in the plan of a trip that one of ours is on is done by it."""
    lead = LeadFactory.create(world=world)
    trip = TripFactory.create(world=world, visits=[lead.investor])
    meeting = world.tokyo.meetings.log(lead, summary="talked")
    assert (trip.visits[0].state, trip.visits[0].meeting_id) == ("done", meeting.id)


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_a_summary_and_a_promise_have_to_be_texts(world: World, value: Any, code: str) -> None:
    """Meetings, minutes and follow-ups refuse a text that is none."""
    lead = LeadFactory.create(world=world)
    promise = FollowUpFactory.create(world=world, about=lead)
    for verb in (
        lambda: world.tokyo.meetings.log(lead, summary=value),
        lambda: world.tokyo.meetings.log(lead, summary="x", agreed=[value]),
        lambda: world.tokyo.meetings.log(lead, summary="x", followups=[(value, "2023-03-01")]),
        lambda: world.tokyo.followups.add(lead, value, due="2023-03-01"),
        lambda: world.tokyo.followups.done(promise, result=value),
    ):
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_a_due_day_has_to_be_one(world: World, value: Any, code: str) -> None:
    """A promise's day that is none is refused."""
    lead = LeadFactory.create(world=world)
    with refused(world, InvalidInput, code):
        world.tokyo.followups.add(lead, "x", due=value)
    with refused(world, InvalidInput, code):
        world.tokyo.meetings.log(lead, summary="x", followups=[("x", value)])


@pytest.mark.parametrize(
    ("field", "code", "values"),
    [
        ("at", "future", ["2023-02-18 11:01"]),
        ("at", "time", ["", "noon", LONE_SURROGATE]),
        ("at", "type", [7, date(2023, 2, 1)]),
        ("at", "naive", [datetime(2023, 2, 1, 10)]),  # noqa: DTZ001 - naive is the point
        ("at", "range", ["0001-01-01 00:00"]),
        ("zone", "zone", ["Tokyo", 7, LONE_SURROGATE]),
        ("kind", "choice", ["", "dinner", 7, None]),
        ("place", "too_long", [LONG]),
        ("contacts", "foreign_contact", [["nobody"], [4_000_000_000], [2**70], [LONE_SURROGATE], [1.5], [True], [""]]),
        ("staff", "not_found", [["nobody"], [4_000_000_000], [2**70]]),
        ("staff", "type", [[1.5], [True], [None]]),
        ("staff", "empty", [[""]]),
        ("followups", "past", [[("x", "2023-02-17")]]),
        ("followups", "missing", [[("x", None)]]),
        ("followups", "type", [[("x",)], ["x"]]),
        ("followups", "empty", [[("", "2023-03-01")]]),
        ("trip", "not_found", ["nowhere"]),
        ("station", "not_found", ["nowhere"]),
        ("uid", "uid", ["", 7]),
    ],
)
def test_a_meeting_refuses_what_cannot_be_meant(world: World, field: str, code: str, values: list[Any]) -> None:
    """Each argument is refused for itself."""
    lead = LeadFactory.create(world=world)
    for value in values:
        with refused(world, Refused, code):
            world.tokyo.meetings.log(lead, **({"summary": "x"} | {field: value}))


@pytest.mark.parametrize(
    ("at", "zone", "code"),
    [("2022-03-27 02:30", "Europe/Berlin", "skipped"), ("2022-10-30 02:30", "Europe/Berlin", "twice")],
)
def test_a_local_time_happens_once(world: World, at: str, zone: str, code: str) -> None:
    """What the clocks skip is refused; what happens twice is asked about, and then taken."""
    lead = LeadFactory.create(world=world)
    with refused(world, InvalidInput, code):
        world.tokyo.meetings.log(lead, summary="x", at=at, zone=zone)
    if code == "twice":
        first, second = (
            world.tokyo.meetings.log(lead, summary="x", at=at, zone=zone, which=which) for which in ("first", "second")
        )
        assert (second.met_at - first.met_at).seconds == 3600


@pytest.mark.parametrize(
    "wrong", [{"contacts": None}, {"contacts": 7}, {"agreed": 7}, {"followups": [7]}, {"staff": [LONE_SURROGATE]}]
)
def test_people_and_minutes_have_to_be_lists(world: World, wrong: dict[str, Any]) -> None:
    """What is no list of people, lines or promises is refused as such."""
    lead = LeadFactory.create(world=world)
    with refused(world, InvalidInput):
        world.tokyo.meetings.log(lead, summary="x", **wrong)


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """One refusal names all the arguments."""
    lead = LeadFactory.create(world=world)
    with refused(world, InvalidInput) as caught:
        world.tokyo.meetings.log(
            lead, summary="", at="2023-02-19 10:00", kind="dinner", contacts=["a", "b"], staff=["c"], agreed=[""]
        )
    fields = [problem.field for problem in caught.value.problems]
    assert {"summary", "at", "kind", "contacts", "staff", "agreed"} <= set(fields)
    assert fields.count("contacts") == 2


def test_a_repeated_uid_is_the_same_meeting_and_promise(world: World) -> None:
    """The same content returns the first record, also when no time was given; other content conflicts."""
    lead = LeadFactory.create(world=world)
    first = world.tokyo.meetings.log(lead, summary="x", uid=UID)
    world.clock.forward(minutes=1)
    assert world.tokyo.meetings.log(lead, summary="x", uid=UID) is first
    with refused(world, Conflict, "uid"):
        world.tokyo.meetings.log(lead, summary="y", uid=UID)
    promise = world.tokyo.followups.add(lead, "x", due="2023-03-01", uid=UID)
    assert world.tokyo.followups.add(lead, "x", due="2023-03-01", uid=UID) is promise
    with refused(world, Conflict, "uid"):
        world.tokyo.followups.add(lead, "x", due="2023-03-02", uid=UID)


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_a_meeting_is_about_something_that_is_there(world: World, ref: Any) -> None:
    """Unknown and malformed references are refused."""
    lead = LeadFactory.create(world=world)
    for verb in (
        lambda: world.tokyo.meetings.log(ref, summary="x"),
        lambda: world.tokyo.followups.add(ref, "x", due="2023-03-01"),
        lambda: world.tokyo.followups.add(lead, "x", due="2023-03-01", owner=ref),
        lambda: world.tokyo.followups.done(ref, result="x"),
    ):
        with refused(world, Refused):
            verb()


def test_a_promise_is_due_later_and_done_once(world: World) -> None:
    """No day is refused, and so is doing it twice."""
    lead = LeadFactory.create(world=world)
    with refused(world, InvalidInput, "missing"):
        world.tokyo.followups.add(lead, "x", due=None)
    promise = FollowUpFactory.create(world=world, about=lead)
    assert [followup.id for followup in world.viewer.followups.list(due_until="2023-03-01")] == [promise.id]
    world.tokyo.followups.done(promise, result="sent")
    assert world.viewer.followups.list() == ()
    with refused(world, Conflict, "done"):
        world.tokyo.followups.done(promise, result="sent again")


def test_who_may_log_and_close(world: World) -> None:
    """Ambassadors on their own leads and on any investor; who owns a promise closes it."""
    lead, investor = LeadFactory.create(world=world, unit=None), InvestorFactory.create(world=world)
    promise = FollowUpFactory.create(world=world, about=lead, owner="frankfurt.desk")
    own = {"tokyo"} | MANAGERS
    assert allows(world, lambda door: door.meetings.log(lead, summary="x")) == own
    assert allows(world, lambda door: door.meetings.log(investor, summary="x")) == AMBASSADORS | MANAGERS
    assert allows(world, lambda door: door.followups.add(lead, "x", due="2023-03-01")) == own
    assert allows(world, lambda door: door.followups.done(promise, result="x")) == AMBASSADORS | MANAGERS
    with refused(world, AccessDenied, "no_actor"):
        world.nobody.meetings.list()
