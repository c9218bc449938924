"""Factories, one file for each aggregate. Each goes through the front door, on a :class:`tests.factories.world.World`."""

from tests.factories.capital import ArrivalFactory, ContractFactory, RateFactory
from tests.factories.events import EventFactory
from tests.factories.followups import FollowUpFactory
from tests.factories.investors import ContactFactory, InvestorFactory
from tests.factories.leads import LeadFactory, credit_code
from tests.factories.meetings import MeetingFactory
from tests.factories.places import StaffFactory, StationFactory, UnitFactory
from tests.factories.requests import RequestFactory
from tests.factories.trips import TripFactory
from tests.factories.world import Clock, World

__all__ = [
    "ArrivalFactory",
    "Clock",
    "ContactFactory",
    "ContractFactory",
    "EventFactory",
    "FollowUpFactory",
    "InvestorFactory",
    "LeadFactory",
    "MeetingFactory",
    "RateFactory",
    "RequestFactory",
    "StaffFactory",
    "StationFactory",
    "TripFactory",
    "UnitFactory",
    "World",
    "credit_code",
]
