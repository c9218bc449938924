"""Meetings."""

# ruff: noqa: D106 - Meta and Params are words of factory-boy
from __future__ import annotations

from typing import Any

from crm import CRM
from crm.models import Meeting
from crm.testing.door import DoorFactory, Trait
from crm.testing.investors import ContactFactory
from crm.testing.leads import LeadFactory
from crm.testing.world import World


class MeetingFactory(DoorFactory[Meeting]):
    """A visit about a lead with one of its investor's people; traits: promised, one_way."""

    class Meta:
        model = Meeting

    class Params:
        promised = Trait(followups=[("send the site plan", "2023-03-01")])
        one_way = Trait(kind="message", contacts=())

    about: Any = None
    summary = "talked about the site"

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> Meeting:
        """Log it."""
        lead = kwargs.pop("about") or LeadFactory.create(world=world)
        if "contacts" not in kwargs:
            kwargs["contacts"] = [ContactFactory.create(world=world, investor=lead.investor)]
        return door.meetings.log(lead, **kwargs)
