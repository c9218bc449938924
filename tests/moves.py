"""The moves of a lead with the days that count, read row by row: what oracles hold SQL against."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from crm.models import Redate, Transition


def moves_of(session: Session, lead_id: int) -> list[Any]:
    """Return the moves of a lead in order, each with its columns; its day is that of its last correction."""
    found = []
    for move in session.scalars(select(Transition).where(Transition.lead_id == lead_id).order_by(Transition.number)):
        columns = {column.key: getattr(move, column.key) for column in inspect(Transition).column_attrs}
        for redate in session.scalars(select(Redate).where(Redate.transition_id == move.id).order_by(Redate.number)):
            columns["occurred_on"] = redate.occurred_on
        found.append(SimpleNamespace(**columns))
    return found


def signing(moves: list[Any], stages: list[str], stage: str = "signed") -> Any:
    """Return the first advance into a stage or a later one that was not taken back in its cycle, or None."""
    reached = stages[stages.index(stage) :]
    for at, move in enumerate(moves):
        back = [later for later in moves[at + 1 :] if later.kind == "back" and later.cycle == move.cycle]
        if move.kind == "advance" and move.to_stage in reached and all(later.to_stage in reached for later in back):
            return move
    return None
