"""Trips."""

# ruff: noqa: D106 - Meta and Params are words of factory-boy
from __future__ import annotations

from typing import Any

from crm import CRM
from crm.models import Trip
from crm.testing.door import DoorFactory, Sequence, Trait
from crm.testing.world import World


class TripFactory(DoorFactory[Trip]):
    """A trip to Tokyo that is under way, without visits; traits: closed."""

    class Meta:
        model = Trip

    class Params:
        closed = Trait(outcome="done as planned", ends="2023-02-18")

    by = "manager"
    outcome: str | None = None
    code = Sequence(lambda n: f"trip-{n}")
    title = Sequence(lambda n: f"第{n}次赴日经贸代表团")
    leader = "市投资促进局"
    rank = "city"
    starts = "2023-02-15"
    ends = "2023-02-20"
    announced = "2023-01-10"
    members = ("tokyo.desk",)

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> Trip:
        """Plan it."""
        _ = world
        outcome = kwargs.pop("outcome")
        trip = door.trips.plan(kwargs.pop("code"), **kwargs)
        return door.trips.close(trip, outcome=outcome) if outcome else trip
