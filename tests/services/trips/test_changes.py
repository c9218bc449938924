"""A delegation changes until it is reported: its days, stays and leader; what has happened stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import Archived, Conflict, InvalidInput, NotFound, Refused, StaleRecord
from crm.models import Trip
from tests.factories import InvestorFactory, LeadFactory, TripFactory, World
from tests.services.refusals import LONE_SURROGATE, LONG, MANAGERS, NO_DAY, NO_REFERENCE, NO_TEXT, allows, refused

pytestmark = pytest.mark.portable

TOKYO = ("东京", "JP", "Asia/Tokyo")


def planned(world: World, **more: Any) -> Trip:
    """Plan a trip of a week from the 40th day on, with two stays and a visit on its third day."""
    first, last = world.day(40), world.day(46)
    trip: Trip = world.manager.trips.plan(
        "spring", title="赴日经贸代表团", leader="副市长", rank="city", starts=first, ends=last,
        legs=[(*TOKYO, f"{first} 14:35", world.day(43)), ("大阪", "JP", "Asia/Tokyo", world.day(43), last)],
        visits=[(InvestorFactory.create(world=world), world.day(42), "see the plant"), InvestorFactory.create(world=world)],
        **more,
    )  # fmt: skip
    return trip


def days(trip: Trip) -> list[date | None]:
    """Return the days of the trip, of its stays and of its visits."""
    stays = [day for leg in trip.legs for day in (leg.arrives_on, leg.leaves_on)]
    return [trip.starts_on, trip.ends_on, *stays, *(visit.planned_on for visit in trip.visits)]


def test_a_postponed_trip_moves_as_a_whole(world: World) -> None:
    """Stays with their local times and visits move along; deadlines follow, and the announcement stands."""
    trip = planned(world)
    before = days(trip)
    world.manager.trips.edit(trip, starts=world.day(50))
    assert days(trip) == [None if day is None else day + timedelta(10) for day in before]
    assert trip.legs[0].arrives_at is not None
    assert trip.legs[0].arrives_at.astimezone(UTC) == datetime.combine(
        world.day(50), datetime.min.time(), UTC
    ) + timedelta(hours=5, minutes=35)
    assert (trip.announced_on, trip.notice_due_on) == (world.today, world.day(35))
    assert (trip.report_due_on, trip.outcome_until) == (world.day(71), world.day(146))
    world.manager.trips.edit(trip, starts=world.day(40), ends=world.day(46), announced=world.today)
    assert days(trip) == before
    assert world.manager.audit.verify() == ()
    entries = world.manager.audit.list(record="delegation_leg", record_id=trip.legs[0].id)
    assert {entry.verb for entry in entries} == {"trip.plan", "trip.edit"}


def test_a_longer_trip_leaves_stays_and_visits_where_they_are(world: World) -> None:
    """What no longer lies within a shorter one is named, all of it; stays are told anew by their number."""
    trip = planned(world)
    world.manager.trips.edit(trip, ends=world.day(48))
    assert days(trip)[1:4] == [world.day(48), world.day(40), world.day(43)]
    with refused(world, InvalidInput, "outside") as caught:
        world.manager.trips.edit(trip, starts=world.day(40), ends=world.day(41))
    assert [problem.field for problem in caught.value.problems] == ["legs", "legs", "visits"]
    assert trip.visits[0].planned_on == world.day(42)
    world.manager.trips.edit(
        trip, ends=world.day(44), legs=[(2, "京都", None, None, None, f"{world.day(44)} 09:00"), (1, None)]
    )
    second = trip.legs[1]
    assert (second.place, second.country, second.arrives_on) == ("京都", "JP", world.day(43))
    assert second.leaves_at is not None
    assert trip.legs[0].arrives_at is not None
    assert world.manager.audit.verify() == ()


def test_a_departure_moved_forward_is_announced_anew(world: World) -> None:
    """The day of the edit, or the one given, is the announcement; where it is late the reason is asked for again."""
    trip = planned(world)
    world.clock.forward(days=3)
    world.manager.trips.edit(trip, starts=world.day(36))
    assert (trip.announced_on, trip.notice_due_on, trip.late_reason) == (world.today, world.day(21), None)
    with refused(world, InvalidInput, "late"):
        world.manager.trips.edit(trip, starts=world.day(10))
    world.manager.trips.edit(trip, starts=world.day(10), late="the fair was brought forward")
    assert world.viewer.trips.show(trip).row.late
    with refused(world, InvalidInput, "late"):
        world.manager.trips.edit(trip, starts=world.day(9))
    world.manager.trips.edit(trip, starts=world.day(30))
    assert (trip.announced_on, trip.late_reason) == (world.today, None)
    with refused(world, InvalidInput, "future"):
        world.manager.trips.edit(trip, announced=world.day(1))
    with refused(world, InvalidInput, "late"):
        world.manager.trips.edit(
            trip, legs=[(1, "香港", "HK", "Asia/Hong_Kong")], starts=world.day(5), announced=world.today
        )


def test_a_stay_abroad_told_anew_counts_the_notice_anew(world: World) -> None:
    """A trip at home that leads abroad now had to be announced earlier."""
    first = world.day(5)
    trip = world.manager.trips.plan(
        "home", title="T", leader="L", rank="first", unit="hitech", starts=first, ends=first,
        legs=[("济南", "CN", "Asia/Shanghai", first, first)],
    )  # fmt: skip
    assert trip.notice_due_on == world.day(2)
    with refused(world, InvalidInput, "late"):
        world.manager.trips.edit(trip, legs=[(1, *TOKYO)])
    world.manager.trips.edit(trip, legs=[(1, *TOKYO)], late="invited yesterday")
    assert (trip.legs[0].country, trip.notice_due_on) == ("JP", world.day(-10))


def test_a_zone_told_anew_keeps_the_hour(world: World) -> None:
    """The hour was that of the place; its zone was wrong."""
    trip = planned(world)
    world.manager.trips.edit(trip, legs=[(1, "香港", "HK", "Asia/Hong_Kong")])
    at = trip.legs[0].arrives_at
    assert at is not None
    assert at.astimezone(UTC).hour == 6


def test_what_was_met_stays_within_the_trip(world: World) -> None:
    """Meetings that would lie outside are named, each; stays that had begun by then do not move."""
    trip, lead = TripFactory.create(world=world, starts="2023-02-14"), LeadFactory.create(world=world)
    world.manager.trips.add_leg(
        trip, *TOKYO[:1], country="JP", zone="Asia/Tokyo", arrives="2023-02-14", leaves="2023-02-15"
    )
    world.manager.trips.add_leg(
        trip, "大阪", country="JP", zone="Asia/Tokyo", arrives="2023-02-19", leaves="2023-02-20"
    )
    for day in ("2023-02-15", "2023-02-16"):
        world.tokyo.meetings.log(lead, at=f"{day} 10:00", zone="Asia/Tokyo", summary="talked", trip=trip)
    with refused(world, InvalidInput, "happened", "outside") as caught:
        world.manager.trips.edit(trip, starts="2023-02-17")
    assert [problem.code for problem in caught.value.problems] == ["outside", "happened", "happened"]
    assert lead.investor.name in str(caught.value)
    with refused(world, Conflict, "happened"):
        world.manager.trips.edit(trip, starts="2023-02-16", legs=[(1, None, None, None, "2023-02-16", "2023-02-16")])
    world.manager.trips.edit(trip, ends="2023-02-22", legs=[(2, None, None, None, None, "2023-02-22")])
    assert [leg.leaves_on.day for leg in trip.legs] == [15, 22]
    assert trip.outcome_until == date(2023, 5, 23)


def test_what_is_said_of_it_changes(world: World) -> None:
    """Title, leader, rank, unit, purpose and owner; None clears purpose and unit. Said again it changes nothing."""
    trip = planned(world, purpose="old")
    new: dict[str, Any] = {
        "title": "春季招商团", "leader": "管委会主任", "rank": "first", "unit": "hitech", "purpose": None, "owner": "zone.desk",
    }  # fmt: skip
    world.manager.trips.edit(trip, **new, starts=world.day(38), legs=[(2, "神户")])
    version = trip.version
    world.manager.trips.edit(trip, **new, starts=world.day(38), legs=[(2, "神户")])
    world.manager.trips.edit(trip)
    assert trip.version == version
    row = world.viewer.trips.show(trip).row
    assert (row.title, row.leader, row.rank, row.unit, row.owner) == (
        "春季招商团",
        "管委会主任",
        "first",
        "hitech",
        "zone.desk",
    )
    assert trip.purpose is None
    world.manager.trips.edit(trip, unit=None, rank="city")
    assert trip.unit_id is None


def test_after_the_return_only_words_change(world: World) -> None:
    """Days, stays, notice and who led it stand; closed or cancelled it takes nothing."""
    trip = planned(world)
    world.clock.forward(days=60)
    change: tuple[str, Any]
    for change in (
        ("starts", world.today), ("ends", world.today), ("leader", "x"), ("rank", "first"), ("unit", None),
        ("legs", [(1, "x")]), ("announced", world.today), ("late", "x"),
    ):  # fmt: skip
        with refused(world, Conflict, "over") as caught:
            world.manager.trips.edit(trip, title="y", **cast("dict[str, Any]", dict([change])))
        assert change[0] in str(caught.value)
    world.manager.trips.edit(trip, title="y", purpose="z", owner="zone.desk")
    assert trip.title == "y"
    for number in (1, 2):
        world.manager.trips.cancel_visit((trip, number), reason="x")
    world.manager.trips.close(trip, outcome="x")
    with refused(world, Archived, "closed"):
        world.manager.trips.edit(trip, title="z")
    gone = TripFactory.create(world=world)
    world.manager.trips.cancel(gone, reason="x")
    with refused(world, Archived, "cancelled"):
        world.manager.trips.edit(gone, title="z")


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_texts_have_to_be_texts(world: World, value: Any, code: str) -> None:
    """Title and leader refuse what is none."""
    trip = planned(world)
    for field in ("title", "leader"):
        with refused(world, InvalidInput, code):
            world.manager.trips.edit(trip, **{field: value})


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_days_have_to_be_days(world: World, value: Any, code: str) -> None:
    """Each day refuses what is none, and says nothing more of it."""
    trip = planned(world)
    for verb in (
        {"starts": value}, {"ends": value}, {"announced": value}, {"legs": [(1, None, None, None, value, None)]},
    ):  # fmt: skip
        with refused(world, InvalidInput, code):
            world.manager.trips.edit(trip, **verb)


@pytest.mark.parametrize(
    ("field", "code", "values"),
    [
        ("starts", "missing", [None]),
        ("ends", "missing", [None]),
        ("ends", "order", [date(2023, 2, 1)]),
        ("starts", "range", [date(1, 1, 1), date(9999, 12, 31), "2200-12-30"]),
        ("rank", "choice", [None, "", "king", 7]),
        ("purpose", "too_long", [LONG]),
        ("purpose", "type", [7]),
        ("late", "encoding", [LONE_SURROGATE]),
        ("unit", "not_found", ["nowhere", 2**70]),
        ("owner", "not_found", ["nobody", 2**70]),
        ("owner", "type", [1.5]),
        ("legs", "type", [7, "1|x", [(1, 2, 3, 4, 5, 6, 7)], [(1, 7)]]),
        ("legs", "not_found", [[3], ["1"], [(True, "x")], [(None, "x")], [2**70]]),
        ("legs", "twice", [[(1, "x"), (1, "y")]]),
        ("legs", "zone", [[(1, None, None, "Tokyo")]]),
        ("legs", "country", [[(1, None, "XX")]]),
        ("legs", "outside", [[(1, None, None, None, "2023-02-19", None)]]),
        ("version", "type", ["1", True, 1.5]),
    ],
)
def test_an_edit_refuses_what_cannot_be_meant(world: World, field: str, code: str, values: list[Any]) -> None:
    """Each argument is refused for itself."""
    trip = planned(world)
    for value in values:
        with refused(world, Refused, code):
            world.manager.trips.edit(trip, **{"title": "x", field: value})
        assert trip.title == "赴日经贸代表团"


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """One refusal names all the arguments."""
    trip = planned(world)
    with refused(world, InvalidInput) as caught:
        world.manager.trips.edit(
            trip,
            title="",
            leader="",
            rank="king",
            starts="x",
            unit="nowhere",
            owner="nobody",
            announced="y",
            legs=[(9,)],
        )
    assert {problem.field for problem in caught.value.problems} >= {
        "title", "leader", "rank", "starts", "unit", "owner", "announced", "legs",
    }  # fmt: skip


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_a_trip_is_named_by_something_that_is_there(world: World, ref: Any) -> None:
    """Anything else is refused."""
    with refused(world, Refused):
        world.manager.trips.edit(ref, title="x")
    if isinstance(ref, int) and not isinstance(ref, bool):
        with refused(world, NotFound):
            world.manager.trips.edit(ref, title="x")


def test_who_may(world: World) -> None:
    """Managers and admins."""
    trip = planned(world)
    assert allows(world, lambda crm: crm.trips.edit(trip.id, title="x")) == MANAGERS
    west = world.admin.units.add("west", name="西区", name_en="West", kind="district")
    world.admin.units.archive(west, reason="x", leave_open="r")
    with refused(world, Archived):
        world.manager.trips.edit(trip, unit="west")


def test_of_two_who_edit_at_once_one_is_told(migrated_engine: Engine) -> None:
    """Also where one changes a stay alone, and with the version they saw."""
    with Session(migrated_engine) as session:
        world = World(session)
        number, clock = planned(world).id, world.clock
        session.commit()
    with Session(migrated_engine) as first, Session(migrated_engine) as second:
        one, two = (CRM(opened, "manager.desk", clock=clock) for opened in (first, second))
        assert two.trips.get(number).version == 1
        second.rollback()
        one.trips.edit(number, legs=[(1, "横滨")])
        first.commit()
        with pytest.raises(StaleRecord):
            two.trips.edit(number, legs=[(1, "千叶")], version=1)
        second.rollback()
        assert [leg.place for leg in two.trips.get(number).legs] == ["横滨", "大阪"]
        with pytest.raises(StaleRecord):
            two.trips.edit(number, title="x", version=1)
