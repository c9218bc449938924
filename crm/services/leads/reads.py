"""Reading leads: one with all its parts, lists, the board, and histories."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Unpack

from attrs import evolve

from crm.models import Lead
from crm.reads.kernel.listing import Listing
from crm.reads.leads import history as past
from crm.reads.leads import queries as reports
from crm.reads.leads.filters import order
from crm.reads.leads.rows import AssignmentRow, BoardColumn, HistoryRow, LeadCard, LeadRow, StageTime
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.leads.filters import LeadFilters, LeadOrder, LeadSelection
from crm.services.kernel.refs import LeadRef
from crm.services.kernel.verbs import lists, reads
from crm.services.leads.arguments import LeadArguments
from crm.values.text import TITLE

if TYPE_CHECKING:
    from crm.reads.leads.timeline import TimelineRow


class LeadReads(LeadArguments):
    """The reads of leads, as far as the actor may see them."""

    @reads(Right.READ)
    def get(self, ref: LeadRef) -> Lead:
        """Return the lead with this id, uid, title, code name, or unique part of its title or its investor's names.

        If there is none, its project company is tried: the credit code, or a unique part of the name. An expansion of a
        lead that the actor may not see is returned as a copy of no session, without the number of that lead and without
        the company that both have.

        Args:
            ref: The lead: its id, uid, title, or a unique part of its title or its investor's names.

        Raises:
            NotFound: There is none.
            Ambiguous: Several fit; those still in the pipeline are listed first.
            AccessDenied: It is confidential, and not the actor's.
        """
        return self._as_shown(self._whole(ref))

    @reads(Right.READ)
    def show(self, ref: LeadRef, *, today: date | None = None) -> LeadCard:
        """Return everything about a lead, and what is missing for its next stage.

        Args:
            ref: The lead: its id, uid, title, or a unique part of its title or its investor's names.
            today: The reference day; by default today.
        """
        from crm.reads.leads.card import card

        lead = self._whole(ref)
        return card(
            self._context.session,
            self._context.actor,
            lead.id,
            self._context.policy(),
            today=self._context.on(today),
        )

    @lists(Right.READ)
    def list(self, text: str | None = None, **selection: Unpack[LeadSelection]) -> Listing[LeadRow]:
        """Return leads, latest move first. One statement, and one for each name to look up.

        Args:
            text: A part of the title, or what the investor is found by.
            **selection: Filters (:class:`crm.rules.leads.filters.LeadFilters`), ``sort``, and the part that is read
                (:class:`crm.rules.kernel.paging.Paging`).
        """
        with Checks() as check:
            where = self._narrowed(check, selection)
            words = None if text is None else check.text(text, "text", TITLE)
            by = check.choice(LeadOrder, selection.get("sort") or LeadOrder.MOVED, "sort")
            window = check.window(selection, among=LeadSelection)
        found = reports.leads(
            self._context.session,
            self._context.actor,
            self._context.policy(),
            today=self._context.today,
            text=words,
            where=where,
        )
        return evolve(found, keys=order(self._context.actor, by), window=window)

    @reads(Right.READ)
    def board(
        self,
        *,
        today: date | None = None,
        closed: bool = False,
        limit: int | None = None,
        **filters: Unpack[LeadFilters],
    ) -> tuple[BoardColumn, ...]:
        """Return the pipeline by stage, with counts, sums by currency, and days of each lead at its stage.

        Two statements, and one for each name to look up.

        Args:
            today: The reference day.
            closed: Lost, abandoned and exited leads too.
            limit: The maximum number of leads of each stage, those that stand longest; None: all. Counts and sums are
                of all of them.
            **filters: See :class:`crm.rules.leads.filters.LeadFilters`.
        """
        with Checks() as check:
            where = self._narrowed(check, filters)
            most = check.count(limit, "limit")
        return reports.board(
            self._context.session,
            self._context.actor,
            self._context.policy(),
            today=self._context.on(today),
            where=where,
            closed=closed,
            limit=most,
        )

    @lists(Right.READ)
    def stale(self, *, today: date | None = None, **selection: Unpack[LeadSelection]) -> Listing[LeadRow]:
        """Return leads without activity for longer than their stage allows, or on hold past their day of review.

        A move is activity, and so are a meeting, a follow-up that was done and a document. Those that did not move for
        longest come first. One statement, and one for each name to look up.

        Args:
            today: The reference day.
            **selection: As for :meth:`list`.
        """
        with Checks() as check:
            where = self._narrowed(check, selection)
            by = selection.get("sort")
            chosen = None if by is None else check.choice(LeadOrder, by, "sort")
            window = check.window(selection, among=LeadSelection)
        found = reports.stale(
            self._context.session,
            self._context.actor,
            self._context.policy(),
            today=self._context.on(today),
            where=where,
        )
        keys = found.keys if chosen is None else order(self._context.actor, chosen)
        return evolve(found, keys=keys, window=window)

    @reads(Right.READ)
    def history(self, ref: LeadRef) -> tuple[HistoryRow, ...]:
        """Return the transitions of a lead in order.

        Args:
            ref: The lead: its id, uid, title, or a unique part of its title or its investor's names.
        """
        return past.history(self._context.session, self._whole(ref).id)

    @reads(Right.READ)
    def timeline(self, ref: LeadRef) -> tuple[TimelineRow, ...]:
        """Return what happened to a lead, by day.

        Moves, meetings, documents, both ledgers, follow-ups, handovers and corrections, with what was withdrawn.

        Args:
            ref: The lead: its id, uid, title, or a unique part of its title or its investor's names.
        """
        from crm.reads.leads.timeline import timeline

        context = self._context
        return timeline(context.session, context.actor, self._whole(ref).id, today=context.today)

    @reads(Right.READ)
    def times(self, ref: LeadRef, *, today: date | None = None) -> tuple[StageTime, ...]:
        """Return the days of a lead at each stage.

        Args:
            ref: The lead: its id, uid, title, or a unique part of its title or its investor's names.
            today: The reference day; by default today.
        """
        return past.times(self.history(ref), today=self._context.on(today))

    @reads(Right.READ)
    def assignments(self, ref: LeadRef) -> tuple[AssignmentRow, ...]:
        """Return the owners, units and stations of a lead over time.

        Args:
            ref: The lead: its id, uid, title, or a unique part of its title or its investor's names.
        """
        return past.assignments(self._context.session, self._whole(ref).id)
