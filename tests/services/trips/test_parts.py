"""Notice, units, stays, costs and the end of a delegation."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.errors import Archived, Conflict, InvalidInput, NotFound, Refused
from crm.rules.stages import DEFAULT
from tests.factories import TripFactory, World
from tests.services.refusals import (
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

PLAN: dict[str, Any] = {"title": "赴日经贸代表团", "leader": "市投资促进局", "rank": "city"}
TOKYO = ("东京", "JP", "Asia/Tokyo")
JINAN = ("济南", "CN", "Asia/Shanghai")
UID = "01860000-0000-7000-8000-000000000071"


def test_notice_is_asked_for_by_where_a_trip_leads(world: World) -> None:
    """Fifteen days abroad, three at home; a plan without places is taken as one abroad. The last day is in time."""
    for number, (legs, days) in enumerate([((TOKYO,), 15), ((JINAN,), 3), ((TOKYO, JINAN), 15), ((), 15)]):
        starts = world.day(days)
        stays = [(*leg, starts, starts) for leg in legs]
        trip = world.manager.trips.plan(f"in-time-{number}", **PLAN, starts=starts, ends=starts, legs=stays)
        assert (trip.announced_on, trip.notice_due_on, trip.late_reason) == (world.today, world.today, None)
        starts = world.day(days - 1)
        stays = [(*leg, starts, starts) for leg in legs]
        late: dict[str, Any] = {**PLAN, "starts": starts, "ends": starts, "legs": stays}
        with refused(world, InvalidInput, "late"):
            world.manager.trips.plan(f"late-{number}", **late)
        trip = world.manager.trips.plan(f"late-{number}", **late, late="invited yesterday")
        row = world.viewer.trips.show(trip).row
        assert (row.late, row.late_reason) == (True, "invited yesterday")


def test_deadlines_are_the_policy_s(world: World) -> None:
    """Report and outcome are counted from the return; another policy counts otherwise, and has another home."""
    trip = TripFactory.create(world=world)
    assert (trip.report_due_on, trip.outcome_until) == (date(2023, 3, 7), date(2023, 5, 21))
    text = (
        'name = "x"\neffective = 2020-01-01\nhome = ["CN", "HK"]\nreopen_at = "contact"\ncapital_floor = "contact"\n'
        + "".join(f'[[stages]]\ncode = "{stage.code}"\n' for stage in DEFAULT.stages)
        + "[trips]\nnotice_days_home = 1\nreport_days = 7\noutcome_days = 10\n"
    )
    door = world.door("manager.desk", policy=type(DEFAULT).from_toml(text))
    day = world.day(1)
    trip = door.trips.plan("hk", **PLAN, starts=day, ends=day, legs=[("香港", "HK", "Asia/Hong_Kong", day, day)])
    assert (trip.report_due_on, trip.outcome_until) == (world.day(8), world.day(11))
    assert door.trips.show(trip).row.abroad is False
    assert world.manager.trips.show(trip).row.abroad is True
    assert [row.code for row in world.viewer.trips.list(abroad=True)] == ["hk"]
    assert [row.code for row in door.trips.list(abroad=False)] == ["hk"]


@pytest.mark.parametrize(
    "text",
    ["notice_days_abroad = -1", "notice_days_home = 731", 'report_days = "7"', "outcome_days = true", "days = 3"],
)
def test_a_policy_of_trips_that_cannot_be_meant_is_refused(text: str) -> None:
    """Negative, too long, of the wrong type, and unknown."""
    stages = "".join(f'[[stages]]\ncode = "{stage.code}"\n' for stage in DEFAULT.stages)
    good = 'name = "x"\neffective = 2020-01-01\nreopen_at = "contact"\ncapital_floor = "contact"\n' + stages
    with pytest.raises(InvalidInput, match="trips"):
        type(DEFAULT).from_toml(f"{good}[trips]\n{text}\n")
    for home in ('"CN"', "[]", '["China"]', "[7]"):
        with pytest.raises(InvalidInput, match="home"):
            type(DEFAULT).from_toml(f"home = {home}\n{good}")


def test_stays_keep_local_times(world: World) -> None:
    """A day, or the local time at the place; the day is then the place's."""
    trip = TripFactory.create(
        world=world,
        starts="2023-02-15",
        ends="2023-02-20",
        legs=[
            ("洛杉矶", "US", "America/Los_Angeles", "2023-02-15 09:30", "2023-02-17"),
            (*TOKYO, datetime(2023, 2, 18, 20, 0, tzinfo=UTC), "2023-02-19 08:00"),
        ],
    )
    first, second = world.viewer.trips.show(trip).legs
    assert str(first.arrives_at) == "2023-02-15 09:30 America/Los_Angeles"
    assert (first.arrives_on, first.leaves_on, first.leaves_at) == (date(2023, 2, 15), date(2023, 2, 17), None)
    assert str(second.arrives_at) == "2023-02-19 05:00 Asia/Tokyo"
    assert second.arrives_on == date(2023, 2, 19)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"place": ""}, "empty"),
        ({"place": LONG}, "too_long"),
        ({"country": "XX"}, "country"),
        ({"country": None}, "country"),
        ({"zone": "Tokyo"}, "zone"),
        ({"arrives": None}, "missing"),
        ({"arrives": 7}, "date"),
        ({"arrives": "2023-02-30"}, "date"),
        ({"arrives": "2023-02-15 25:00"}, "time"),
        ({"arrives": datetime(2023, 2, 15, 9, 0)}, "naive"),  # noqa: DTZ001 - that is what is refused
        ({"arrives": "2023-02-14 23:00"}, "outside"),
        ({"leaves": "2023-02-21"}, "outside"),
        ({"arrives": "2023-02-16 12:00", "leaves": "2023-02-16 11:00"}, "order"),
        ({"country": "US", "zone": "America/New_York", "arrives": LONE_SURROGATE}, "date"),
        ({"late": LONG}, "too_long"),
    ],
)
def test_a_stay_refuses_what_cannot_be_meant(world: World, change: dict[str, Any], code: str) -> None:
    """Each part is refused for itself, in a plan and by itself."""
    trip = TripFactory.create(world=world)
    stay: dict[str, Any] = {
        "place": "东京",
        "country": "JP",
        "zone": "Asia/Tokyo",
        "arrives": "2023-02-15",
        "leaves": "2023-02-16",
    }
    stay |= change
    with refused(world, InvalidInput, code):
        world.manager.trips.add_leg(trip, stay.pop("place"), **stay)


def test_clocks_are_asked_about(world: World) -> None:
    """A time the clocks skip is refused; one that happens twice is given as an aware datetime."""
    base: dict[str, Any] = {"country": "US", "zone": "America/New_York", "leaves": "2023-11-08"}
    trip = TripFactory.create(world=world, starts="2023-03-10", ends="2023-11-10")
    with refused(world, InvalidInput, "skipped"):
        world.manager.trips.add_leg(trip, "纽约", arrives="2023-03-12 02:30", **base)
    with refused(world, InvalidInput, "twice"):
        world.manager.trips.add_leg(trip, "纽约", arrives="2023-11-05 01:30", **base)
    leg = world.manager.trips.add_leg(trip, "纽约", arrives=datetime(2023, 11, 5, 6, 30, tzinfo=UTC), **base)
    assert leg.arrives_on == date(2023, 11, 5)


def test_a_stay_abroad_can_make_a_trip_late(world: World) -> None:
    """The notice is counted anew; where that makes it late, it says why. One at home relaxes a plan without places."""
    day = world.day(5)
    trip = world.manager.trips.plan("home", **PLAN, starts=day, ends=day, legs=[(*JINAN, day, day)])
    assert trip.notice_due_on == world.day(2)
    stay: dict[str, Any] = {"country": "HK", "zone": "Asia/Hong_Kong", "arrives": day, "leaves": day}
    with refused(world, InvalidInput, "late"):
        world.manager.trips.add_leg(trip, "香港", **stay)
    leg = world.manager.trips.add_leg(trip, "香港", **stay, late="added after a call")
    assert (leg.number, trip.notice_due_on, trip.late_reason) == (2, world.day(-10), "added after a call")
    bare = world.manager.trips.plan("bare", **PLAN, starts=day, ends=day, late="no place yet")
    world.manager.trips.add_leg(bare, "济南", country="CN", zone="Asia/Shanghai", arrives=day, leaves=day)
    row = world.viewer.trips.show(bare).row
    assert (row.notice_due_on, row.late, row.abroad) == (world.day(2), False, False)


def test_units_take_part_leave_and_come_back(world: World) -> None:
    """One row for each, with the leader each sends; the audit keeps every change."""
    trip = TripFactory.create(world=world, units=["hitech"])
    partner = world.manager.trips.set_unit(trip, "hitech", leader="管委会主任", rank="first")
    world.manager.trips.set_unit(trip, "hitech", leader="管委会主任", rank="first")
    world.manager.trips.set_unit(trip, "bureau")
    world.manager.trips.remove_unit(trip, "hitech", reason="own trip")
    with refused(world, Conflict, "unit"):
        world.manager.trips.remove_unit(trip, "hitech", reason="own trip")
    rows = world.viewer.trips.show(trip).units
    assert [(row.unit, row.rank, row.left_reason) for row in rows] == [
        ("hitech", "first", "own trip"), ("bureau", None, None),
    ]  # fmt: skip
    assert world.viewer.trips.show(trip).row.units == 1
    assert world.manager.trips.set_unit(trip, "hitech", leader="副主任", rank="deputy") is partner
    assert partner.left_on is None
    assert len(world.manager.audit.list(record="delegation_unit", record_id=partner.id)) == 4
    assert world.manager.audit.verify() == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"leader": "L"}, "missing"),
        ({"rank": "first"}, "missing"),
        ({"leader": "L", "rank": "city"}, "rank"),
        ({"leader": "L", "rank": "king"}, "choice"),
        ({"leader": 7, "rank": "first"}, "type"),
        ({"leader": LONG, "rank": "first"}, "too_long"),
    ],
)
def test_a_unit_s_leader_comes_with_a_rank(world: World, change: dict[str, Any], code: str) -> None:
    """A leader needs a rank, a rank a leader, and the rank of a city leader is refused."""
    trip = TripFactory.create(world=world)
    with refused(world, InvalidInput, code):
        world.manager.trips.set_unit(trip, "hitech", **change)
    with refused(world, InvalidInput, code):
        TripFactory.create(world=world, units=[("hitech", change.get("leader"), change.get("rank"))])


def test_a_plan_names_each_unit_once_and_only_units(world: World) -> None:
    """By code, id, uid, record or name; anything else is refused, and so is an archived one."""
    unit = world.admin.units.get("hitech")
    trip = TripFactory.create(world=world)
    for ref in (unit, unit.id, unit.uid, str(unit.uid), f"#{unit.id}", "HITECH", "高新区", "hi-tech zone"):
        trip = TripFactory.create(world=world, units=[ref])
        assert [row.unit for row in world.viewer.trips.show(trip).units] == ["hitech"]
    with refused(world, InvalidInput, "twice"):
        TripFactory.create(world=world, units=["hitech", "高新区"])
    wrong: tuple[Any, ...] = ("nowhere", "", 2**70, True, None, 1.5, LONE_SURROGATE, LONG)
    for bad in wrong:
        with refused(world, InvalidInput, "not_found"):
            TripFactory.create(world=world, units=[bad])
    world.admin.units.archive(unit, reason="merged", leave_open="r")
    with refused(world, InvalidInput, "not_found"):
        TripFactory.create(world=world, units=["hitech"])
    with refused(world, Archived, "archived"):
        world.manager.trips.set_unit(trip, unit)


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_texts_have_to_be_texts(world: World, value: Any, code: str) -> None:
    """Items and reasons refuse what is none."""
    trip = TripFactory.create(world=world, units=["hitech"])
    cost = world.manager.trips.add_cost(trip, "5 CNY", item="i", reference="r")
    for verb in (
        lambda: world.manager.trips.add_cost(trip, "5 CNY", item=value, reference="r"),
        lambda: world.manager.trips.withdraw_cost(cost, reason=value),
        lambda: world.manager.trips.remove_unit(trip, "hitech", reason=value),
        lambda: world.manager.trips.cancel(trip, reason=value),
    ):
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_days_have_to_be_days(world: World, value: Any, code: str) -> None:
    """Notice, spending, leaving and periods refuse a day that is none."""
    trip = TripFactory.create(world=world, units=["hitech"])
    for verb in (
        lambda: world.manager.trips.add_cost(trip, "5 CNY", item="i", reference="r", spent=value),
        lambda: world.manager.trips.remove_unit(trip, "hitech", reason="r", on=value),
        lambda: TripFactory.create(world=world, announced=value),
        lambda: world.viewer.trips.list(since=value),
        lambda: world.viewer.trips.list(until=value),
    ):
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_things_are_named_by_what_is_there(world: World, ref: Any) -> None:
    """Unknown and malformed references to trips, units, costs and owners are refused."""
    trip = TripFactory.create(world=world)
    for verb in (
        lambda: world.manager.trips.set_unit(ref, "hitech"),
        lambda: world.manager.trips.set_unit(trip, ref),
        lambda: world.manager.trips.remove_unit(trip, ref, reason="r"),
        lambda: world.manager.trips.add_leg(
            ref, "东京", country="JP", zone="Asia/Tokyo", arrives="2023-02-15", leaves="2023-02-16"
        ),
        lambda: world.manager.trips.add_cost(ref, "5 CNY", item="i", reference="r"),
        lambda: world.manager.trips.withdraw_cost(ref, reason="r"),
        lambda: world.manager.trips.cancel(ref, reason="r"),
        lambda: TripFactory.create(world=world, owner=ref),
        lambda: world.viewer.trips.figures(2023, units=[ref]),
        lambda: world.viewer.trips.list(unit=ref),
    ):
        with refused(world, Refused):
            verb()


def test_the_future_is_not_announced_yet(world: World) -> None:
    """A notice is given today or was given before; a unit leaves today or left before."""
    with refused(world, InvalidInput, "future"):
        TripFactory.create(world=world, announced=world.day(1))
    trip = TripFactory.create(world=world, units=["hitech"])
    with refused(world, InvalidInput, "future"):
        world.manager.trips.remove_unit(trip, "hitech", reason="r", on=world.day(1))


def test_a_repeated_plan_with_units_is_the_same(world: World) -> None:
    """What belongs to a plan belongs to its content."""
    plan: dict[str, Any] = {**PLAN, "starts": world.day(20), "ends": world.day(22), "uid": UID}
    more: dict[str, Any] = {"units": [("hitech", "L", "first")], "legs": [(*TOKYO, world.day(20), world.day(22))]}
    trip = world.manager.trips.plan("same", **plan, **more)
    world.clock.forward(days=1)
    assert world.manager.trips.plan("same", **plan, **more) is trip
    others: list[dict[str, Any]] = [{"units": ["hitech"]}, {"legs": []}, {"late": "x"}, {"owner": "tokyo.desk"}]
    for other in others:
        with refused(world, Conflict, "uid"):
            world.manager.trips.plan("same", **plan, **(more | other))


def test_who_may(world: World) -> None:
    """Managers and admins plan and record; everybody reads."""
    trip = TripFactory.create(world=world, units=["hitech"])
    cost = world.manager.trips.add_cost(trip, "5 CNY", item="i", reference="r")
    trips: list[Any] = [
        lambda door: door.trips.set_unit(trip, "bureau"),
        lambda door: door.trips.remove_unit(trip, "hitech", reason="r"),
        lambda door: door.trips.add_leg(
            trip, "东京", country="JP", zone="Asia/Tokyo", arrives="2023-02-15", leaves="2023-02-16"
        ),
        lambda door: door.trips.add_cost(trip, "5 CNY", item="i", reference="r"),
        lambda door: door.trips.withdraw_cost(cost, reason="r"),
        lambda door: door.trips.cancel(trip, reason="r"),
    ]
    for verb in trips:
        assert allows(world, verb) == MANAGERS
    assert "nobody" not in allows(world, lambda door: door.trips.figures(2023))
    assert "viewer" in allows(world, lambda door: door.trips.by_unit(2023))


def test_many_names_take_no_more_statements_than_a_few(session: Session, world: World, statements: Any) -> None:
    """Parts of names, whole names, ids and uids are looked up together; what fits none or several is named at once."""
    for number in range(20):
        world.manager.investors.add(f"多名称{number:02}商事", country="JP", distinct="test data")
    counts = []
    for size in (2, 20):
        with statements(session) as seen:
            world.manager.trips.plan(
                f"many-{size}", **PLAN, starts=world.day(30), ends=world.day(31),
                visits=[f"称{number:02}" for number in range(size)],
            )  # fmt: skip
        counts.append(len(seen))
    assert counts[0] == counts[1]
    with refused(world, InvalidInput, "ambiguous", "not_found"):
        world.manager.trips.plan(
            "x", **PLAN, starts=world.day(30), ends=world.day(31), visits=["多名称", "无此公司", 2**70]
        )
    with refused(world, NotFound, "not_found"):
        world.manager.trips.plan("x", **PLAN, starts=world.day(30), ends=world.day(31), visits=["无此公司"])
    with refused(world, InvalidInput, "too_many"):
        world.manager.trips.plan("x", **PLAN, starts=world.day(30), ends=world.day(31), visits=["称"] * 301)
