"""Referrals corrected and restored; see :mod:`crm.services.kernel.corrections`."""

from __future__ import annotations

from typing import Unpack

from crm.errors import N_, Conflict, InvalidInput, problem
from crm.models import Contact, Evidence, Investor, Lead, Referral, ReferralStatus
from crm.reads.referrals.edges import STANDING
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.referrals import ReferralChanges
from crm.services.kernel.corrections import correcting, ensure_standing, ensure_withdrawn
from crm.services.kernel.papers import standing_paper
from crm.services.kernel.refs import ReferralRef
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing
from crm.services.leads.referral_checks import ensure_allowed, hold_parties, room_for, valid_referrals
from crm.services.referrals.reads import ReferralReads

_RESTORE = "crm referral restore"


class ReferralCorrections(ReferralReads):
    """Referrals edited and restored. A withdrawn one has the status withdrawn, and its credit is free."""

    @writes(Right.RECORD_CORRECT, by_record=True)
    def edit(
        self,
        ref: ReferralRef,
        *,
        reason: str | None = None,
        version: int | None = None,
        **changes: Unpack[ReferralChanges],
    ) -> Referral:
        """Correct a referral; what is not passed stays as it is. Its share is changed by :meth:`share`.

        Another day of the introduction changes the last day on which the credit can be earned, by the policy under
        which it was recorded. That it was recorded before the signing does not change.

        Args:
            ref: The referral, recorded or confirmed.
            reason: Why; required of those who correct what another recorded, or later than the policy's days.
            version: The version the caller saw.
            **changes: channel, introduced, strength, evidence and note.

        Raises:
            InvalidInput: Invalid arguments, all of them named; the reason is missing; a day after that of recording.
            AccessDenied: Another recorded it, or too long ago.
            Archived: The referrer is archived.
            Conflict: It has ended; it would close a circle; it was confirmed before the new day.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        referral = self.get(ref)
        why = correcting(context, referral, reason).reason
        ensure_standing(referral, _RESTORE)
        self._ensure_status(referral, *STANDING)
        lead, party = self._both(referral)
        with Checks() as check:
            values = check.fields(
                ReferralChanges, dict(changes), today=referral.recorded_on, evidence=lambda ref: self._paper(ref, lead)
            )
            day = values.get("introduced_on", referral.introduced_on)
            if day is not None and referral.confirmed_on is not None and referral.confirmed_on < day:
                check.wrong(
                    N_("It was confirmed on {day}; the introduction cannot be later."),
                    N_("Give an earlier day; or withdraw it, and record it again: crm referral withdraw"),
                    field="introduced",
                    code="order",
                    day=referral.confirmed_on,
                )
        hold_parties(context, lead, party)
        if day != referral.introduced_on:
            policy = context.policy(referral.recorded_on)
            ensure_allowed(context, lead.investor_id, party, day, policy, lead=lead, but=referral.id)
            values["expires_on"] = policy.referrals.expires_on(day)
        with Writing(context, "referral.edit", why) as write:
            write.change(referral, version=version, **values)
        return referral

    @writes(Right.RECORD_CORRECT, by_record=True)
    def restore(self, ref: ReferralRef, *, reason: str | None = None, version: int | None = None) -> Referral:
        """Restore a withdrawn referral with its share, if it could be recorded again as it is.

        It was recorded in time, so the lead may be signed since. It is recorded again, and confirmed anew.

        Args:
            ref: The referral.
            reason: Why; required of those who restore what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing; the referrer belongs to the group of the referred party.
            AccessDenied: Another recorded it, or too long ago.
            Archived: The referrer is archived.
            Conflict: It is not withdrawn; its share is not free; the referrer has another; it would close a circle.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        referral = self.get(ref)
        why = correcting(context, referral, reason).reason
        ensure_withdrawn(referral)
        lead, party = self._both(referral)
        hold_parties(context, lead, party)
        policy = context.policy(referral.recorded_on)
        ensure_allowed(context, lead.investor_id, party, referral.introduced_on, policy, lead=lead)
        room_for(party, valid_referrals(context.session, lead.id), referral.points)
        with Writing(context, "referral.restore", why) as write:
            write.change(referral, version=version, status=ReferralStatus.RECORDED, reason=None)
        return referral

    def _both(self, referral: Referral) -> tuple[Lead, Investor | Contact]:
        """Return the lead of a referral, and who brought it."""
        session = self._context.session
        lead = session.get_one(Lead, referral.lead_id)
        if referral.referrer_contact_id is not None:
            return lead, session.get_one(Contact, referral.referrer_contact_id)
        return lead, session.get_one(Investor, referral.referrer_investor_id)

    @staticmethod
    def _ensure_status(referral: Referral, *allowed: ReferralStatus) -> None:
        if referral.status not in allowed:
            raise Conflict(
                problem(
                    N_("The referral is {status}."),
                    N_("Record another, if there is one: crm referral add"),
                    code="status",
                    status=referral.status.value,
                )
            )

    def _paper(self, ref: object, lead: Lead) -> Evidence:
        paper = standing_paper(self._context, ref)
        if paper.lead_id != lead.id:
            raise InvalidInput(
                problem(
                    N_("Evidence {id} is not of this lead."),
                    N_("Name one of this lead's: crm lead show LEAD"),
                    field="evidence",
                    code="stranger",
                    id=paper.id,
                )
            )
        return paper
