"""Finding and reading requests, as far as the actor may see them."""

from __future__ import annotations

from datetime import date
from typing import Unpack
from uuid import UUID

from sqlalchemy import ColumnElement, or_

from crm.errors import N_
from crm.models import Lead, Request, RequestState
from crm.reads.kernel.listing import Known, Listing
from crm.reads.kernel.visibility import may_see
from crm.reads.requests import queries as reports
from crm.reads.requests.rows import ReinvestmentRow, RequestCard, RequestFigures, RequestRow
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.services.investors.base import FindsInvestors
from crm.services.kernel.context import Context
from crm.services.kernel.finding import find, missing
from crm.services.kernel.periods import PeriodRef, period_of
from crm.services.kernel.refs import InvestorRef, LeadRef, StaffRef, UnitRef
from crm.services.kernel.verbs import lists, reads
from crm.services.leads.base import FindsLeads
from crm.services.places.loading import LoadsPlaces

RequestRef = Request | int | UUID | str
CLOSED = frozenset({RequestState.SOLVED, RequestState.UNSOLVABLE})


class RequestBase(FindsInvestors, FindsLeads, LoadsPlaces):
    """Finds and reads requests; hides those that the actor may not see."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def get(self, ref: RequestRef) -> Request:
        """Return the request of this id or uid.

        Args:
            ref: The request: its id or uid.

        Raises:
            NotFound: There is none, or it belongs to a confidential lead that is not the actor's.
        """
        return self._found(ref)[0]

    def _found(self, ref: RequestRef) -> tuple[Request, Lead | None]:
        """Return a request that the actor may see, and its lead."""
        self._context.acting()
        found = find(self._context.session, Request, ref, what="request")
        lead = None if found.lead_id is None else self._context.session.get_one(Lead, found.lead_id)
        if lead is not None and not may_see(self._context.actor, lead):
            raise missing("request", str(getattr(ref, "id", ref)))
        return found, lead

    @lists(Right.READ)
    def list(
        self,
        *,
        investor: InvestorRef | None = None,
        lead: LeadRef | None = None,
        person: StaffRef | None = None,
        unit: UnitRef | None = None,
        brand: str | None = None,
        state: RequestState | str | None = None,
        open_only: bool = True,
        overdue: bool = False,
        due_until: date | str | None = None,
        withdrawn: bool = False,
        today: date | None = None,
        **paging: Unpack[Paging],
    ) -> Listing[RequestRow]:
        """Return requests by their next deadline. One statement.

        Args:
            investor: Those of one investor.
            lead: Those of one lead.
            person: Those that one person handles or, as the ambassador, serves.
            unit: Those that one unit handles.
            brand: Those under one brand, by code.
            state: Those in one state.
            open_only: Only those not closed; a *state* says so itself.
            overdue: Only those whose next deadline has passed.
            due_until: Only those whose next deadline, to answer or to solve, falls up to this day.
            withdrawn: Withdrawn ones too.
            today: The reference day.
        """
        context = self._context
        now = context.on(today)
        where: list[ColumnElement[bool]] = []
        with Checks() as check:
            window = check.window(paging)
            if investor is not None and (whose := check.take(lambda: self._investors.get(investor), "investor")):
                where.append(Request.investor_id == whose.id)
            if lead is not None and (project := check.take(lambda: self._leads.get(lead), "lead")):
                where.append(Request.lead_id == project.id)
            if person is not None and (hand := check.take(lambda: self._staff.get(person), "person")):
                where.append(or_(Request.assignee_id == hand.id, Request.ambassador_id == hand.id))
            if unit is not None and (home := check.take(lambda: self._units.get(unit), "unit")):
                where.append(Request.unit_id == home.id)
            if (code := check.text(brand, "brand", 24, required=False)) is not None:
                where.append(Request.brand == code.lower())
            if state is not None:
                where.append(Request.state == check.choice(RequestState, state, "state"))
            elif check.flag(open_only, "open_only"):
                where.append(Request.state.not_in(CLOSED))
            if check.flag(overdue, "overdue"):
                where += [reports.next_due() < now, Request.state.not_in(CLOSED)]
            if due_until is not None and (last := check.day(due_until, "due_until")):
                where += [reports.next_due() <= last, Request.state.not_in(CLOSED)]
            everything = check.flag(withdrawn, "withdrawn")
        found = reports.requests(context.session, context.actor, today=now, where=where, withdrawn=everything)
        return found.within(window)

    @reads(Right.READ)
    def show(self, ref: RequestRef) -> RequestCard:
        """Return a request with its history. A fixed number of statements.

        Args:
            ref: The request: its id or uid.

        Raises:
            NotFound: There is none that the actor may see.
        """
        context = self._context
        return reports.card(context.session, context.actor, self.get(ref).id, today=context.today)

    @reads(Right.READ)
    def figures(
        self, period: PeriodRef | None = None, *, unit: UnitRef | None = None, brand: str | None = None
    ) -> RequestFigures:
        """Return the number of requests accepted, answered and solved in a period, and in time. One statement.

        A request counts as solved on the day it was solved; a reopened one does not count. Requests of confidential
        leads count only for those who may see them.

        Args:
            period: A year, text such as ``2023Q1``, or this year.
            unit: Those that one unit handles.
            brand: Those under one brand, by code.

        Raises:
            InvalidInput: It is not a period; there is no such unit.
        """
        context = self._context
        where: list[ColumnElement[bool]] = []
        with Checks() as check:
            span = period_of(check, period, context.today)
            if unit is not None and (home := check.take(lambda: self._units.get(unit), "unit")):
                where.append(Request.unit_id == home.id)
            if (code := check.text(brand, "brand", 24, required=False)) is not None:
                where.append(Request.brand == code.lower())
        return reports.figures(context.session, context.actor, span.start, span.last, where)

    @lists(Right.READ)
    def reinvestments(
        self,
        investor: InvestorRef | None = None,
        *,
        since: date | str | None = None,
        until: date | str | None = None,
        days: int = 365,
        **paging: Unpack[Paging],
    ) -> Listing[ReinvestmentRow]:
        """Return arrivals of reinvested profits, each with the aftercare before it. Three statements.

        Args:
            investor: Whose; by default everybody's.
            since: First day of arrival.
            until: Last day of arrival.
            days: How far back before the arrival aftercare is looked for: requests of the investor solved, and
                meetings.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
        """
        context = self._context
        with Checks() as check:
            whose = None if investor is None else check.take(lambda: self._investors.get(investor), "investor")
            first, last = check.day(since, "since"), check.day(until, "until")
            back = check.count(days, "days")
            if back is not None and back > 36_500:  # noqa: PLR2004 - a century
                check.wrong(
                    N_("{days} days are too many."),
                    N_("Use fewer days."),
                    field="days",
                    code="range",
                    days=back,
                )
        rows = reports.reinvestments(
            context.session,
            context.actor,
            investor_id=whose.id if whose else None,
            since=first,
            until=last,
            days=back or 0,
        )
        return Known.of(context.session, rows, paging)
