"""The facts of one lead, read in one statement."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from crm.models import (
    CapitalArrival,
    Enterprise,
    EntryState,
    Evidence,
    EvidenceKind,
    Investor,
    Lead,
    Meeting,
    MeetingContact,
    MeetingKind,
    MeetingStaff,
)
from crm.models.base import Instant
from crm.rules.pipeline.facts import LeadFacts
from crm.values.moments import end_of

_STARTS = (EvidenceKind.CONSTRUCTION_START, EvidenceKind.OPERATION_START)


def arrival_stands() -> ColumnElement[bool]:
    """Return the condition that an arrival is verified or confirmed, not a reversal, and not reversed."""
    reversal = aliased(CapitalArrival)
    return and_(
        CapitalArrival.state != EntryState.REPORTED,
        CapitalArrival.reverses_id.is_(None),
        ~exists().where(reversal.reverses_id == CapitalArrival.id),
    )


@cache
def _statement() -> Select[*tuple[Any, ...]]:
    """Return the statement, built on first use, because building it takes longer than running it."""

    def on_record(*kinds: EvidenceKind) -> ColumnElement[bool]:
        return exists().where(
            Evidence.lead_id == Lead.id, Evidence.kind.in_(kinds), Evidence.dated_on <= bindparam("on")
        )

    two_way = (
        exists()
        .where(
            Meeting.lead_id == Lead.id,
            Meeting.kind != MeetingKind.MESSAGE,
            Meeting.met_at < bindparam("until", type_=Instant()),
        )
        .where(exists().where(MeetingContact.meeting_id == Meeting.id))
        .where(exists().where(MeetingStaff.meeting_id == Meeting.id))
    )
    return (
        select(
            Investor.archived_at.is_(None).label("investor"),
            Lead.received_on,
            Lead.unit_id.is_not(None).label("unit"),
            Lead.expected_minor.is_not(None).label("expected"),
            Lead.industry.is_not(None).label("industry"),
            Lead.foreign_capital.label("foreign"),
            Enterprise.id.is_not(None).label("company"),
            Enterprise.credit_code.is_not(None).label("credit_code"),
            and_(Enterprise.licensed_on.is_not(None), Enterprise.licensed_on <= bindparam("on")).label("licence"),
            Enterprise.filing.is_not(None).label("filing"),
            two_way.label("two_way_meeting"),
            on_record(EvidenceKind.AGREEMENT).label("agreement"),
            exists()
            .where(CapitalArrival.lead_id == Lead.id, CapitalArrival.arrived_on <= bindparam("on"), arrival_stands())
            .label("arrival"),
            exists().where(CapitalArrival.lead_id == Lead.id, arrival_stands()).label("capital"),
            on_record(EvidenceKind.CONSTRUCTION_START).label("construction"),
            on_record(*_STARTS).label("start"),
            exists()
            .where(
                Evidence.lead_id == Lead.id,
                Evidence.kind.in_(_STARTS),
                Evidence.dated_on <= bindparam("on"),
                Evidence.confirmed_by_id.is_not(None),
            )
            .label("confirmed"),
        )
        .select_from(Lead)
        .join(Investor, Investor.id == Lead.investor_id)
        .outerjoin(Enterprise, Enterprise.id == Lead.enterprise_id)
        .where(Lead.id == bindparam("lead"))
    )


def lead_facts(session: Session, lead_id: int, on: date) -> LeadFacts:
    """Return the facts that gates check. One statement, whatever the lead's history.

    Args:
        session: The session.
        lead_id: The lead; it must exist.
        on: The day; papers, money and meetings of a later day are not there yet.
    """
    row = session.execute(_statement(), {"lead": lead_id, "on": on, "until": end_of(on)}).one()
    found: dict[str, Any] = row._asdict()
    received_on = found.pop("received_on")
    # SQLite answers 0 and 1; the source is a column that is never null.
    return LeadFacts(source=True, received_on=received_on, **{key: bool(value) for key, value in found.items()})
