"""Follow-ups."""

# ruff: noqa: D106 - Meta and Params are words of factory-boy
from __future__ import annotations

from typing import Any

from crm import CRM
from crm.models import FollowUp
from crm.testing.door import DoorFactory, Trait
from crm.testing.leads import LeadFactory
from crm.testing.world import World


class FollowUpFactory(DoorFactory[FollowUp]):
    """A follow-up about a lead, due in ten days; traits: done."""

    class Meta:
        model = FollowUp

    class Params:
        done = Trait(result="sent")

    about: Any = None
    text = "send the site plan"
    result: str | None = None

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> FollowUp:
        """Add it."""
        result = kwargs.pop("result")
        about = kwargs.pop("about") or LeadFactory.create(world=world)
        due = kwargs.pop("due", None) or world.day(10)
        promise = door.followups.add(about, kwargs.pop("text"), due=due, **kwargs)
        return door.followups.done(promise, result=result) if result else promise
