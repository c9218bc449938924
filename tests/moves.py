"""The moves of a lead with the days that count, read row by row: what oracles hold SQL against."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from crm.models import CapitalArrival, CarriedOver, Evidence, Meeting, Redate, Transition
from crm.rules.stages import DEFAULT


def moves_of(session: Session, lead_id: int) -> list[Any]:
    """Return the moves of a lead in order, each with its columns; its day is that of its last correction."""
    found = []
    for move in session.scalars(select(Transition).where(Transition.lead_id == lead_id).order_by(Transition.number)):
        columns = {column.key: getattr(move, column.key) for column in inspect(Transition).column_attrs}
        for redate in session.scalars(select(Redate).where(Redate.transition_id == move.id).order_by(Redate.number)):
            columns["occurred_on"] = redate.occurred_on
        found.append(SimpleNamespace(**columns))
    return found


def carried_over(session: Session, lead_id: int) -> bool:
    """Return whether a lead was carried over and is not settled: it is in no figure."""
    found = session.scalars(select(CarriedOver).where(CarriedOver.lead_id == lead_id)).one_or_none()
    return found is not None and found.settled_at is None


def undone_gates(session: Session, lead_id: int) -> set[str]:
    """Return the gates that a lead met by what is withdrawn, and meets by nothing else."""
    found: dict[bool, set[str]] = {False: set(), True: set()}
    for talk in session.scalars(select(Meeting).where(Meeting.lead_id == lead_id)):
        if talk.kind != "message" and talk.contacts and talk.staff:
            found[talk.withdrawn_at is not None].add("two_way_meeting")
    for paper in session.scalars(select(Evidence).where(Evidence.lead_id == lead_id)):
        gates = {"agreement": {"agreement"}, "construction_start": {"arrival_or_construction"}}.get(paper.kind, set())
        if paper.kind in {"construction_start", "operation_start"}:
            gates = gates | {"start"} | ({"confirmed"} if paper.confirmed_by_id is not None else set())
        found[paper.withdrawn_at is not None] |= gates
    entries = session.scalars(select(CapitalArrival).where(CapitalArrival.lead_id == lead_id)).all()
    reversed_ = {entry.reverses_id for entry in entries}
    if any(entry.state != "reported" and entry.reverses_id is None and entry.id not in reversed_ for entry in entries):
        found[False].add("arrival_or_construction")
    return found[True] - found[False]


def counted(moves: list[Any], undone: set[str]) -> list[Any]:
    """Return the moves without those through a gate that is undone."""
    first = {gate: at for at, stage in reversed([*enumerate(DEFAULT.stages)]) for gate in stage.gates}
    return [move for move in moves if all(move.to_position < first[gate] for gate in undone)]


def signing(moves: list[Any], stages: list[str], stage: str = "signed") -> Any:
    """Return the first advance into a stage or a later one that was not taken back in its cycle, or None."""
    reached = stages[stages.index(stage) :]
    for at, move in enumerate(moves):
        back = [later for later in moves[at + 1 :] if later.kind == "back" and later.cycle == move.cycle]
        if move.kind == "advance" and move.to_stage in reached and all(later.to_stage in reached for later in back):
            return move
    return None
