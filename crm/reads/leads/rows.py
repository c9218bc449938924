"""The rows of leads. Their field names are the keys of ``--json`` and stay stable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from attrs import field, frozen

from crm.reads.kernel.rows import BESIDE, Described
from crm.rules.stages import Missing
from crm.values.money import Money

if TYPE_CHECKING:
    from crm.reads.claims.rows import ClaimRow
    from crm.reads.evidence import EvidenceRow
    from crm.reads.industries import IndustryRow
    from crm.reads.ledgers.rows import ArrivalRow, ContractRow
    from crm.reads.meetings.rows import FollowUpRow, MeetingRow
    from crm.reads.referrals.rows import ReferralRow


@frozen(kw_only=True)
class LeadRow:
    """A lead as lists show it.

    Attributes:
        title: The title; of a confidential lead, to others, its code name.
        investor: The investor's name; None where it is masked.
        days_in_stage: Whole days since it entered its stage.
        stale: Nothing was recorded of it for longer than its stage allows, or it is on hold past its day of review.
        masked: The row shows a confidential lead to someone who may not see it.
        carried_over: It was carried over at a stage that its papers do not support yet; it is in no figure.
        tags: What it is tagged with; nothing where it is masked.
        described: Its other fields that lists show; in JSON they stand beside the others.
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
    stale: bool
    confidential: bool
    masked: bool
    carried_over: bool
    version: int
    tags: tuple[str, ...]
    described: Mapping[str, object] = field(metadata=BESIDE, hash=False)


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
    """One transition.

    Attributes:
        occurred_on: The day that counts.
        carried_over: The lead was carried over by this move, without the papers for it.
        first_told: The day that was told when it was recorded, if it was corrected since; None otherwise.
        redated_by: Who corrected it last.
        redated_reason: Why, if they said it.
    """

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
    first_told: date | None = None
    redated_by: str | None = None
    redated_reason: str | None = None
    carried_over: bool = False


@frozen(kw_only=True)
class StageTime:
    """One stay at a stage; *left_on* is None while it lasts, and *days* then counts up to today."""

    stage: str
    cycle: int
    entered_on: date
    left_on: date | None
    days: int


@frozen(kw_only=True)
class EnterpriseRow(Described):
    """A project company."""

    id: int
    name: str
    credit_code: str | None
    licensed_on: date | None
    filing: str | None


@frozen(kw_only=True)
class AssignmentRow:
    """The owner, unit and station of a lead from a moment on."""

    number: int
    station: str | None
    unit: str | None
    owner: str | None
    assigned_at: datetime
    actor: str
    reason: str | None


@frozen(kw_only=True)
class CarriedOverRow:
    """That a lead was carried over at a later stage than its papers supported.

    Attributes:
        reason: Why.
        recorded_at: When.
        actor: Who carried it over.
        settled_at: When its gates were found met; None until then.
        settled_by: Who settled it.
        missing: The gates up to its stage that are not met; none once it is settled.
    """

    reason: str
    recorded_at: datetime
    actor: str
    settled_at: datetime | None
    settled_by: str | None
    missing: tuple[Missing, ...]


@frozen(kw_only=True)
class LeadCard:
    """Everything about one lead.

    *missing* has what it lacks for *next_stage*; *undone* has passed gates that are no longer met. *industry* is the
    narrowest known industry of its code; *described* has its other fields, which in JSON are beside the others. The
    names are those of the unit, the station and the owner whose codes *row* has.
    """

    row: LeadRow
    described: Mapping[str, object] = field(metadata=BESIDE, hash=False)
    industry: IndustryRow | None
    unit_name: str | None
    station_name: str | None
    owner_name: str | None
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
    carried_over: CarriedOverRow | None
