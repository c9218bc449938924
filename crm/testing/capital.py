"""Capital arrivals, contract amounts, and the rates they are valued at."""

# ruff: noqa: D106 - Meta and Params are words of factory-boy
from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from crm import CRM
from crm.models import CapitalArrival, ContractAmount, RateLoad
from crm.testing.door import DoorFactory, Sequence, Trait
from crm.testing.leads import LeadFactory
from crm.testing.world import World

E = TypeVar("E", CapitalArrival, ContractAmount)
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


class _EntryFactory(DoorFactory[E]):
    """An entry of a ledger, reported today; traits: verified, confirmed, reversed."""

    class Meta:
        abstract = True

    class Params:
        verified = Trait(verify=True)
        confirmed = Trait(confirm=True)
        reversed = Trait(reverse=True)

    #: The service, what it calls the day of an entry, and what a lead is that is made for one.
    _service: ClassVar[str]
    _day: ClassVar[str]
    _of: ClassVar[str]
    verify = False
    confirm = False
    reverse = False
    lead: Any = None

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> E:
        """Record it."""
        signs = {name: kwargs.pop(name) for name in ("verify", "confirm", "reverse")}
        lead = kwargs.pop("lead") or LeadFactory.create(world=world, **{cls._of: True})
        day = {cls._day: kwargs.pop(cls._day, None) or world.today}
        recorded = getattr(door, cls._service).record(lead, kwargs.pop("amount"), **day, **kwargs)
        entry: E = _sign(cls._service, recorded, world, signs)
        return entry


class ArrivalFactory(_EntryFactory[CapitalArrival]):
    """Five million dollars reported today for a registered lead; traits: verified, confirmed, reversed."""

    class Meta:
        model = CapitalArrival

    _service, _day, _of = "capital", "arrived", "registered"
    amount = "5000000 USD"
    reference = Sequence("bank advice {}".format)


class ContractFactory(_EntryFactory[ContractAmount]):
    """Twenty million dollars promised today for a signed lead; traits: verified, confirmed, reversed."""

    class Meta:
        model = ContractAmount

    _service, _day, _of = "contracts", "agreed", "signed"
    amount = "20000000 USD"
    reference = Sequence("contract {}".format)
