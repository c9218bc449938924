"""The entry point :class:`CRM`. Services load on first use, so that importing it is cheap."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from crm.changes import Change
    from crm.models import Staff
    from crm.reads.kernel.listing import Page
    from crm.rules.access import Actor
    from crm.rules.identities import Identity, Proof
    from crm.rules.stages import Pipeline
    from crm.services.audit import Audit
    from crm.services.bulk.service import BulkVerbs
    from crm.services.calendar import Calendar
    from crm.services.claims.service import Claims
    from crm.services.documents import FileStore
    from crm.services.events.service import Events
    from crm.services.exports import Exports
    from crm.services.figures.benchmarks import Benchmarks
    from crm.services.figures.service import Figures
    from crm.services.imports.service import Imports
    from crm.services.industries import Industries
    from crm.services.investors.contacts import Contacts
    from crm.services.investors.groups import Groups
    from crm.services.investors.service import Investors
    from crm.services.kernel.context import Clock
    from crm.services.leads.service import Leads
    from crm.services.ledgers.capital import Capital
    from crm.services.ledgers.contracts import Contracts
    from crm.services.ledgers.rates import Rates
    from crm.services.meetings.followups import FollowUps
    from crm.services.meetings.service import Meetings
    from crm.services.merges.service import Merges
    from crm.services.places.staff import StaffService
    from crm.services.places.stations import Stations
    from crm.services.places.units import Units
    from crm.services.referrals.service import Referrals
    from crm.services.reports.service import Reports
    from crm.services.requests.service import Requests
    from crm.services.tags.service import Tags
    from crm.services.targets.service import Targets
    from crm.services.trips.service import Trips
    from crm.services.views.service import Views

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound="Change")


class CRM:
    """Binds a session, an actor, a policy and a clock, and gives access to the services.

    It never commits or rolls back: the session and its transaction remain the caller's. From its creation on the
    session refuses, at flush, writes to the CRM's tables outside the services.

    Args:
        session: The caller's session.
        actor: Who acts: a username, an id, a member of staff; None may do nothing but found the first admin.
        policy: The pipeline, or several with their effective dates; by default the bureau's.
        clock: Returns the present instant, aware; by default the wall clock in UTC.
        identity: Who the host proved is acting: its name for them, or an ``Identity``. Bound to a member of staff, it
            is recorded with each change; see docs/embedding.md.
        files: Where the files of documents are kept, such as a ``crm.files.stores.FolderStore``; None: nowhere. See
            docs/documents.md.

    Raises:
        InvalidInput: The identity is none.
    """

    def __init__(
        self,
        session: Session,
        actor: Staff | Actor | int | str | None,
        *,
        policy: Pipeline | Iterable[Pipeline] | None = None,
        clock: Clock | None = None,
        identity: Identity | str | None = None,
        files: FileStore | None = None,
    ) -> None:
        from crm.rules.stages import as_policies
        from crm.services.kernel.auditing.guard import guard
        from crm.services.kernel.context import Context, wall_clock

        guard(session)
        self._context = Context(session, actor, as_policies(policy), clock or wall_clock, identity, files)

    def stream(self, verb: Callable[P, Page[R]], /, *args: P.args, **kw: P.kwargs) -> Iterator[R]:
        """Return the rows of a list one after another, fetched as they are taken, in memory that does not grow.

        ``for lead in crm.stream(crm.leads.list, status="active"): …``. A list that is called by itself returns a page
        instead, a tuple with ``more``, ``after`` and ``total``: :class:`crm.reads.kernel.listing.Page`. On PostgreSQL
        the rows come from a cursor of the server, which lasts as long as the transaction.

        Args:
            verb: A method that lists, of one of the services.
            *args: Its arguments.
            **kw: Its arguments by name; without ``limit``, all rows.

        Raises:
            CRMError: What the method raises.
        """
        from crm.services.kernel.verbs import stream

        return stream(verb, *args, **kw)

    def on(self, kind: type[C], handler: Callable[[C], object]) -> None:
        """Call a handler after your commit, for each change of a kind that any ``CRM`` of the session made.

        ``crm.on(LeadMoved, tell_the_owner)``. Changes are told in their order, once the outermost transaction is
        committed; what is rolled back is not, nor is what a savepoint takes back. The transaction is over then: a
        handler opens a session of its own. What it raises is logged as ``crm.changes`` and stops nothing.

        Args:
            kind: A class of :mod:`crm.changes`; :class:`~crm.changes.Change` for every change.
            handler: Called with the change. It is your program's, so it is told of confidential leads as well.
        """
        from crm.services.kernel.auditing.committed import listen

        listen(self._context.session, kind, handler)

    def changes(self, *, after: int | None = None, limit: int = 500) -> tuple[Change, ...]:
        """Return sealed changes in the order of the seals, for a worker: :meth:`crm.services.audit.Audit.changes`."""
        return self.audit.changes(after=after, limit=limit)

    @cached_property
    def stations(self) -> Stations:
        """Liaison stations."""
        from crm.services.places.stations import Stations

        return Stations(self._context)

    @cached_property
    def units(self) -> Units:
        """Districts, zones, departments, municipal enterprises."""
        from crm.services.places.units import Units

        return Units(self._context)

    @cached_property
    def staff(self) -> StaffService:
        """The staff and their roles."""
        from crm.services.places.staff import StaffService

        return StaffService(self._context)

    @cached_property
    def investors(self) -> Investors:
        """Investors and referrers."""
        from crm.services.investors.service import Investors

        return Investors(self._context)

    @cached_property
    def contacts(self) -> Contacts:
        """The contacts at investors."""
        from crm.services.investors.contacts import Contacts

        return Contacts(self._context)

    @cached_property
    def groups(self) -> Groups:
        """Groups of investors."""
        from crm.services.investors.groups import Groups

        return Groups(self._context)

    @cached_property
    def merges(self) -> Merges:
        """Merges of two records, and their undo."""
        from crm.services.merges.service import Merges

        return Merges(self._context)

    @cached_property
    def leads(self) -> Leads:
        """Leads, and the pipeline."""
        from crm.services.leads.service import Leads

        return Leads(self._context)

    @cached_property
    def bulk(self) -> BulkVerbs:
        """Verbs on several leads at once."""
        from crm.services.bulk.service import BulkVerbs

        return BulkVerbs(self._context)

    @cached_property
    def trips(self) -> Trips:
        """Trips, with plan and visits."""
        from crm.services.trips.service import Trips

        return Trips(self._context)

    @cached_property
    def events(self) -> Events:
        """Promotion events and their attendance."""
        from crm.services.events.service import Events

        return Events(self._context)

    @cached_property
    def meetings(self) -> Meetings:
        """Meetings, with minutes."""
        from crm.services.meetings.service import Meetings

        return Meetings(self._context)

    @cached_property
    def followups(self) -> FollowUps:
        """Follow-ups, with owner and due day."""
        from crm.services.meetings.followups import FollowUps

        return FollowUps(self._context)

    @cached_property
    def industries(self) -> Industries:
        """GB/T 4754, from sections to classes."""
        from crm.services.industries import Industries

        return Industries(self._context)

    @cached_property
    def rates(self) -> Rates:
        """Tables of exchange rates."""
        from crm.services.ledgers.rates import Rates

        return Rates(self._context)

    @cached_property
    def capital(self) -> Capital:
        """The ledger of arrivals."""
        from crm.services.ledgers.capital import Capital

        return Capital(self._context)

    @cached_property
    def contracts(self) -> Contracts:
        """The ledger of contract amounts."""
        from crm.services.ledgers.contracts import Contracts

        return Contracts(self._context)

    @cached_property
    def figures(self) -> Figures:
        """Figures of measures in a period, and closed periods."""
        from crm.services.figures.service import Figures

        return Figures(self._context)

    @cached_property
    def benchmarks(self) -> Benchmarks:
        """Published figures to compare ours with."""
        from crm.services.figures.benchmarks import Benchmarks

        return Benchmarks(self._context)

    @cached_property
    def requests(self) -> Requests:
        """Requests of established enterprises."""
        from crm.services.requests.service import Requests

        return Requests(self._context)

    @cached_property
    def referrals(self) -> Referrals:
        """Referrals of leads, and the tree of referrers."""
        from crm.services.referrals.service import Referrals

        return Referrals(self._context)

    @cached_property
    def claims(self) -> Claims:
        """Claims of units to leads."""
        from crm.services.claims.service import Claims

        return Claims(self._context)

    @cached_property
    def targets(self) -> Targets:
        """Figures to reach in a period."""
        from crm.services.targets.service import Targets

        return Targets(self._context)

    @cached_property
    def tags(self) -> Tags:
        """Words that leads and investors are tagged with."""
        from crm.services.tags.service import Tags

        return Tags(self._context)

    @cached_property
    def views(self) -> Views:
        """Filters, order and columns of lists under a name."""
        from crm.services.views.service import Views

        return Views(self._context)

    @cached_property
    def report(self) -> Reports:
        """Printed reports."""
        from crm.services.reports.service import Reports

        return Reports(self._context)

    @cached_property
    def audit(self) -> Audit:
        """The history of changes."""
        from crm.services.audit import Audit

        return Audit(self._context)

    @cached_property
    def calendar(self) -> Calendar:
        """Calendars of people, stations and units."""
        from crm.services.calendar import Calendar

        return Calendar(self._context)

    @cached_property
    def exports(self) -> Exports:
        """Exports of the whole database."""
        from crm.services.exports import Exports

        return Exports(self._context)

    @cached_property
    def imports(self) -> Imports:
        """Imports of files."""
        from crm.services.imports.service import Imports

        return Imports(self._context)

    @property
    def actor(self) -> Actor | None:
        """The actor, or None.

        Raises:
            AccessDenied: The name given is nobody's, or they have left.
        """
        return self._context.actor

    @property
    def proof(self) -> Proof | None:
        """What proves who acts: whose identity is at hand, where it is bound. None without an actor or a binding."""
        return self._context.proof if self._context.actor is not None else None

    @property
    def at_hand(self) -> Identity | None:
        """The identity that there is proof of, bound or not: what the host says, or the role of the session."""
        return self._context.at_hand()

    @property
    def policy(self) -> Pipeline:
        """The pipeline in effect today."""
        return self._context.policy()

    @property
    def today(self) -> date:
        """The bureau's day."""
        return self._context.today
