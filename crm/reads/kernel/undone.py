"""Gates that are not met: the conditions by which moves, signings, landings and whole leads leave the figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from sqlalchemy import ColumnElement, Exists, SQLColumnExpression, and_, exists, false, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from crm.models import (
    CapitalArrival,
    CarriedOver,
    EntryState,
    Evidence,
    EvidenceKind,
    Meeting,
    MeetingContact,
    MeetingKind,
    MeetingStaff,
)
from crm.models.base import second, standing
from crm.models.ledger import stands
from crm.rules.stages import Pipeline

STARTS = (EvidenceKind.CONSTRUCTION_START, EvidenceKind.OPERATION_START)


def arrival_stands() -> ColumnElement[bool]:
    """Return the condition that an arrival is verified or confirmed, not a reversal, and not reversed."""
    return and_(CapitalArrival.state != EntryState.REPORTED, stands(CapitalArrival))


def two_way(lead_id: ColumnElement[int] | InstrumentedAttribute[int], *where: ColumnElement[bool]) -> Exists:
    """Return the condition that a lead has a meeting of both sides with a named contact; *where*: which of them."""
    return exists().where(Meeting.lead_id == lead_id, *of_both_sides(), *where)


def of_both_sides() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a meeting was one of both sides with a named contact."""
    return (
        Meeting.kind != MeetingKind.MESSAGE,
        exists().where(MeetingContact.meeting_id == Meeting.id, standing(MeetingContact)),
        exists().where(MeetingStaff.meeting_id == Meeting.id, standing(MeetingStaff)),
    )


def carried_over(lead_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition that a lead was carried over and is not settled: it is in no figure.

    The few that are so are looked up first, through an index of their own.
    """
    carried = second(CarriedOver)
    return lead_id.in_(select(carried.lead_id).where(carried.settled_at.is_(None)))


def not_counted(
    lead_id: ColumnElement[int] | InstrumentedAttribute[int], gates: Collection[str]
) -> ColumnElement[bool]:
    """Return the condition that a lead is carried over, or met one of *gates* by withdrawn records alone.

    A signing or landing that depends on such a gate is in no figure until the gate is met again. Gates of capital are
    left out: reversals are entries of the ledger, and count on their own day.
    """
    undone = [
        and_(met(lead_id, gone=True), ~met(lead_id, gone=False)) for gate, met in WITHDRAWABLE.items() if gate in gates
    ]
    return or_(carried_over(lead_id), *undone)


def not_counted_at(
    lead_id: ColumnElement[int] | InstrumentedAttribute[int],
    position: SQLColumnExpression[int],
    pipeline: Pipeline,
) -> ColumnElement[bool]:
    """Return the condition that a lead is carried over, or a gate up to a position was met by withdrawn records alone.

    A move to that position is in no figure until the gate is met again. The few leads of which something is withdrawn
    are looked up first, so that the others cost next to nothing.
    """
    paper, talk = second(Evidence), second(Meeting)
    touched = union_all(
        select(paper.lead_id).where(~standing(paper)),
        select(talk.lead_id).where(~standing(talk), talk.lead_id.is_not(None)),
    )
    undone = [
        and_(position >= at, met(lead_id, gone=True), ~met(lead_id, gone=False))
        for gate, met in WITHDRAWABLE.items()
        for at in [at for at, stage in enumerate(pipeline.stages) if gate in stage.gates][:1]
    ]
    return or_(carried_over(lead_id), and_(lead_id.in_(touched), or_(false(), *undone)))


#: By gate, whether a lead meets it by what is withdrawn, or by what stands.
WITHDRAWABLE: Mapping[str, Callable[..., ColumnElement[bool]]] = {
    "two_way_meeting": lambda lead_id, *, gone: two_way(lead_id, ~standing(Meeting) if gone else standing(Meeting)),
    "agreement": lambda lead_id, *, gone: _papers(lead_id, EvidenceKind.AGREEMENT, gone=gone),
    "arrival_or_construction": lambda lead_id, *, gone: or_(
        _papers(lead_id, EvidenceKind.CONSTRUCTION_START, gone=gone),
        false() if gone else exists().where(CapitalArrival.lead_id == lead_id, arrival_stands()),
    ),
    "start": lambda lead_id, *, gone: _papers(lead_id, *STARTS, gone=gone),
    "confirmed": lambda lead_id, *, gone: _papers(lead_id, *STARTS, gone=gone, confirmed=True),
}


def _papers(
    lead_id: ColumnElement[int] | InstrumentedAttribute[int],
    *kinds: EvidenceKind,
    gone: bool,
    confirmed: bool = False,
) -> ColumnElement[bool]:
    """Return whether a lead has a document of these kinds, withdrawn or not; if *confirmed*, a confirmed one."""
    # A statement may read documents besides.
    paper = second(Evidence)
    where = [~standing(paper) if gone else standing(paper)]
    if confirmed:
        where.append(paper.confirmed_by_id.is_not(None))
    return exists().where(paper.lead_id == lead_id, paper.kind.in_(kinds), *where)
