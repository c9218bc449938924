"""What several reports say: stages in words, hidden leads, meetings, moves, arrivals, what is due."""

from __future__ import annotations

from collections.abc import Iterable

from crm.errors import N_
from crm.reads.deadlines import DueRow
from crm.reads.ledgers.rows import ArrivalRow
from crm.reads.meetings.rows import MeetingRow
from crm.reads.places.activity_rows import MoveRow
from crm.reports.sheet import Column, LeftOut, Table
from crm.rules.access import Actor, Right, Scope, scope
from crm.rules.stages import DEFAULT, Stage
from crm.values.sentences import Coded, Named, Words, said


def stage_words(stage: Stage) -> Words:
    """Return the word for a stage; a stage of another city has its own label."""
    known = {known_stage.code: known_stage.label for known_stage in DEFAULT.stages}
    if known.get(stage.code) == stage.label and not stage.label_zh:
        return Coded("stage", stage.code)
    return Named(stage.label_zh or stage.label, stage.label, stage.code)


def hidden(actor: Actor | None) -> tuple[LeftOut, ...]:
    """Return the note of every report for those who may not see all leads, without a number, which would disclose."""
    if scope(actor, Right.CONFIDENTIAL_READ) is Scope.ALL:
        return ()
    return (LeftOut(said(N_("Confidential leads that you may not see."))),)


def meetings_table(key: str, meetings: Iterable[MeetingRow]) -> Table:
    """Return meetings by day, as the reports on a place list them."""
    return Table(
        key=key,
        title=said(N_("Meetings")),
        adds_up=True,
        columns=(
            Column("on", said(N_("Day")), "day"),
            Column("investor", said(N_("Investor"))),
            Column("summary", said(N_("Subject"))),
            Column("kind", said(N_("Kind")), drops=2),
            Column("staff", said(N_("Our side")), drops=1),
        ),
        rows=tuple(
            (
                meeting.at.local.date(),
                meeting.investor,
                meeting.summary,
                Coded("meeting", meeting.kind),
                ", ".join(meeting.staff),
            )
            for meeting in meetings
        ),
    )


def moves_table(moves: Iterable[MoveRow]) -> Table:
    """Return moves of leads by day, as the reports on a place list them."""
    return Table(
        key="moves",
        title=said(N_("Moves of leads")),
        adds_up=False,
        columns=(
            Column("on", said(N_("Day")), "day"),
            Column("lead", said(N_("Lead"))),
            Column("kind", said(N_("Move"))),
            Column("to", said(N_("To stage"))),
            Column("reason", said(N_("Why")), drops=1),
        ),
        rows=tuple(
            (move.on, move.lead, Coded("move", move.kind), Coded("stage", move.to_stage), move.reason) for move in moves
        ),
    )


def arrivals_table(arrivals: Iterable[ArrivalRow]) -> Table:
    """Return entries of the ledger of capital by day."""
    return Table(
        key="arrivals",
        title=said(N_("Arrivals of capital")),
        adds_up=True,
        columns=(
            Column("on", said(N_("Arrived")), "day"),
            Column("lead", said(N_("Lead"))),
            Column("amount", said(N_("Amount")), "exact"),
            Column("state", said(N_("State"))),
        ),
        rows=tuple((row.arrived_on, row.lead, row.amount, Coded("arrival state", row.state)) for row in arrivals),
    )


def due_table(key: str, title: Words, rows: Iterable[DueRow]) -> Table:
    """Return what is due, by day."""
    return Table(
        key=key,
        title=title,
        adds_up=True,
        columns=(
            Column("due_on", said(N_("Due")), "day"),
            Column("kind", said(N_("Kind"))),
            Column("text", said(N_("What"))),
            Column("owner", said(N_("Owner"))),
            Column("investor", said(N_("Investor")), drops=1),
        ),
        rows=tuple((row.due_on, Coded("due", row.kind), row.text, row.owner, row.investor) for row in rows),
    )
