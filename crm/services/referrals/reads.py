"""Reading referrals: one, lists, trees, and the credit of a period."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Unpack
from uuid import UUID

from sqlalchemy import ColumnElement

from crm.models import Channel, Contact, Investor, Referral, ReferralStatus
from crm.reads.kernel.listing import Known, Listing
from crm.reads.referrals import credit as referral_credit
from crm.reads.referrals import queries as reports
from crm.reads.referrals.rows import CreditRow, ReferralRow, ReferralTree
from crm.refusals import not_one_of
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.services.investors.base import FindsInvestors
from crm.services.investors.loading import LoadsContacts
from crm.services.kernel.context import Context
from crm.services.kernel.finding import find
from crm.services.kernel.periods import PeriodRef, period_of
from crm.services.kernel.refs import LeadRef, ReferralRef
from crm.services.kernel.verbs import lists, reads
from crm.services.leads.base import FindsLeads, ensure_shown

PartyRef = Investor | Contact | int | UUID | str
Direction = Literal["down", "up", "both"]


class ReferralReads(FindsInvestors, LoadsContacts, FindsLeads):
    """The reads of referrals, as far as the actor may see their leads."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def get(self, ref: ReferralRef) -> Referral:
        """Return the referral of this id or uid.

        Args:
            ref: The referral: its id or uid.

        Raises:
            NotFound: There is none, or its lead is confidential and not the actor's.
        """
        referral = find(self._context.session, Referral, ref, what="referral")
        ensure_shown(self._context, referral.lead_id, "referral", ref)
        return referral

    @lists(Right.READ)
    def list(
        self,
        *,
        lead: LeadRef | None = None,
        referrer: PartyRef | None = None,
        channel: Channel | str | None = None,
        withdrawn: bool = False,
        **paging: Unpack[Paging],
    ) -> Listing[ReferralRow]:
        """Return referrals of leads that the actor may see, in the order of their introduction.

        Args:
            lead: Those of one lead.
            referrer: Those of one organisation, or of one contact that is passed as a record.
            channel: Those of one channel.
            withdrawn: Those that were withdrawn too.
        """
        context = self._context
        where: list[ColumnElement[bool]] = []
        with Checks() as check:
            if lead is not None:
                whose = check.take(lambda: self._leads.get(lead), "lead")
                where.append(Referral.lead_id == (whose.id if whose else None))
            if referrer is not None:
                party = self._party(check, referrer, person=isinstance(referrer, Contact))
                column = Referral.referrer_contact_id if isinstance(party, Contact) else Referral.referrer_investor_id
                where.append(column == (party.id if party else None))
            if channel is not None:
                where.append(Referral.channel == check.choice(Channel, channel, "channel"))
            if not check.flag(withdrawn, "withdrawn"):
                where.append(Referral.status != ReferralStatus.WITHDRAWN)
            window = check.window(paging)
        return reports.referrals(
            context.session, context.actor, context.policy(), today=context.today, where=where
        ).within(window)

    @reads(Right.READ)
    def tree(self, party: PartyRef, *, person: bool = False, direction: Direction = "both") -> ReferralTree:
        """Return who referred whom around an investor or contact, to any depth, with stages and capital.

        Args:
            party: An investor; or a contact.
            person: *party* names a contact.
            direction: down: whom it brought; up: who brought it; both.

        Raises:
            InvalidInput: Another direction.
        """
        context = self._context
        with Checks() as check:
            root = self._party(check, party, person=check.flag(person, "person") or isinstance(party, Contact))
            if str(direction) not in {"down", "up", "both"}:
                check.add(not_one_of(direction, ("down", "up", "both"), "direction"))
        assert root is not None  # noqa: S101 - the checks are settled
        return reports.tree(
            context.session,
            context.actor,
            context.policy(),
            root.id if isinstance(root, Investor) else -root.id,
            today=context.today,
            down=direction != "up",
            up=direction != "down",
        )

    @lists(Right.READ)
    def credit(self, period: PeriodRef | None = None, **paging: Unpack[Paging]) -> Listing[CreditRow]:
        """Return referrers with their credit in a period: landed, signed and referred leads, and capital.

        Args:
            period: A year, text such as ``2022Q4``, or this year.
        """
        context = self._context
        with Checks() as check:
            span = period_of(check, period, context.today)
        rows = referral_credit.credit(context.session, context.actor, context.policy(), span, today=context.today)
        return Known.of(context.session, rows, paging)

    def _party(self, check: Checks, ref: PartyRef, *, person: bool) -> Investor | Contact | None:
        get: Callable[[Any], Investor | Contact] = self._contacts.get if person else self._investors.get
        found: Investor | Contact | None = check.take(lambda: get(ref), "referrer")
        return found
