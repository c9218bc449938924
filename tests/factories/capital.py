"""Capital arrivals."""

# ruff: noqa: D106 - Meta and Params are words of factory-boy
from __future__ import annotations

from typing import Any

from crm import CRM
from crm.models import CapitalArrival
from tests.factories.door import DoorFactory, Trait
from tests.factories.leads import LeadFactory
from tests.factories.world import World


class ArrivalFactory(DoorFactory[CapitalArrival]):
    """Five million dollars reported today for a registered lead; traits: verified, reversed."""

    class Meta:
        model = CapitalArrival

    class Params:
        verified = Trait(verify=True)
        reversed = Trait(reverse=True)

    verify = False
    reverse = False
    lead: Any = None
    amount = "5000000 USD"
    reference = "bank advice"

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> CapitalArrival:
        """Record it."""
        verify, reverse = kwargs.pop("verify"), kwargs.pop("reverse")
        lead = kwargs.pop("lead") or LeadFactory.create(world=world, registered=True)
        arrived = kwargs.pop("arrived", None) or world.today
        arrival = door.capital.record(lead, kwargs.pop("amount"), arrived=arrived, **kwargs)
        if verify:
            world.verifier.capital.verify(arrival)
        if reverse:
            world.manager.capital.reverse(arrival, reason="counted twice")
        return arrival
