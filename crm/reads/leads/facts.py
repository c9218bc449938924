"""The facts of one lead, read in one statement."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cache
from typing import TypeVar

from sqlalchemy import ColumnElement, Exists, Select, and_, bindparam, exists, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

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
from crm.models.base import Base, Instant, standing
from crm.rules.pipeline.facts import LeadFacts
from crm.values.moments import end_of

_M = TypeVar("_M", bound=Base)

_STARTS = (EvidenceKind.CONSTRUCTION_START, EvidenceKind.OPERATION_START)


@cache
def _second(model: type[_M]) -> type[_M]:
    """Return the model under a second name. It is made once: to copy its columns takes longer than to run a count."""
    return aliased(model)


def arrival_stands() -> ColumnElement[bool]:
    """Return the condition that an arrival is verified or confirmed, not a reversal, and not reversed."""
    reversal = _second(CapitalArrival)
    return and_(
        CapitalArrival.state != EntryState.REPORTED,
        CapitalArrival.reverses_id.is_(None),
        ~exists().where(reversal.reverses_id == CapitalArrival.id),
    )


def two_way(lead_id: ColumnElement[int] | InstrumentedAttribute[int], *where: ColumnElement[bool]) -> Exists:
    """Return the condition that a lead has a meeting of both sides with a named contact; *where*: which of them."""
    return (
        exists()
        .where(Meeting.lead_id == lead_id, Meeting.kind != MeetingKind.MESSAGE, *where)
        .where(exists().where(MeetingContact.meeting_id == Meeting.id, standing(MeetingContact)))
        .where(exists().where(MeetingStaff.meeting_id == Meeting.id, standing(MeetingStaff)))
    )


def rests_on_withdrawn(
    lead_id: ColumnElement[int] | InstrumentedAttribute[int], gates: Collection[str]
) -> ColumnElement[bool]:
    """Return the condition that a lead met one of *gates* by what is withdrawn, and meets it by nothing else.

    A signing or landing that rests on such a gate is in no figure until the gate is met again. Gates of capital are
    left out: reversals are entries of the ledger, and count on their own day.
    """
    undone = [
        and_(met(lead_id, gone=True), ~met(lead_id, gone=False)) for gate, met in _WITHDRAWABLE.items() if gate in gates
    ]
    return or_(false(), *undone)


#: By gate, whether a lead meets it by what is withdrawn, or by what stands.
_WITHDRAWABLE: Mapping[str, Callable[..., ColumnElement[bool]]] = {
    "two_way_meeting": lambda lead_id, *, gone: two_way(lead_id, ~standing(Meeting) if gone else standing(Meeting)),
    "agreement": lambda lead_id, *, gone: _papers(lead_id, EvidenceKind.AGREEMENT, gone=gone),
    "arrival_or_construction": lambda lead_id, *, gone: or_(
        _papers(lead_id, EvidenceKind.CONSTRUCTION_START, gone=gone),
        false() if gone else exists().where(CapitalArrival.lead_id == lead_id, arrival_stands()),
    ),
    "start": lambda lead_id, *, gone: _papers(lead_id, *_STARTS, gone=gone),
    "confirmed": lambda lead_id, *, gone: _papers(lead_id, *_STARTS, gone=gone, confirmed=True),
}


def _papers(
    lead_id: ColumnElement[int] | InstrumentedAttribute[int],
    *kinds: EvidenceKind,
    gone: bool,
    confirmed: bool = False,
) -> ColumnElement[bool]:
    """Return the condition that a lead has a document of these kinds, withdrawn or standing, and *confirmed* if asked."""
    # A statement may read documents besides.
    paper = _second(Evidence)
    where = [~standing(paper) if gone else standing(paper)]
    if confirmed:
        where.append(paper.confirmed_by_id.is_not(None))
    return exists().where(paper.lead_id == lead_id, paper.kind.in_(kinds), *where)


def _gone(gate: str) -> str:
    """Return the name of the column that says whether something withdrawn met a gate."""
    return f"withdrawn_{gate}"


@cache
def _statement() -> Select[*tuple[object, ...]]:
    """Return the statement, built on first use, because building it takes longer than running it."""

    def on_record(*kinds: EvidenceKind) -> ColumnElement[bool]:
        return exists().where(
            Evidence.lead_id == Lead.id,
            Evidence.kind.in_(kinds),
            Evidence.dated_on <= bindparam("on"),
            standing(Evidence),
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
            two_way(Lead.id, standing(Meeting), Meeting.met_at < bindparam("until", type_=Instant())).label(
                "two_way_meeting"
            ),
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
                standing(Evidence),
            )
            .label("confirmed"),
            *(met(Lead.id, gone=True).label(_gone(gate)) for gate, met in _WITHDRAWABLE.items()),
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
    found = row._asdict()
    received_on = found.pop("received_on")
    withdrawn = frozenset(gate for gate in _WITHDRAWABLE if found.pop(_gone(gate)))
    # SQLite answers 0 and 1; the source is a column that is never null.
    return LeadFacts(
        source=True,
        received_on=received_on,
        withdrawn=withdrawn,
        **{key: bool(value) for key, value in found.items()},
    )
