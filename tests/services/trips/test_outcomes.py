"""The outcome of a trip: meetings, report, leads."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import InvestorFactory, LeadFactory, TripFactory, World

pytestmark = pytest.mark.portable

TOKYO = ("东京", "JP", "Asia/Tokyo")


def test_a_meeting_is_part_of_the_trip_it_was_logged_for(world: World) -> None:
    """In the plan or not; a meeting of a member at a place of the trip belongs to it too, and elsewhere to none."""
    asked, other = InvestorFactory.create(world=world), InvestorFactory.create(world=world)
    trip = TripFactory.create(
        world=world, visits=[asked], legs=[(*TOKYO, "2023-02-15", "2023-02-20")], members=("tokyo.desk",)
    )
    at: dict[str, Any] = {"at": "2023-02-16 10:00", "zone": "Asia/Tokyo", "summary": "x", "distinct": "another"}
    planned = world.tokyo.meetings.log(asked, **at)
    named = world.manager.meetings.log(other, trip=trip, staff=["manager.desk"], agreed=["a line"], **at)
    found = world.tokyo.meetings.log(other, **at)
    away = world.tokyo.meetings.log(other, at="2023-02-16 10:00", zone="Asia/Seoul", summary="x", distinct="another")
    message = world.tokyo.meetings.log(other, kind="message", **at)
    foreign = world.frankfurt.meetings.log(other, **at)
    assert [meeting.delegation_id for meeting in (planned, named, found)] == [trip.id] * 3
    assert [meeting.delegation_id for meeting in (away, message, foreign)] == [None] * 3
    card = world.viewer.trips.show(trip)
    assert {row.id for row in card.unplanned} == {named.id, found.id}
    assert [(row.meeting_id, row.text) for row in card.minutes] == [(named.id, "a line")]
    assert {row.id for row in world.viewer.meetings.list(trip=trip)} == {planned.id, named.id, found.id}
    TripFactory.create(world=world, legs=[(*TOKYO, "2023-02-15", "2023-02-20")], members=("tokyo.desk",))
    assert world.tokyo.meetings.log(other, **at).delegation_id is None, "two trips at one place: nobody can tell"


def test_a_report_shows_follow_ups_and_leads(world: World) -> None:
    """Follow-ups at its meetings, and the leads they started or moved; derived, so nothing is ticked."""
    lead = LeadFactory.create(world=world, ready=True, received="2023-02-01")
    new = InvestorFactory.create(world=world)
    trip = TripFactory.create(world=world, starts="2023-02-15", ends="2023-02-18")
    world.tokyo.meetings.log(
        lead, summary="x", trip=trip, at="2023-02-16 10:00", zone="Asia/Tokyo", followups=[("send it", "2023-02-17")]
    )
    world.tokyo.meetings.log(new, summary="x", trip=trip, at="2023-02-16 15:00", zone="Asia/Tokyo")
    before = world.viewer.trips.show(trip)
    assert before.leads == ()
    assert [row.overdue for row in before.followups] == [True]
    world.tokyo.leads.advance(lead)
    opened = LeadFactory.create(world=world, investor=new, received=world.today)
    rows = world.viewer.trips.show(trip).leads
    assert {(row.lead_id, row.started, row.steps) for row in rows} == {(lead.id, False, 1), (opened.id, True, 0)}
    world.clock.forward(days=91)
    late = LeadFactory.create(world=world, investor=new, received=world.today)
    assert late.id not in {row.lead_id for row in world.viewer.trips.show(trip).leads}


def test_hidden_leads_leak_from_no_report(world: World) -> None:
    """Neither meeting, minutes, promise, lead nor figure shows to who may not see the lead."""
    lead = LeadFactory.create(world=world, secret=True, received="2023-02-16")
    trip = TripFactory.create(world=world, starts="2023-02-15", ends="2023-02-18")
    world.tokyo.meetings.log(
        lead, summary="x", trip=trip, at="2023-02-16 10:00", zone="Asia/Tokyo", agreed=["hidden line"],
        followups=[("hidden promise", "2023-02-20")],
    )  # fmt: skip
    shown, hidden = world.manager.trips.show(trip), world.frankfurt.trips.show(trip)
    assert (len(shown.unplanned), len(shown.minutes), len(shown.followups), len(shown.leads)) == (1, 1, 1, 1)
    assert (hidden.unplanned, hidden.minutes, hidden.followups, hidden.leads) == ((), (), (), ())
    seen, unseen = (door.trips.figures("2023-02") for door in (world.manager, world.frankfurt))
    assert (seen.visits, seen.investors, seen.leads_started) == (1, 1, 1)
    assert (unseen.delegations, unseen.visits, unseen.investors, unseen.leads_started) == (1, 0, 0, 0)


def test_the_deadline_of_a_report_stands_among_what_is_due(world: World) -> None:
    """For its desk and its unit, until the trip is closed or cancelled."""
    trip = TripFactory.create(world=world, unit="hitech", owner="zone.desk", starts="2023-02-01", ends="2023-02-05")
    other = TripFactory.create(world=world, starts="2023-02-01", ends="2023-02-05")
    due = world.viewer.followups.due
    rows = [row for row in due() if row.kind == "report"]
    assert {(row.id, row.owner, row.unit, row.days_left) for row in rows} == {
        (trip.id, "zone.desk", "hitech", 2), (other.id, "manager.desk", "bureau", 2),
    }  # fmt: skip
    assert [row.id for row in due(person="zone.desk")] == [trip.id]
    assert [row.id for row in due(unit="hitech")] == [trip.id]
    world.clock.forward(days=3)
    assert [row.overdue for row in due(unit="hitech")] == [True]
    assert world.viewer.trips.show(trip).row.report_overdue
    world.manager.trips.close(trip, outcome="x")
    world.manager.trips.cancel(other, reason="never left")
    assert [row for row in due() if row.kind == "report"] == []
