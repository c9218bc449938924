"""The outcome of trips: leads started and advanced by their meetings, derived from the transitions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from crm.models import Investor, Lead, Meeting, MeetingKind, Transition, Trip
from crm.models.base import standing
from crm.reads.kernel.days import day_of
from crm.reads.kernel.moves import day_of_move
from crm.reads.kernel.undone import carried_over
from crm.reads.kernel.visibility import visible
from crm.reads.trips.rows import OutcomeRow
from crm.rules.access import Actor
from crm.rules.stages import MoveKind


def steps(
    actor: Actor | None, *where: ColumnElement[bool]
) -> Select[int | None, int, int, MoveKind, str | None, str, date]:
    """Return the moves of leads that count for a trip: (trip, lead, number, kind, from, to, day), each once.

    An opening counts if the trip had a meeting with the investor, about this lead or about none; an advance if a
    meeting was about this lead. Both must be on or after the day of the meeting, and by the last day of the outcome.
    """
    return (
        select(
            Meeting.delegation_id,
            Transition.lead_id,
            Transition.number,
            Transition.kind,
            Transition.from_stage,
            Transition.to_stage,
            day_of_move().label("occurred_on"),
        )
        .select_from(Meeting)
        .join(Trip, Trip.id == Meeting.delegation_id)
        .join(
            Lead,
            and_(Lead.investor_id == Meeting.investor_id, or_(Meeting.lead_id.is_(None), Meeting.lead_id == Lead.id)),
        )
        .join(Transition, Transition.lead_id == Lead.id)
        .where(
            Meeting.kind != MeetingKind.MESSAGE,
            standing(Meeting),
            day_of_move() >= day_of(Meeting.met_at),
            day_of_move() <= Trip.outcome_until,
            or_(
                Transition.kind == MoveKind.OPEN,
                and_(Transition.kind == MoveKind.ADVANCE, Meeting.lead_id == Lead.id),
            ),
            ~carried_over(Lead.id),
            visible(actor),
            *where,
        )
        .distinct()
    )


def outcomes(session: Session, actor: Actor | None, trip_id: int) -> tuple[OutcomeRow, ...]:
    """Return the leads that one trip started or advanced and that the actor may see. One statement."""
    counted = steps(actor, Meeting.delegation_id == trip_id).subquery()
    rows = session.execute(
        select(counted, Lead.title, Investor.name)
        .join(Lead, Lead.id == counted.c.lead_id)
        .join(Investor, Investor.id == Lead.investor_id)
        .order_by(counted.c.lead_id, counted.c.number)
    )
    return tuple(_outcome(list(group)) for _, group in groupby(rows, key=lambda row: row.lead_id))


def _outcome(moves: Sequence[Row[*tuple[object, ...]]]) -> OutcomeRow:
    forward = [move for move in moves if move.kind is MoveKind.ADVANCE]
    last = moves[-1]
    return OutcomeRow(
        lead_id=last.lead_id,
        lead=last.title,
        investor=last.name,
        started=moves[0].kind is MoveKind.OPEN,
        steps=len(forward),
        from_stage=forward[0].from_stage if forward else None,
        to_stage=last.to_stage,
        on=last.occurred_on,
    )
