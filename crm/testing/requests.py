"""Requests of enterprises."""

# ruff: noqa: D106 - Meta and Params are words of factory-boy
from __future__ import annotations

from typing import Any

from crm import CRM
from crm.models import Request
from crm.testing.door import DoorFactory, Sequence, Trait
from crm.testing.leads import LeadFactory
from crm.testing.world import World


class RequestFactory(DoorFactory[Request]):
    """A request about a lead of Tokyo's; traits: answered, solved, unsolvable."""

    class Meta:
        model = Request

    class Params:
        answered = Trait(state="answered")
        solved = Trait(state="solved")
        unsolvable = Trait(state="unsolvable")

    about: Any = None
    text = Sequence(lambda n: f"厂房用电增容（{n}）")
    state = "accepted"

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> Request:
        """Open it, and take it to its state."""
        state = kwargs.pop("state")
        about = kwargs.pop("about") or LeadFactory.create(world=world)
        request = door.requests.open(about, kwargs.pop("text"), **kwargs)
        if state == "answered":
            door.requests.answer(request, "taken up")
        elif state != "accepted":
            door.requests.resolve(request, "the outcome", unsolvable=state == "unsolvable")
        return request
