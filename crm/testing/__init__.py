"""For a host's own tests: a bureau with staff in every role, and factories of records on it. docs/testing.md.

Each factory calls the verbs of the library, on a :class:`crm.testing.world.World`. The fixtures of pytest are in
:mod:`crm.testing.fixtures`. Install the extra: ``pip install 'investor-crm[testing]'``.
"""

from crm.testing.capital import ArrivalFactory, ContractFactory, RateFactory
from crm.testing.events import EventFactory
from crm.testing.followups import FollowUpFactory
from crm.testing.investors import ContactFactory, InvestorFactory
from crm.testing.leads import LeadFactory, credit_code
from crm.testing.meetings import MeetingFactory
from crm.testing.places import StaffFactory, StationFactory, UnitFactory
from crm.testing.requests import RequestFactory
from crm.testing.trips import TripFactory
from crm.testing.world import Clock, World

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
