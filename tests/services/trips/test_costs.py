"""What a trip costs."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import Archived, Conflict, InvalidInput, StaleRecord
from crm.values.money import Money
from tests.factories import InvestorFactory, TripFactory, World
from tests.services.refusals import (
    LONG,
    NO_AMOUNT,
    refused,
)

pytestmark = pytest.mark.portable

UID = "01860000-0000-7000-8000-000000000071"


def test_costs_are_recorded_withdrawn_and_summed(world: World) -> None:
    """Budget before the departure, spending with its voucher; a withdrawn entry counts no more and stays on the list."""
    trip = TripFactory.create(world=world, starts=world.day(0), ends=world.day(1))
    trips = world.manager.trips
    trips.add_cost(trip, "1000 CNY", item="all of it", kind="budget")
    wrong = trips.add_cost(trip, "700 CNY", item="flights", reference="A1", spent=world.day(-3))
    trips.add_cost(trip, "250.50 CNY", item="flights", reference="A2")
    trips.add_cost(trip, Money(90000, "JPY"), item="hotel", reference="B1")
    trips.withdraw_cost(wrong, reason="booked twice")
    card = world.manager.trips.show(trip)
    assert card.sums is not None
    assert card.costs is not None
    assert [(str(row.budget), str(row.actual), str(row.left)) for row in card.sums] == [
        ("1,000.00 CNY", "250.50 CNY", "749.50 CNY"), ("0 JPY", "90,000 JPY", "-90,000 JPY"),
    ]  # fmt: skip
    assert [cost.withdrawn_reason for cost in card.costs] == [None, "booked twice", None, None]
    assert {cost.recorded_by for cost in card.costs} == {"manager.desk"}
    assert world.manager.audit.verify() == ()
    with refused(world, Conflict, "withdrawn"):
        trips.withdraw_cost(wrong, reason="x")


def test_no_figure_is_seen_without_the_right(world: World) -> None:
    """Managers, verifiers and admins see costs; nobody else does, by no sum and no list."""
    trip = TripFactory.create(world=world)
    world.manager.trips.add_cost(trip, "7 CNY", item="secret item", reference="A1")
    for desk in ("viewer", "tokyo", "frankfurt", "zone"):
        card = getattr(world, desk).trips.show(trip)
        assert (card.costs, card.sums) == (None, None)
        assert "secret item" not in str(card)
    for desk in ("manager", "verifier", "admin"):
        assert len(getattr(world, desk).trips.show(trip).costs) == 1


@pytest.mark.parametrize(("value", "code"), NO_AMOUNT)
def test_a_cost_is_an_amount(world: World, value: Any, code: str) -> None:
    """Zero, negative, without currency, a float: refused."""
    trip = TripFactory.create(world=world)
    with refused(world, InvalidInput, code):
        world.manager.trips.add_cost(trip, value, item="i", reference="r")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": "999999999999 CNY"}, "too_large"),
        ({"kind": "gift"}, "choice"),
        ({"reference": None}, "missing"),
        ({"reference": LONG}, "too_long"),
        ({"reference": 7}, "type"),
        ({"spent": "2023-02-19"}, "future"),
        ({"spent": "tomorrow"}, "date"),
        ({"kind": "budget", "spent": "2023-02-01"}, "budget"),
        ({"uid": "x"}, "uid"),
    ],
)
def test_a_cost_refuses_what_cannot_be_meant(world: World, change: dict[str, Any], code: str) -> None:
    """Each argument is refused for itself."""
    trip = TripFactory.create(world=world)
    values: dict[str, Any] = {"amount": "5 CNY", "item": "i", "reference": "r"} | change
    with refused(world, InvalidInput, code):
        world.manager.trips.add_cost(trip, values.pop("amount"), **values)


def test_a_repeated_cost_is_the_same(world: World) -> None:
    """The same uid and content is one entry; other content is a conflict, also after the trip was closed."""
    trip = TripFactory.create(world=world, ends="2023-02-18")
    cost: dict[str, Any] = {"item": "i", "reference": "r", "uid": UID}
    entry = world.manager.trips.add_cost(trip, "5 CNY", **cost)
    world.clock.forward(days=1)
    assert world.manager.trips.add_cost(trip, "5 CNY", **cost) is entry
    with refused(world, Conflict, "uid"):
        world.manager.trips.add_cost(trip, "6 CNY", **cost)
    world.manager.trips.close(trip, outcome="x")
    assert world.manager.trips.add_cost(trip, "5 CNY", **cost) is entry
    with refused(world, Archived, "closed"):
        world.manager.trips.add_cost(trip, "5 CNY", item="i", reference="r")
    with refused(world, Archived, "closed"):
        world.manager.trips.withdraw_cost(entry, reason="x")


def test_a_cancelled_trip_takes_nothing_but_its_costs(world: World) -> None:
    """It stays on the list with the reason; once anybody was met it took place, and is closed instead."""
    trip = TripFactory.create(world=world, units=["hitech"], visits=[InvestorFactory.create(world=world)])
    with refused(world, StaleRecord, "stale"):
        world.manager.trips.cancel(trip, reason="r", version=7)
    world.manager.trips.cancel(trip, reason="the fair was moved")
    row = world.viewer.trips.show(trip).row
    assert (row.state, row.closed) == ("cancelled", False)
    world.manager.trips.add_cost(trip, "50 CNY", item="fee", reference="A1")
    for verb in (
        lambda: world.manager.trips.cancel(trip, reason="r"),
        lambda: world.manager.trips.close(trip, outcome="x"),
        lambda: world.manager.trips.set_unit(trip, "bureau"),
        lambda: world.manager.trips.cancel_visit((trip, 1), reason="x"),
        lambda: world.manager.trips.add_member(trip, "zone.desk"),
        lambda: world.manager.trips.add_cost(trip, "5 CNY", item="i", kind="budget"),
        lambda: world.tokyo.meetings.log(InvestorFactory.create(world=world), summary="x", trip=trip.id),
    ):
        with pytest.raises(Archived):
            verb()
    going = TripFactory.create(world=world)
    world.tokyo.meetings.log(InvestorFactory.create(world=world), summary="x", trip=going)
    with refused(world, Conflict, "took_place"):
        world.manager.trips.cancel(going, reason="r")


def test_a_budget_is_set_before_the_departure(world: World) -> None:
    """After the departure only spending can be recorded."""
    trip = TripFactory.create(world=world, starts=world.day(-1), ends=world.day(1))
    with refused(world, Conflict, "departed"):
        world.manager.trips.add_cost(trip, "5 CNY", item="i", kind="budget")


def test_of_two_who_withdraw_a_cost_at_once_one_is_told(migrated_engine: Engine) -> None:
    """The second finds that it is withdrawn, or that somebody was first; the entry is withdrawn once."""
    with Session(migrated_engine) as session:
        world = World(session)
        trip = TripFactory.create(world=world)
        cost = world.manager.trips.add_cost(trip, "5 CNY", item="i", reference="r").id
        number, clock = trip.id, world.clock
        session.commit()
    with Session(migrated_engine) as first, Session(migrated_engine) as second:
        one, two = (CRM(opened, "manager.desk", clock=clock) for opened in (first, second))
        stale = two.trips.show(number).costs
        assert stale is not None
        assert stale[0].withdrawn_on is None
        second.rollback()
        one.trips.withdraw_cost(cost, reason="first")
        first.commit()
        with pytest.raises(Conflict):
            two.trips.withdraw_cost(cost, reason="second", version=1)
