"""Referrals (以商招商): recorded before the lead is signed, confirmed by the referred party."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from crm.errors import N_, AccessDenied, problem
from crm.models import Channel, Contact, Employment, Investor, Lead, Referral, ReferralStatus, Strength
from crm.models.base import standing
from crm.reads.kernel.listing import Page
from crm.reads.referrals.edges import STANDING
from crm.reads.referrals.rows import ReferralRow
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import by_column, counted
from crm.rules.referrals import ReferralConfirmation, ReferralDetails, ReferralEnd
from crm.services.kernel.locks import lock_rows, lock_tables
from crm.services.kernel.refs import ContactRef, EvidenceRef, LeadRef, ReferralRef
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, replayed
from crm.services.leads.referral_checks import channel_of, ensure_recordable, room_for, shares_of, valid_referrals
from crm.services.referrals.corrections import ReferralCorrections
from crm.services.referrals.reads import PartyRef
from crm.values.text import REASON

#: A referral in the shares of a lead.
K = TypeVar("K", bound=ReferralRef)


class Referrals(ReferralCorrections):
    """Referrals of leads; handed out by :class:`crm.CRM`."""

    @writes(Right.REFERRAL_ADD, by_record=True)
    def add(
        self,
        lead: LeadRef,
        referrer: PartyRef,
        *,
        person: bool = False,
        channel: Channel | str | None = None,
        introduced: date | str | None = None,
        strength: Strength | str = Strength.MEDIUM,
        credit: int | str | None = None,
        evidence: EvidenceRef | None = None,
        note: str | None = None,
        uid: UUID | str | None = None,
    ) -> Referral:
        """Record who referred a lead.

        The moment of recording decides whether it is in time, not the entered day.

        Args:
            lead: The lead that was brought, not signed yet.
            referrer: The investor, chamber, association or other organisation that brought it; or a contact.
            person: *referrer* names a contact.
            channel: peer (以商招商), chain (产业链), chamber (商会), intermediary (中介) or commission (委托); by default what
                the kind of the referrer suggests.
            introduced: The day of the introduction, by default today; never in the future.
            strength: The strength of the introduction: strong, medium or weak.
            credit: Percentage of the credit; by default all that is left of the whole.
            evidence: A document of the lead that shows it.
            note: How it came about.
            uid: Makes the call safe to repeat.

        Returns:
            The referral, flushed, in status recorded.

        Raises:
            InvalidInput: Invalid arguments, all of them named; a self-referral; one inside a group.
            AccessDenied: The lead belongs to another station or unit.
            Archived: The referrer is archived.
            Conflict: The lead is signed already; the referrer brought it already; no credit is left; the referral
                closes a cycle; the uid is in use with other content.
        """
        context = self._context
        whose = self._leads.get(lead)
        actor = context.require_on(Right.REFERRAL_ADD, whose)
        with Checks() as check:
            party = self._party(check, referrer, person=check.flag(person, "person") or isinstance(referrer, Contact))
            arguments = {
                "channel": channel_of(party) if channel is None else channel,
                "introduced": context.today if introduced is None else introduced,
                "strength": strength,
                "credit": credit,
                "evidence": evidence,
                "note": note,
            }
            values = check.fields(
                ReferralDetails, arguments, today=context.today, evidence=lambda ref: self._paper(ref, whose)
            )
        values |= {
            "referrer_investor_id": party.id if isinstance(party, Investor) else None,
            "referrer_contact_id": party.id if isinstance(party, Contact) else None,
        }
        content = counted(ReferralDetails, values) | {"lead": str(whose.uid)}
        named = content.pop("introduced_on")
        content["introduced"] = None if introduced is None else named
        found, identity = replayed(context, Referral, uid, content)
        if found is not None:
            return found
        assert party is not None  # noqa: S101 - the checks are settled
        pipeline = context.policy()
        ensure_recordable(context, whose, party, values["introduced_on"], pipeline)
        values["points"] = room_for(party, valid_referrals(context.session, whose.id), values["points"])
        with Writing(context, "referral.add", whole=bool(identity)) as write:
            referral = Referral(
                **values,
                **identity,
                lead_id=whose.id,
                expires_on=pipeline.referrals.expires_on(values["introduced_on"]),
                recorded_on=context.today,
                recorded_at=context.now(),
                recorded_by_id=actor.id,
                status=ReferralStatus.RECORDED,
            )
            write.add(referral)
        return referral

    @writes(Right.REFERRAL_CONFIRM, by_record=True)
    def confirm(
        self,
        ref: ReferralRef,
        contact: ContactRef,
        *,
        on: date | str | None = None,
        version: int | None = None,
    ) -> Referral:
        """Record that the referred party confirmed a referral; not for the person who recorded it.

        Args:
            ref: The referral.
            contact: Who of the brought investor confirmed it.
            on: The day they did, by default today; not before the introduction, never in the future.
            version: The version the caller saw.

        Raises:
            InvalidInput: The contact does not work for the brought investor; a day that cannot be.
            AccessDenied: The actor recorded the referral, or the lead is another station's or unit's.
            Conflict: It is confirmed already, or has ended.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        referral, whose = self._of(ref, Right.REFERRAL_CONFIRM)
        actor = context.acting()
        # The table before a row: a merge of contacts locks both in this order.
        lock_tables(context.session, Referral)
        with Checks() as check:
            arguments = {"on": context.today if on is None else on, "contact": contact}
            values = check.fields(
                ReferralConfirmation,
                arguments,
                today=context.today,
                contact=lambda ref: self._contacts.get(ref, investor=whose.investor_id, keep=True),
            )
            day, witness = values["confirmed_on"], check.records.get("contact")
            if day is not None and day < referral.introduced_on:
                check.wrong(
                    N_("It was introduced on {day}; the confirmation cannot be earlier."),
                    N_("Give the day they confirmed it."),
                    field="on",
                    code="order",
                    day=referral.introduced_on,
                )
            if witness is not None and not self._works_at(witness, whose.investor_id):
                check.wrong(
                    N_("{name} does not work for the referred investor."),
                    N_("Name one of its people: crm contact list INVESTOR"),
                    field="contact",
                    code="stranger",
                    name=witness.name,
                )
        if referral.recorded_by_id == actor.id:
            raise AccessDenied(
                problem(
                    N_("{actor} recorded this referral; another person has to record the confirmation."),
                    N_("Ask a colleague."),
                    code="own_referral",
                    actor=actor.username,
                )
            )
        self._ensure_status(referral, ReferralStatus.RECORDED)
        with Writing(context, "referral.confirm") as write:
            write.change(
                referral,
                version=version,
                status=ReferralStatus.CONFIRMED,
                confirmed_by_id=actor.id,
                **values,
            )
        return referral

    @writes(Right.REFERRAL_END, by_record=True)
    def decline(self, ref: ReferralRef, *, reason: str, version: int | None = None) -> Referral:
        """Record that the referred party denies a referral; its credit is free again.

        Args:
            ref: The referral, by id or uid.
            reason: Why.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: The lead belongs to another station or unit.
            Conflict: It has been confirmed, or has ended.
        """
        return self._end(ref, ReferralStatus.DECLINED, reason, version, ReferralStatus.RECORDED)

    @writes(Right.REFERRAL_END, by_record=True)
    def withdraw(self, ref: ReferralRef, *, reason: str, version: int | None = None) -> Referral:
        """Withdraw a referral, confirmed or not; its credit is free again. :meth:`restore` brings it back.

        Args:
            ref: The referral, by id or uid.
            reason: Why.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: The lead belongs to another station or unit.
            Conflict: It has ended already.
        """
        return self._end(ref, ReferralStatus.WITHDRAWN, reason, version, *STANDING)

    @writes(Right.REFERRAL_SHARE)
    def share(self, lead: LeadRef, shares: Mapping[K, int | str], *, reason: str) -> Page[ReferralRow]:
        """Change the shares of all referrals of a lead at once.

        Args:
            lead: The lead.
            shares: Percentages by referral, of each active one; together at most 100.
            reason: Why.

        Returns:
            The referrals of the lead.

        Raises:
            InvalidInput: More than 100 %, a referral of another lead, or one left out.
            AccessDenied: Only a manager or an admin does this.
        """
        context = self._context
        whose = self._leads.get(lead)
        lock_tables(context.session, Referral)
        lock_rows(context.session, Lead, [whose.id])
        theirs = valid_referrals(context.session, whose.id)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            parts = shares_of(check, shares, theirs)
        with Writing(context, "referral.share", why, whole=True) as write:
            write.change_all((their, {"points": parts[their.id]}) for their in theirs)
        return self.list(lead=whose, withdrawn=True)

    def _end(
        self, ref: ReferralRef, status: ReferralStatus, reason: str, version: int | None, *allowed: ReferralStatus
    ) -> Referral:
        context = self._context
        referral, _ = self._of(ref, Right.REFERRAL_END)
        with Checks() as check:
            values = check.fields(ReferralEnd, {"reason": reason})
        self._ensure_status(referral, *allowed)
        undone = dict.fromkeys(by_column(ReferralConfirmation))
        with Writing(context, f"referral.{_VERBS[status]}", values["reason"]) as write:
            write.change(
                referral,
                version=version,
                status=status,
                confirmed_by_id=None,
                **values | undone,
            )
        return referral

    def _of(self, ref: ReferralRef, right: Right) -> tuple[Referral, Lead]:
        """Return a referral and its lead if the actor has *right* on them."""
        context = self._context
        referral = self.get(ref)
        whose = context.session.get_one(Lead, referral.lead_id)
        context.require_on(right, whose)
        return referral, whose

    def _works_at(self, contact: Contact, investor_id: int) -> bool:
        employed = select(Employment.id).where(
            Employment.contact_id == contact.id, Employment.investor_id == investor_id, standing(Employment)
        )
        return self._context.session.scalar(employed.limit(1)) is not None


_VERBS = {ReferralStatus.DECLINED: "decline", ReferralStatus.WITHDRAWN: "withdraw"}
