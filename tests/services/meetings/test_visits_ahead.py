"""Visits ahead: planned with their hour by whoever makes them, due until they are logged."""

from __future__ import annotations

from datetime import date

from crm.errors import Conflict, InvalidInput
from crm.models import FollowUp
from crm.values.moments import LocalTime
from tests.factories import InvestorFactory, LeadFactory, World
from tests.services.refusals import refused


def planned(world: World, about: object = None, at: str = "2023-02-20 14:00", **more: object) -> FollowUp:
    """Return a visit ahead of the Tokyo desk."""
    whom = InvestorFactory.create(world=world) if about is None else about
    return world.tokyo.followups.add(whom, "see the plant", at=at, **more)  # type: ignore[arg-type]


def due(world: World) -> list[tuple[str, int]]:
    """Return what is due, as kind and number."""
    return [(row.kind, row.id) for row in world.viewer.followups.due(until="2023-03-31")]


def test_it_is_due_on_its_day_with_its_hour(world: World) -> None:
    """In the zone of the planner's station; in the list, the calendar and, once its day has passed, asked for."""
    visit = planned(world)
    assert (visit.due_on, visit.at) == (date(2023, 2, 20), world.tokyo.followups.list()[0].at)
    assert str(visit.at) == "2023-02-20 14:00 Asia/Tokyo"
    assert due(world) == [("visit", visit.id)]
    (item,) = [item for item in world.tokyo.calendar.items() if item.kind == "visit"]
    assert (item.starts, item.text) == (visit.at, "see the plant")
    world.clock.forward(days=5)
    assert due(world) == [("unlogged", visit.id)]
    assert world.admin.audit.verify() == ()


def test_the_meeting_of_that_day_makes_it(world: World) -> None:
    """Of two on one day the nearest; a message, another day, another investor or another owner makes none."""
    lead = LeadFactory.create(world=world)
    early, late = planned(world, lead, at="2023-02-20 09:00"), planned(world, lead, at="2023-02-20 16:00")
    theirs = world.manager.followups.add(lead, "visit", at="2023-02-20 16:00", zone="Asia/Tokyo")
    world.clock.forward(days=4)
    log, summary = world.tokyo.meetings.log, "seen"
    log(lead, summary=summary, at="2023-02-20 15:50", zone="Asia/Tokyo", kind="message")
    log(lead, summary=summary, at="2023-02-19 15:50", zone="Asia/Tokyo")
    log(InvestorFactory.create(world=world), summary=summary, at="2023-02-20 15:50", zone="Asia/Tokyo")
    assert late.done_at is None
    meeting = log(lead, summary=summary, at="2023-02-20 15:45", zone="Asia/Tokyo")
    assert (late.held_id, late.result, early.done_at, theirs.done_at) == (meeting.id, f"V{meeting.id}", None, None)
    assert due(world) == [("unlogged", early.id), ("unlogged", theirs.id)]


def test_it_is_due_again_when_its_meeting_is_withdrawn(world: World) -> None:
    """And made again when the meeting is restored; reopened by hand it stands alone."""
    visit = planned(world)
    world.clock.forward(days=3)
    meeting = world.tokyo.meetings.log(
        world.tokyo.investors.get(visit.investor_id), summary="seen", at="2023-02-20 14:10", zone="Asia/Tokyo"
    )
    world.tokyo.meetings.withdraw(meeting)
    assert (visit.done_at, visit.held_id, visit.result, visit.withdrawn_at) == (None, None, None, None)
    world.tokyo.meetings.restore(meeting)
    assert visit.held_id == meeting.id
    world.tokyo.followups.reopen(visit)
    assert due(world) == [("unlogged", visit.id)]
    assert world.admin.audit.verify() == ()


def test_it_is_moved(world: World) -> None:
    """Its day follows its hour, a zone alone keeps the local time, and a task becomes a visit."""
    visit = planned(world)
    edit = world.tokyo.followups.edit
    edit(visit, at="2023-03-01 10:00")
    assert (str(visit.at), visit.due_on) == ("2023-03-01 10:00 Asia/Tokyo", date(2023, 3, 1))
    edit(visit, zone="Asia/Seoul")
    assert str(visit.at) == "2023-03-01 10:00 Asia/Seoul"
    for wrong in ({"due": "2023-03-02"}, {"at": "2023-03-02 10:00", "due": "2023-03-02"}):
        with refused(world, InvalidInput, "both"):
            edit(visit, **wrong)  # type: ignore[arg-type]
    with refused(world, InvalidInput, "past"):
        edit(visit, at="2023-02-01 10:00")
    task = world.tokyo.followups.add(InvestorFactory.create(world=world), "call", due=world.day(1))
    edit(task, at="2023-03-03 09:00", zone="Europe/Berlin")
    assert task.at == LocalTime(task.visit_at, "Europe/Berlin")  # type: ignore[arg-type]
    world.tokyo.followups.done(task, result="cancelled by them")
    with refused(world, InvalidInput, "done"):
        edit(task, at="2023-03-04 09:00")
    with refused(world, Conflict, "done"):
        world.tokyo.followups.done(task, result="again")


def test_what_cannot_be_planned(world: World) -> None:
    """A time that has passed, a due day beside the hour, no time at all: each with its way out."""
    whom = InvestorFactory.create(world=world)
    for code, more in (("past", {"at": "2023-02-18 08:00"}), ("time", {"at": "noon"}), ("both", {"at": "2023-03-01 10:00", "due": "2023-03-01"}),
                       ("zone", {"at": "2023-03-01 10:00", "zone": "Tokyo"})):  # fmt: skip
        with refused(world, InvalidInput, code):
            world.tokyo.followups.add(whom, "visit", **more)  # type: ignore[arg-type]
    with refused(world, InvalidInput, "future") as refusal:
        world.tokyo.meetings.log(whom, summary="visit", at="2023-02-20 14:00", zone="Asia/Tokyo")
    assert 'crm visit plan INVESTOR --at "2023-02-20 14:00"' in str(refusal.value)
