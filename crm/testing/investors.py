"""Investors and the people there."""

# ruff: noqa: D106 - Meta and Params are words of factory-boy
from __future__ import annotations

from typing import Any

from crm import CRM
from crm.models import Contact, Investor
from crm.testing.door import DoorFactory, Sequence, Trait
from crm.testing.world import World


class InvestorFactory(DoorFactory[Investor]):
    """A Japanese enterprise; traits: domestic, archived."""

    class Meta:
        model = Investor

    class Params:
        domestic = Trait(country="CN")
        archived = Trait(archive=True)

    archive = False
    name = Sequence(lambda n: f"第{n}商事株式会社")
    country = "JP"

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> Investor:
        """Add it."""
        archive = kwargs.pop("archive")
        investor = door.investors.add(kwargs.pop("name"), **kwargs)
        return world.manager.investors.archive(investor, reason="dissolved") if archive else investor


class ContactFactory(DoorFactory[Contact]):
    """A person of an investor, of one of their own unless ``investor`` is given; traits: archived, erased."""

    class Meta:
        model = Contact

    class Params:
        archived = Trait(end="archive")
        erased = Trait(end="erase")

    end: str | None = None
    investor: Investor | None = None
    name = Sequence(lambda n: f"窓口{n}番")
    title = "部長"

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> Contact:
        """Add them."""
        end = kwargs.pop("end")
        investor = kwargs.pop("investor") or InvestorFactory.create(world=world)
        contact = door.contacts.add(investor, kwargs.pop("name"), **kwargs)
        return getattr(world.manager.contacts, end)(contact, reason="left") if end else contact
