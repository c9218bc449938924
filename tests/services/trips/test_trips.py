"""Delegations: planned, filled, closed."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import Archived, Conflict, InvalidInput, Refused, StaleRecord
from tests.factories import InvestorFactory, LeadFactory, StaffFactory, TripFactory, World
from tests.services.refusals import LONE_SURROGATE, LONG, MANAGERS, NO_DAY, NO_REFERENCE, NO_TEXT, allows, refused

pytestmark = pytest.mark.portable

PLAN: dict[str, Any] = {
    "code": "japan-2023",
    "title": "赴日经贸代表团",
    "leader": "市投资促进局",
    "rank": "city",
    "starts": "2023-02-15",
    "ends": "2023-02-18",
    "announced": "2023-01-20",
}
UID = "01860000-0000-7000-8000-000000000061"


def test_a_trip_is_planned_filled_and_closed(world: World) -> None:
    """Plan, visits done and cancelled, then the outcome."""
    lead, other = LeadFactory.create(world=world), InvestorFactory.create(world=world)
    trip = world.manager.trips.plan(
        **PLAN,
        members=[("tokyo.desk", "interpreter"), "zone.desk"],
        legs=[("东京", "JP", "Asia/Tokyo", "2023-02-15", "2023-02-18")],
        visits=[(lead.investor, "2023-02-16", "see the plant")],
    )
    world.manager.trips.add_visit(trip, other, on="2023-02-17")
    world.tokyo.meetings.log(lead, summary="talked")
    with refused(world, Conflict, "open_visit") as caught:
        world.manager.trips.close(trip, outcome="one visit")
    assert other.name in str(caught.value)
    world.manager.trips.cancel_visit((trip, 2), reason="the plant was closed")
    world.manager.trips.close(trip, outcome="one visit")
    assert [visit.state for visit in trip.visits] == ["done", "cancelled"]
    assert world.manager.audit.verify() == ()


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_texts_have_to_be_texts(world: World, value: Any, code: str) -> None:
    """Title, leader, reasons and outcome refuse what is none."""
    trip = TripFactory.create(world=world, visits=[InvestorFactory.create(world=world)], ends="2023-02-18")
    for verb in (
        lambda: world.manager.trips.plan(**(PLAN | {"title": value})),
        lambda: world.manager.trips.plan(**(PLAN | {"leader": value})),
        lambda: world.manager.trips.cancel_visit((trip, 1), reason=value),
        lambda: world.manager.trips.remove_member(trip, "tokyo.desk", reason=value),
        lambda: world.manager.trips.close(trip, outcome=value),
    ):
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_days_have_to_be_days(world: World, value: Any, code: str) -> None:
    """Every day of a plan that is none is refused."""
    trip, investor = TripFactory.create(world=world), InvestorFactory.create(world=world)
    for verb in (
        lambda: world.manager.trips.plan(**(PLAN | {"starts": value})),
        lambda: world.manager.trips.plan(**(PLAN | {"ends": value})),
        lambda: world.manager.trips.plan(**PLAN, legs=[("东京", "JP", "Asia/Tokyo", value, "2023-02-18")]),
        lambda: world.manager.trips.add_visit(trip, investor, on=value),
        lambda: world.manager.trips.remove_member(trip, "tokyo.desk", reason="x", on=value),
    ):
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize(
    ("field", "code", "values"),
    [
        ("code", "code", ["", "two words", 7, LONE_SURROGATE]),
        ("rank", "choice", ["", "king", 7]),
        ("purpose", "too_long", [LONG]),
        ("starts", "missing", [None]),
        ("ends", "order", ["2023-02-14"]),
        ("unit", "not_found", ["nowhere", 2**70]),
        ("members", "not_found", [["nobody"], [2**70]]),
        ("legs", "outside", [[("东京", "JP", "Asia/Tokyo", "2023-02-14", "2023-02-18")]]),
        ("legs", "zone", [[("东京", "JP", "Tokyo", "2023-02-15", "2023-02-18")]]),
        ("legs", "type", [[("东京", "JP", "Asia/Tokyo")]]),
        ("visits", "not_found", [["nobody"]]),
        ("uid", "uid", ["", 7]),
    ],
)
def test_a_plan_refuses_what_cannot_be_meant(world: World, field: str, code: str, values: list[Any]) -> None:
    """Each argument is refused for itself."""
    for value in values:
        with refused(world, Refused, code):
            world.manager.trips.plan(**(PLAN | {field: value}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"legs": [("东京", "JP", "Asia/Tokyo", None, None)]},
        {"legs": [7]},
        {"members": 7},
        {"members": ["tokyo.desk", "TOKYO.DESK "]},
        {"members": [LONE_SURROGATE]},
        {"visits": 7},
    ],
)
def test_a_plan_refuses_what_cannot_be_read(world: World, wrong: dict[str, Any]) -> None:
    """A stay without days, what is no list, and a member named twice are refused as such."""
    with refused(world, InvalidInput):
        world.manager.trips.plan(**PLAN, **wrong)


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """One refusal names all the arguments."""
    with refused(world, InvalidInput) as caught:
        world.manager.trips.plan(
            "two words", title="", leader="", rank="king", starts="x", ends="y", members=["a"], visits=["b"]
        )
    fields = {problem.field for problem in caught.value.problems}
    assert fields >= {"code", "title", "leader", "rank", "starts", "ends", "members", "visits"}


def test_a_repeated_uid_is_the_same_trip(world: World) -> None:
    """The same content returns the first; other content and a taken code conflict."""
    trip = world.manager.trips.plan(**PLAN, uid=UID)
    assert world.manager.trips.plan(**PLAN, uid=UID) is trip
    with refused(world, Conflict, "uid"):
        world.manager.trips.plan(**(PLAN | {"title": "x"}), uid=UID)
    with refused(world, Conflict, "taken"):
        world.manager.trips.plan(**PLAN)


def test_members_come_and_go_and_come_back(world: World) -> None:
    """One row for each member, with day and reason while they are away; each change is in the audit."""
    trip = TripFactory.create(world=world, members=())
    member = world.manager.trips.add_member(trip, "zone.desk", duty="driver")
    with refused(world, Conflict, "member"):
        world.manager.trips.add_member(trip, "zone.desk")
    world.manager.trips.remove_member(trip, "zone.desk", reason="ill")
    with refused(world, Conflict, "member"):
        world.manager.trips.remove_member(trip, "zone.desk", reason="ill")
    with refused(world, InvalidInput, "future"):
        world.manager.trips.remove_member(trip, "zone.desk", reason="x", on="2023-02-19")
    assert world.manager.trips.add_member(trip, "zone.desk") is member
    assert member.left_on is None
    assert len(world.manager.audit.list(record="delegation_member", record_id=member.id)) == 3
    gone = StaffFactory.create(world=world, left=True)
    world.clock.forward(1)
    late = TripFactory.create(world=world, starts="2023-02-19", members=())
    with refused(world, InvalidInput, "archived"):
        world.manager.trips.add_member(late, gone)


def test_a_trip_is_closed_once_and_when_it_is_over(world: World) -> None:
    """Before its end, and again, is refused; another version is stale; a closed trip takes no visit."""
    trip = TripFactory.create(world=world)
    with refused(world, InvalidInput, "future"):
        world.manager.trips.close(trip, outcome="x")
    world.clock.forward(days=3)
    with refused(world, StaleRecord, "stale"):
        world.manager.trips.close(trip, outcome="x", version=7)
    world.manager.trips.close(trip, outcome="x")
    investor = InvestorFactory.create(world=world)
    for verb in (
        lambda: world.manager.trips.close(trip, outcome="x"),
        lambda: world.manager.trips.add_visit(trip, investor),
    ):
        with refused(world, Archived, "closed"):
            verb()


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_a_trip_is_named_by_something_that_is_there(world: World, ref: Any) -> None:
    """Unknown and malformed references are refused."""
    trip = TripFactory.create(world=world)
    for verb in (
        lambda: world.manager.trips.add_visit(ref, "x"),
        lambda: world.manager.trips.add_visit(trip, ref),
        lambda: world.manager.trips.cancel_visit(ref, reason="x"),
        lambda: world.manager.trips.close(ref, outcome="x"),
    ):
        with refused(world, Refused):
            verb()


def test_who_may_plan(world: World) -> None:
    """Managers and admins."""
    investor = InvestorFactory.create(world=world)
    trip = TripFactory.create(world=world, visits=[investor])
    over = TripFactory.create(world=world, ends="2023-02-18")
    assert allows(world, lambda door: door.trips.plan(**PLAN)) == MANAGERS
    assert allows(world, lambda door: door.trips.add_visit(trip, investor)) == MANAGERS
    assert allows(world, lambda door: door.trips.cancel_visit((trip, 1), reason="x")) == MANAGERS
    assert allows(world, lambda door: door.trips.add_member(trip, "zone.desk")) == MANAGERS
    assert allows(world, lambda door: door.trips.remove_member(trip, "tokyo.desk", reason="x")) == MANAGERS
    assert allows(world, lambda door: door.trips.close(over, outcome="x")) == MANAGERS
