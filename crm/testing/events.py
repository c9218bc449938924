"""Promotion events."""

# ruff: noqa: D106 - Meta and Params are words of factory-boy
from __future__ import annotations

from typing import Any

from crm import CRM
from crm.models import PromotionEvent
from crm.testing.door import DoorFactory, Sequence, Trait
from crm.testing.world import World


class EventFactory(DoorFactory[PromotionEvent]):
    """An event of the city, of yesterday; traits: held, cancelled, tokyo."""

    class Meta:
        model = PromotionEvent

    class Params:
        held = Trait(state="held")
        cancelled = Trait(state="cancelled")
        tokyo = Trait(place="东京", country="JP", zone="Asia/Tokyo", station="tokyo")

    by = "manager"
    code = Sequence(lambda n: f"event-{n}")
    title = Sequence(lambda n: f"第{n}场投资推介会")
    place = "济南"
    state = "planned"

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> PromotionEvent:
        """Add it, and take it to its state."""
        state = kwargs.pop("state")
        event = door.events.add(kwargs.pop("code"), **{"starts": world.day(-1), **kwargs})
        if state == "held":
            door.events.hold(event, outcome="86 came")
        elif state == "cancelled":
            door.events.cancel(event, reason="the hall is rebuilt")
        return event
