"""The front door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from crm.models import Staff
from crm.rules.access import Actor
from crm.rules.stages import Pipeline, as_policies
from crm.services.audit import Audit
from crm.services.benchmarks import Benchmarks
from crm.services.capital import Capital
from crm.services.claims import Claims
from crm.services.contacts import Contacts
from crm.services.context import Clock, Context, wall_clock
from crm.services.contracts import Contracts
from crm.services.events import Events
from crm.services.figures import Figures
from crm.services.followups import FollowUps
from crm.services.groups import Groups
from crm.services.guard import guard
from crm.services.industries import Industries
from crm.services.investors import Investors
from crm.services.leads import Leads
from crm.services.meetings import Meetings
from crm.services.merging import Merges
from crm.services.rates import Rates
from crm.services.referrals import Referrals
from crm.services.reporting import Reports
from crm.services.requests import Requests
from crm.services.staff import StaffService
from crm.services.stations import Stations
from crm.services.targets import Targets
from crm.services.trips import Trips
from crm.services.units import Units


class CRM:
    """Binds a session, an actor, a policy and a clock, and hands out the services.

    It commits nothing and rolls nothing back: the session, and its transaction, stay the caller's. From then on the
    session refuses, at flush, what was written to the CRM's tables past the services.

    Args:
        session: The caller's session.
        actor: Who acts: a username, an id, a member of staff; None may do nothing but found the first admin.
        policy: The pipeline, or several with their effective dates; by default the bureau's.
        clock: Returns the present instant, aware; by default the wall clock in UTC.

    Attributes:
        stations: Liaison stations.
        units: Districts, zones, departments, municipal enterprises.
        staff: The people who act.
        investors: Those who invest, may invest, or bring others.
        contacts: The people at investors.
        groups: Which investor belongs to which.
        merges: Two records made one, and two again.
        leads: The possible investment projects, and the pipeline.
        meetings: Talks, with minutes.
        followups: Promises, with owner and due day.
        trips: Delegations, with plan and visits.
        events: What presents the city, and who came.
        industries: GB/T 4754, from sections to classes.
        rates: Tables of rates of exchange.
        capital: The ledger of arrivals.
        contracts: The ledger of contract amounts.
        figures: What measures come to in a period, and what was made public.
        benchmarks: Figures of others to compare ours with.
        requests: What established enterprises ask for, until it is solved.
        referrals: Who brought a lead, and who brought whom.
        claims: Which unit has the right to a lead.
        targets: Figures to reach in a period.
        report: What is printed, drawn and read out.
        audit: Who changed what.
    """

    def __init__(
        self,
        session: Session,
        actor: Staff | Actor | int | str | None,
        *,
        policy: Pipeline | Iterable[Pipeline] | None = None,
        clock: Clock = wall_clock,
    ) -> None:
        guard(session)
        context = self._context = Context(session, actor, as_policies(policy), clock)
        self.stations = Stations(context)
        self.units = Units(context)
        self.staff = StaffService(context, self.stations, self.units)
        self.investors = Investors(context)
        self.contacts = Contacts(context, self.investors)
        self.groups = Groups(context, self.investors)
        self.merges = Merges(context, self.investors, self.contacts)
        self.leads = Leads(context, self.investors, self.stations, self.units, self.staff)
        self.trips = Trips(context, self.investors, self.units)
        self.events = Events(context, self.investors, self.stations, self.units)
        self.meetings = Meetings(context, self.investors, self.leads, self.stations, self.trips)
        self.followups = FollowUps(context, self.meetings, self.leads, self.staff, self.stations, self.units)
        self.industries = Industries(context)
        self.rates = Rates(context)
        self.capital = Capital(context, self.leads, self.units, self.rates)
        self.contracts = Contracts(context, self.leads, self.units, self.rates)
        self.figures = Figures(context)
        self.benchmarks = Benchmarks(context)
        self.requests = Requests(context, self.investors, self.meetings, self.leads, self.staff, self.units)
        self.referrals = Referrals(context, self.investors, self.contacts, self.leads)
        self.claims = Claims(context, self.investors, self.leads, self.units)
        self.targets = Targets(context)
        self.report = Reports(context, self.stations, self.units, self.staff, self.trips)
        self.audit = Audit(context, self.staff)

    @property
    def actor(self) -> Actor | None:
        """Who acts, or None.

        Raises:
            AccessDenied: The name given is nobody's, or they have left.
        """
        return self._context.actor

    @property
    def policy(self) -> Pipeline:
        """The pipeline in effect today."""
        return self._context.policy()

    @property
    def today(self) -> date:
        """The bureau's day."""
        return self._context.today
