"""What happened to a lead, by day: moves, visits, documents, capital, follow-ups, handovers, corrections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import frozen
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from crm.models import AuditEntry, Evidence, FollowUp, Meeting, Redate, Staff, Transition
from crm.models.audited import record_name
from crm.models.wordings import reason_of
from crm.reads.kernel.rows import Withdrawal
from crm.reads.leads import history as past
from crm.reads.leads import queries
from crm.reads.ledgers import queries as ledger
from crm.reads.meetings import queries as meetings
from crm.rules.access import Actor
from crm.values.moments import bureau_day
from crm.values.money import Money

#: The verbs that correct, withdraw and restore.
_CORRECTING = ("edit", "withdraw", "cancel", "restore")


@frozen(kw_only=True)
class TimelineRow:
    """One thing that happened to a lead.

    Attributes:
        on: The day: of a meeting in its own zone, of a follow-up that is not done its due day, of a correction the
            bureau's day on which it was made.
        record: transition, meeting, evidence, capital_arrival, contract_amount, followup, assignment or correction.
        id: The number of the record; of a transition and an assignment its number in the lead; None of a correction.
        kind: Of a move, meeting, document or entry its kind; of a follow-up done or open; of a correction its verb.
        text: What it is about: the summary, the reference, what has to be done, the owner, the corrected record.
        stages: Of a move: the stage before, or None, and the stage after.
        amount: The amount of a document or an entry.
        by: Who recorded it, or the owner of a follow-up.
        reason: Why.
        withdrawn: When it was withdrawn, by whom and why; None if it stands.
    """

    on: date
    record: str
    id: int | None
    kind: str | None
    text: str | None
    stages: tuple[str | None, str] | None = None
    amount: Money | None = None
    by: str | None
    reason: str | None = None
    withdrawn: Withdrawal | None = None


def timeline(session: Session, actor: Actor | None, lead_id: int, *, today: date) -> tuple[TimelineRow, ...]:
    """Return what happened to a lead, by day; of one day in the order of :class:`TimelineRow`'s records.

    A fixed number of statements. Withdrawn records are among them.
    """
    rows = [
        *_moves(session, lead_id),
        *_records(session, actor, lead_id, today),
        *_handovers(session, lead_id),
        *_corrections(session, lead_id),
    ]
    return tuple(sorted(rows, key=lambda row: row.on))


def _moves(session: Session, lead_id: int) -> Iterator[TimelineRow]:
    for move in past.history(session, lead_id):
        yield TimelineRow(
            on=move.occurred_on,
            record="transition",
            id=move.number,
            kind=move.kind,
            text=None,
            stages=(move.from_stage, move.to_stage),
            by=move.actor,
            reason=move.reason,
        )


def _records(session: Session, actor: Actor | None, lead_id: int, today: date) -> Iterator[TimelineRow]:
    for meeting in meetings.meetings(session, actor, lead_id=lead_id, withdrawn=True).all():
        yield TimelineRow(
            on=meeting.at.local.date(),
            record="meeting",
            id=meeting.id,
            kind=meeting.kind,
            text=meeting.summary,
            by=", ".join(meeting.staff) or None,
            withdrawn=meeting.withdrawn,
        )
    for paper in queries.evidence(session, lead_id, withdrawn=True):
        yield TimelineRow(
            on=paper.dated_on,
            record="evidence",
            id=paper.id,
            kind=paper.kind,
            text=paper.reference,
            amount=paper.amount,
            by=paper.submitted_by,
            withdrawn=paper.withdrawn,
        )
    entries = (
        *(("contract_amount", entry.agreed_on, entry) for entry in ledger.contracts(session, actor, lead_id=lead_id)),
        *(("capital_arrival", entry.arrived_on, entry) for entry in ledger.arrivals(session, actor, lead_id=lead_id)),
    )
    for record, day, entry in entries:
        yield TimelineRow(
            on=day,
            record=record,
            id=entry.id,
            kind=entry.kind,
            text=entry.reference,
            amount=entry.amount,
            by=entry.submitted_by,
            reason=entry.reason,
        )
    todos = meetings.followups(session, actor, today=today, lead_id=lead_id, open_only=False, withdrawn=True)
    for todo in todos.all():
        yield TimelineRow(
            on=todo.due_on if todo.done_at is None else bureau_day(todo.done_at),
            record="followup",
            id=todo.id,
            kind="open" if todo.done_at is None else "done",
            text=todo.text,
            by=todo.owner,
            reason=todo.result,
            withdrawn=todo.withdrawn,
        )


def _handovers(session: Session, lead_id: int) -> Iterator[TimelineRow]:
    """Yield the handovers; the first row is that of the opening."""
    for hands in past.assignments(session, lead_id)[1:]:
        yield TimelineRow(
            on=bureau_day(hands.assigned_at),
            record="assignment",
            id=hands.number,
            kind=None,
            text=" · ".join(filter(None, [hands.owner, hands.unit, hands.station])),
            by=hands.actor,
            reason=hands.reason,
        )


def _corrections(session: Session, lead_id: int) -> Iterator[TimelineRow]:
    """Yield who corrected, withdrew or restored a record, when and why; not the earlier content."""
    of_lead = [
        and_(
            AuditEntry.record == record_name(model),
            AuditEntry.record_id.in_(select(model.id).where(model.lead_id == lead_id)),
        )
        for model in (Meeting, Evidence, FollowUp)
    ]
    redated = (
        select(Redate, Transition.number, Staff.username)
        .join(Transition, Transition.id == Redate.transition_id)
        .join(Staff, Staff.id == Redate.actor_id)
        .where(Transition.lead_id == lead_id)
        .order_by(Redate.id)
    )
    for redate, number, username in session.execute(redated):
        yield TimelineRow(
            on=redate.recorded_on,
            record="correction",
            id=None,
            kind="lead.redate",
            text=f"transition {number}",
            by=username,
            reason=redate.reason,
        )
    corrected = (
        select(AuditEntry, Staff.username)
        .outerjoin(Staff, Staff.id == AuditEntry.actor_id)
        .where(or_(*of_lead), or_(*(AuditEntry.verb.endswith(f".{verb}") for verb in _CORRECTING)))
        .order_by(AuditEntry.id)
    )
    for entry, username in session.execute(corrected):
        yield TimelineRow(
            on=bureau_day(entry.at),
            record="correction",
            id=None,
            kind=entry.verb,
            text=f"{entry.record} {entry.record_id}",
            by=username,
            reason=reason_of(entry),
        )
