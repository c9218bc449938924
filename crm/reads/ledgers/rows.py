"""The two ledgers as rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from attrs import frozen

from crm.reads.kernel.rows import Described
from crm.values.moments import LocalTime
from crm.values.money import Money

if TYPE_CHECKING:
    from crm.changes import Change
    from crm.reads.evidence import EvidenceRow
    from crm.reads.industries import IndustryRow


@frozen(kw_only=True)
class EntryRow(Described):
    """An entry of a ledger.

    Attributes:
        id: Its number.
        uid: Its uid.
        lead_id: Of which lead.
        lead: The lead's title.
        kind: What sort of capital, or what the contract does.
        amount: As it was recorded; negative for what is taken back.
        told_in: The unit in which the amount was told, or None.
        usd: Its value in US dollars, once it is confirmed.
        cny: Its value in yuan, once it is confirmed.
        usd_rate: US dollars for one unit of its currency, in 10^-10.
        cny_rate: Yuan for one unit of its currency, in 10^-10.
        rate_source: The table of these rates.
        rate_on: The day of these rates.
        place: The bank, or the place of signing.
        immediate_country: From where it came.
        ultimate_country: Of the investor behind it.
        industry: GB/T 4754-2017.
        unit: The unit that had the lead when it was recorded.
        method: The statistical method (口径).
        reference: The document it rests on.
        evidence_id: That document, where it is on record.
        state: reported, verified or confirmed.
        submitted_by: Who submitted it.
        verified_by: Who verified it, or None.
        confirmed_by: Who confirmed it, or None.
        recorded_on: The bureau's day of recording.
        reverses_id: The entry this one reverses.
        replaces_id: The reversed entry that this one corrects.
        reversed: Another entry reverses this one.
        reason: Of what is taken back: why.
        version: Grows by one with each signature.
    """

    id: int
    uid: UUID
    lead_id: int
    lead: str
    kind: str
    amount: Money
    told_in: str | None
    usd: Money | None
    cny: Money | None
    usd_rate: int | None
    cny_rate: int | None
    rate_source: str | None
    rate_on: date | None
    place: str | None
    immediate_country: str | None
    ultimate_country: str | None
    industry: str | None
    unit: str | None
    method: str | None
    reference: str
    evidence_id: int | None
    state: str
    submitted_by: str
    verified_by: str | None
    confirmed_by: str | None
    recorded_on: date
    reverses_id: int | None
    replaces_id: int | None
    reversed: bool
    reason: str | None
    version: int


@frozen(kw_only=True)
class ArrivalRow(EntryRow):
    """An entry of the ledger of arrivals.

    Attributes:
        arrived_on: The bureau's day on which the money arrived.
        moment: When it arrived at the place, where the hour is known.
    """

    arrived_on: date
    moment: LocalTime | None


@frozen(kw_only=True)
class ContractRow(EntryRow):
    """An entry of the ledger of contract amounts.

    Attributes:
        agreed_on: The day of the contract.
    """

    agreed_on: date


@frozen(kw_only=True)
class SumRow:
    """The sum of the entries in one currency.

    Attributes:
        currency: ISO 4217.
        entries: How many there are, reversals among them.
        amount: Their sum.
        confirmed: How many of them are confirmed.
        usd: What the confirmed ones are worth in US dollars.
        cny: What the confirmed ones are worth in yuan.
    """

    currency: str
    entries: int
    amount: Money
    confirmed: int
    usd: Money
    cny: Money


@frozen(kw_only=True)
class SignatureRow:
    """A signature of a step, with its author and time.

    Attributes:
        step: reported, verified or confirmed.
        by: The member of staff.
        at: When.
    """

    step: str
    by: str
    at: datetime


@frozen(kw_only=True)
class EntryCard:
    """An entry with its signatures, evidence, reversal, correction and audit.

    Attributes:
        row: The entry itself, an ArrivalRow or a ContractRow.
        signatures: Who signed it, in order.
        evidence: The document it rests on, where it is on record.
        reversed_by: The entry that reverses it.
        replaced_by: The entry that was recorded in its place.
        industry: Its industry, or the narrowest known one that this lies in; None without one.
        audit: Its audit entries, latest first; empty for who may not read the audit.
    """

    row: EntryRow
    signatures: tuple[SignatureRow, ...]
    evidence: EvidenceRow | None
    reversed_by: EntryRow | None
    replaced_by: EntryRow | None
    industry: IndustryRow | None
    audit: tuple[Change, ...]
