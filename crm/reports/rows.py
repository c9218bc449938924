"""The rows that lists and cards are made of. Their field names are the keys of ``--json`` and stay stable."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from attrs import frozen

from crm.reports.claim_rows import ClaimRow
from crm.reports.identifier_rows import IdentifierRow
from crm.reports.industries import IndustryRow
from crm.reports.ledger_rows import ArrivalRow, ContractRow
from crm.reports.referral_rows import ReferralRow
from crm.rules.stages import Missing
from crm.values.moments import LocalTime
from crm.values.money import Money


@frozen(kw_only=True)
class StationRow:
    """A station with what it has to show."""

    id: int
    code: str
    name: str
    name_en: str
    country: str
    zone: str
    host: str | None
    languages: tuple[str, ...]
    status: str
    since: date | None
    staff: int
    leads: int
    meetings: int


@frozen(kw_only=True)
class StationEventRow:
    """One dated step of a station's history."""

    number: int
    status: str
    since: date
    note: str | None


@frozen(kw_only=True)
class StationCard:
    """A station with its history."""

    row: StationRow
    history: tuple[StationEventRow, ...]


@frozen(kw_only=True)
class UnitRow:
    """A unit."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str


@frozen(kw_only=True)
class StaffRow:
    """A member of staff, with the codes of their place."""

    id: int
    username: str
    name: str
    role: str
    station: str | None
    unit: str | None
    archived: bool


@frozen(kw_only=True)
class LeadRow:
    """A lead as lists show it.

    Attributes:
        title: The title; of a confidential lead, to others, its code name.
        investor: The investor's name; None where it is masked.
        days_in_stage: Whole days since it entered its stage.
        masked: The row shows a confidential lead to someone who may not see it.
    """

    id: int
    uid: UUID
    title: str
    investor: str | None
    investor_id: int | None
    stage: str
    status: str
    cycle: int
    expected: Money | None
    industry: str | None
    station: str | None
    unit: str | None
    owner: str | None
    received_on: date
    entered_on: date
    moved_on: date
    landed_on: date | None
    days_in_stage: int
    confidential: bool
    masked: bool
    version: int


@frozen(kw_only=True)
class BoardColumn:
    """One stage of the board.

    Attributes:
        stage: Its code.
        label: Its English label.
        count: How many leads stand there.
        amounts: The sum of their expected amounts, one for each currency; currencies are never added up.
        leads: They, those that stand longest first.
    """

    stage: str
    label: str
    count: int
    amounts: tuple[Money, ...]
    leads: tuple[LeadRow, ...]


@frozen(kw_only=True)
class HistoryRow:
    """One transition."""

    number: int
    kind: str
    from_stage: str | None
    to_stage: str
    from_status: str | None
    to_status: str
    cycle: int
    occurred_on: date
    recorded_at: datetime
    actor: str
    reason: str | None
    review_on: date | None
    competitor: str | None


@frozen(kw_only=True)
class StageTime:
    """One stay in a stage; *left_on* is None while it lasts, and *days* counts up to today then."""

    stage: str
    cycle: int
    entered_on: date
    left_on: date | None
    days: int


@frozen(kw_only=True)
class EnterpriseRow:
    """A project company."""

    id: int
    name: str
    credit_code: str | None
    licensed_on: date | None
    filing: str | None


@frozen(kw_only=True)
class EvidenceRow:
    """A document on record."""

    id: int
    kind: str
    dated_on: date
    reference: str
    sha256: str | None
    amount: Money | None
    submitted_by: str
    confirmed_by: str | None


@frozen(kw_only=True)
class AssignmentRow:
    """Whose hands a lead went into."""

    number: int
    station: str | None
    unit: str | None
    owner: str | None
    assigned_at: datetime
    actor: str
    reason: str | None


@frozen(kw_only=True)
class MeetingRow:
    """A meeting as lists show it."""

    id: int
    uid: UUID
    investor: str
    investor_id: int
    lead_id: int | None
    lead: str | None
    kind: str
    at: LocalTime
    place: str | None
    summary: str
    contacts: tuple[str, ...]
    staff: tuple[str, ...]
    station: str | None
    brand: str | None


@frozen(kw_only=True)
class FollowUpRow:
    """A promise; *days_left* is negative when it is overdue, and None when it is done."""

    id: int
    text: str
    owner: str
    due_on: date
    done_at: datetime | None
    result: str | None
    investor: str
    lead_id: int | None
    lead: str | None
    overdue: bool
    days_left: int | None


@frozen(kw_only=True)
class MeetingCard:
    """A meeting with its minutes, as (kind, text), and what was promised."""

    row: MeetingRow
    minutes: tuple[tuple[str, str], ...]
    followups: tuple[FollowUpRow, ...]


@frozen(kw_only=True)
class LeadCard:
    """Everything about one lead.

    *missing* is what stands between it and *next_stage*; *undone* what it had when it came so far, and has no more.
    *industry* is the narrowest known industry that its code is or lies in.
    """

    row: LeadRow
    industry: IndustryRow | None
    note: str | None
    source: str
    parent_id: int | None
    enterprise: EnterpriseRow | None
    assignments: tuple[AssignmentRow, ...]
    evidence: tuple[EvidenceRow, ...]
    arrivals: tuple[ArrivalRow, ...]
    contracts: tuple[ContractRow, ...]
    meetings: tuple[MeetingRow, ...]
    followups: tuple[FollowUpRow, ...]
    referrals: tuple[ReferralRow, ...]
    claims: tuple[ClaimRow, ...]
    next_stage: str | None
    missing: tuple[Missing, ...]
    undone: tuple[Missing, ...]


@frozen(kw_only=True)
class NameRow:
    """One of an investor's names."""

    text: str
    language: str
    kind: str


@frozen(kw_only=True)
class ContactRow:
    """A person and where they work."""

    id: int
    name: str
    title: str | None
    email: str | None
    phone: str | None
    investor: str
    since: date | None
    until: date | None


@frozen(kw_only=True)
class InvestorRow:
    """An investor as lists show it.

    Attributes:
        leads: How many leads it has that the reader may see by name.
        claimed_by: Codes of the units whose claims stand on these leads, held or contested.
        matching: The name it was found by, where that is not the one shown.
    """

    id: int
    uid: UUID
    name: str
    country: str
    kind: str
    names: tuple[str, ...]
    leads: int
    claimed_by: tuple[str, ...]
    archived: bool
    matching: str | None = None


@frozen(kw_only=True)
class InvestorCard:
    """An investor with its names, identifiers, people, leads, the claims that stand on them, and the latest meetings."""

    row: InvestorRow
    note: str | None
    names: tuple[NameRow, ...]
    identifiers: tuple[IdentifierRow, ...]
    contacts: tuple[ContactRow, ...]
    leads: tuple[LeadRow, ...]
    claims: tuple[ClaimRow, ...]
    meetings: tuple[MeetingRow, ...]


@frozen(kw_only=True)
class AuditRow:
    """One change of one record; *changes* maps each field to [from, to]."""

    id: int
    at: datetime
    actor: str
    verb: str
    record: str
    record_id: int
    changes: dict[str, Any]
    reason: str | None


@frozen(kw_only=True)
class Discrepancy:
    """A stored value that the audit or the transitions do not account for."""

    record: str
    record_id: int
    field: str
    stored: Any
    derived: Any
