"""Referrals as rows."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from attrs import frozen

from crm.values.money import Money


@frozen
class ReferralRow:
    """A referral, and the state of its lead. The order of its fields is that of the statement's columns.

    Attributes:
        id: Its number.
        uid: Its uid.
        referrer: Who brought it.
        party: The referrer as one number: an investor's id, or a contact's below zero.
        brought: The investor that was brought.
        brought_id: Its id.
        lead_id: Its lead.
        lead: The lead's title.
        stage: The lead's stage.
        status: The lead's status.
        landed_on: The day it landed, or None.
        arrived: Verified capital by currency.
        channel: By which way.
        strength: How much the introduction did.
        points: Share of the credit in basis points.
        introduced_on: The day of the introduction.
        expires_on: The last day on which it can be earned.
        state: recorded, confirmed, declined or withdrawn; or expired, when the lead was not signed by its last day.
        confirmed_on: The day the brought party confirmed it, or None.
        version: For optimistic writes.
        confirmed_contact_id: Who of the party that was brought confirmed it, or None.
        evidence_id: The document that shows it, or None.
        note: How it came about, or None.
        reason: Why it was declined or withdrawn, or None.
    """

    id: int
    uid: UUID
    referrer: str
    party: int
    brought: str
    brought_id: int
    lead_id: int
    lead: str
    stage: str
    status: str
    landed_on: date | None
    arrived: tuple[Money, ...]
    channel: str
    strength: str
    points: int
    introduced_on: date
    expires_on: date
    state: str
    confirmed_on: date | None
    version: int
    confirmed_contact_id: int | None = None
    evidence_id: int | None = None
    note: str | None = None
    reason: str | None = None


@frozen(kw_only=True)
class ReferralTree:
    """The referrals around one party, to any depth.

    Attributes:
        party: The party in the middle, as one number.
        name: Its name.
        down: Whom it brought, and whom these brought: every referral once.
        up: Who brought it, and who brought these: every referral once.
    """

    party: int
    name: str
    down: tuple[ReferralRow, ...]
    up: tuple[ReferralRow, ...]


@frozen(kw_only=True)
class CreditRow:
    """The credit of a referrer in a period.

    Attributes:
        party: The referrer as one number: an investor's id, or a contact's below zero.
        referrer: Its name.
        leads: Leads it brought that were introduced in the period.
        signed: Those of them that were signed.
        landed: Those of them that have landed.
        capital: Its shares of the verified capital that arrived in the period on leads it brought, by currency.
        chain_leads: Leads that those it brought have brought in turn, at any depth; shown, not earned.
        chain_capital: Verified capital of the period on these, by currency; shown, not earned.
    """

    party: int
    referrer: str
    leads: int
    signed: int
    landed: int
    capital: tuple[Money, ...]
    chain_leads: int
    chain_capital: tuple[Money, ...]
