"""Reading claims: of a lead, of a company, of a unit; and the pool of unclaimed leads (公海)."""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

from sqlalchemy import ColumnElement

from crm.models import Claim, ClaimState
from crm.reads.claims import queries as reports
from crm.reads.claims.rows import ClaimEventRow, ClaimRow, PoolRow
from crm.reads.kernel.listing import Listing
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.rules.leads.filters import LeadFilters
from crm.services.claims.base import ClaimBase
from crm.services.kernel.finding import find, missing
from crm.services.kernel.refs import InvestorRef, LeadRef, UnitRef
from crm.services.kernel.verbs import lists, reads
from crm.services.leads.arguments import NarrowsLeads


class PoolSelection(LeadFilters, Paging, total=False):
    """Filters of the pool, and the part that is read."""


class ClaimReads(NarrowsLeads, ClaimBase):
    """The reads of claims, as far as the actor may see the leads."""

    @reads(Right.READ)
    def history(self, lead: LeadRef) -> tuple[ClaimEventRow, ...]:
        """Return every step of every claim on a lead, in order.

        Args:
            lead: The lead: its id, uid, title, or a unique part of its title or its investor's names.
        """
        return reports.events(self._context.session, self._leads.get(lead).id)

    @reads(Right.READ)
    def show(self, ref: Claim | int | UUID | str) -> ClaimRow:
        """Return a claim, with the day until which it protects. One statement.

        Args:
            ref: The claim: its id or uid.

        Raises:
            NotFound: There is none on a lead that the actor may see.
        """
        context = self._context
        claim = find(context.session, Claim, ref, what="claim")
        of = [Claim.id == claim.id]
        rows = reports.claims(context.session, context.actor, self._policy, today=context.today, of=of).all()
        if not rows:
            raise missing("claim", str(claim.id))
        return rows[0]

    @lists(Right.READ)
    def list(
        self,
        *,
        lead: LeadRef | None = None,
        unit: UnitRef | None = None,
        state: ClaimState | str | None = None,
        lapsing_within: int | None = None,
        **paging: Unpack[Paging],
    ) -> Listing[ClaimRow]:
        """Return claims, latest first, on leads that the actor may see. One statement, and one for each name.

        Args:
            lead: On this lead.
            unit: Of this unit.
            state: active, contested, shared, refused, released, transferred or lapsed.
            lapsing_within: Active ones that lapse within so many days without progress.
        """
        context = self._context
        of: list[ColumnElement[bool]] = []
        with Checks() as check:
            if lead is not None:
                whose = check.take(lambda: self._leads.get(lead), "lead")
                of.append(Claim.lead_id == (whose.id if whose else None))
            if unit is not None:
                of.append(Claim.unit_id == self._unit(check, unit, "unit").id)
            wanted = None if state is None else check.choice(ClaimState, state, "state")
            within, window = check.count(lapsing_within, "lapsing_within"), check.window(paging)
        return reports.claims(
            context.session,
            context.actor,
            self._policy,
            today=context.today,
            of=of,
            state=wanted,
            lapsing_within=within,
        ).within(window)

    @reads(Right.READ)
    def standing(self, investor: InvestorRef) -> tuple[ClaimRow, ...]:
        """Return the active and contested claims on an investor's leads that the actor may see, latest first.

        One statement, and one for the name.

        Args:
            investor: The investor: its id, uid, identifier, name, or a unique part of a name.

        Raises:
            NotFound: There is no such investor.
            Ambiguous: Several match.
        """
        context = self._context
        whose = self._investors.get(investor)
        return reports.on_investor(context.session, context.actor, self._policy, whose.id, today=context.today)

    @lists(Right.READ)
    def pool(self, **selection: Unpack[PoolSelection]) -> Listing[PoolRow]:
        """Return the leads in the pipeline that no unit holds (公海), longest in the pool first. One statement.

        Args:
            **selection: The filters of leads (:class:`crm.rules.leads.filters.LeadFilters`), and the part that is read
                (:class:`crm.rules.kernel.paging.Paging`).
        """
        context = self._context
        with Checks() as check:
            where = self._narrowed(check, selection)
            window = check.window(selection, among=PoolSelection)
        rows = reports.pool(context.session, context.actor, context.policy(), today=context.today, where=where)
        return rows.within(window)
