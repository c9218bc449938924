"""Capital arrivals, contract amounts, and the rates they are valued at."""

# ruff: noqa: D106 - Meta and Params are words of factory-boy
from __future__ import annotations

from datetime import timedelta
from typing import Any

from crm import CRM
from crm.models import CapitalArrival, ContractAmount, RateLoad
from crm.testing.door import DoorFactory, Sequence, Trait
from crm.testing.leads import LeadFactory
from crm.testing.world import World

#: What a table of SAFE has for a Friday of February 2023: yuan for 100 units, and units for 100 yuan.
RATES = (
    ("USD", "CNY", "684.74", 100), ("EUR", "CNY", "732.61", 100), ("JPY", "CNY", "5.1169", 100), ("HKD", "CNY", "87.276", 100),
    ("CNY", "KRW", "18823", 100),
)  # fmt: skip


class RateFactory(DoorFactory[RateLoad]):
    """Rates of SAFE for some days up to yesterday, or up to *until*; loaded by the manager."""

    class Meta:
        model = RateLoad

    by = "manager"
    days = 14
    source = "safe"
    rates: Any = RATES

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> Any:
        """Load them, unless they are there."""
        until = kwargs.pop("until", None) or world.day(-1)
        days = [until - timedelta(days=number) for number in range(kwargs["days"])]
        return door.rates.load([(day, *rate) for day in days for rate in kwargs["rates"]], source=kwargs["source"])


def _sign(service: Any, entry: Any, world: World, kwargs: dict[str, Any]) -> Any:
    """Let it be verified, confirmed and reversed, each by another person, as the traits ask."""
    verify, confirm, reverse = (kwargs[name] for name in ("verify", "confirm", "reverse"))
    if verify or confirm:
        getattr(world.verifier, service).verify(entry)
    if confirm:
        RateFactory.create(world=world)
        getattr(world.second_verifier, service).confirm(entry)
    if reverse:
        getattr(world.manager, service).reverse(entry, reason="counted twice")
    return entry


class ArrivalFactory(DoorFactory[CapitalArrival]):
    """Five million dollars reported today for a registered lead; traits: verified, confirmed, reversed."""

    class Meta:
        model = CapitalArrival

    class Params:
        verified = Trait(verify=True)
        confirmed = Trait(confirm=True)
        reversed = Trait(reverse=True)

    verify = False
    confirm = False
    reverse = False
    lead: Any = None
    amount = "5000000 USD"
    reference = Sequence("bank advice {}".format)

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> CapitalArrival:
        """Record it."""
        signs = {name: kwargs.pop(name) for name in ("verify", "confirm", "reverse")}
        lead = kwargs.pop("lead") or LeadFactory.create(world=world, registered=True)
        arrived = kwargs.pop("arrived", None) or world.today
        arrival: CapitalArrival = _sign(
            "capital", door.capital.record(lead, kwargs.pop("amount"), arrived=arrived, **kwargs), world, signs
        )
        return arrival


class ContractFactory(DoorFactory[ContractAmount]):
    """Twenty million dollars promised today for a signed lead; traits: verified, confirmed, reversed."""

    class Meta:
        model = ContractAmount

    class Params:
        verified = Trait(verify=True)
        confirmed = Trait(confirm=True)
        reversed = Trait(reverse=True)

    verify = False
    confirm = False
    reverse = False
    lead: Any = None
    amount = "20000000 USD"
    reference = Sequence("contract {}".format)

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> ContractAmount:
        """Record it."""
        signs = {name: kwargs.pop(name) for name in ("verify", "confirm", "reverse")}
        lead = kwargs.pop("lead") or LeadFactory.create(world=world, signed=True)
        agreed = kwargs.pop("agreed", None) or world.today
        entry: ContractAmount = _sign(
            "contracts", door.contracts.record(lead, kwargs.pop("amount"), agreed=agreed, **kwargs), world, signs
        )
        return entry
