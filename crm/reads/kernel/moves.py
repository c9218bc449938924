"""The day of a move in SQL, and the signings that count. Every read of transitions uses this."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, and_, case, exists, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from crm.models import Redate, Transition
from crm.models.base import second
from crm.rules.stages import MoveKind, Pipeline

#: Transition, or an alias of it.
Moves = Any


class _one_of(FunctionElement[bool]):  # noqa: N801 - it reads as the SQL it is
    """Whether a key is one of a subselect's, in a form that PostgreSQL finds through an index beside an OR."""

    type = Boolean()
    inherit_cache = True
    name = "one_of"


@compiles(_one_of)
def _one_of_sqlite(element: FunctionElement[bool], compiler: SQLCompiler, **kw: object) -> str:
    key, keys = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{key} IN {keys}"


@compiles(_one_of, "postgresql")
def _one_of_on_postgresql(element: FunctionElement[bool], compiler: SQLCompiler, **kw: object) -> str:
    key, keys = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{key} = ANY (ARRAY{keys})"


def day_of_move(of: Moves = Transition) -> ColumnElement[date]:
    """Return the day of a move: that of its newest correction, or else that on which it was recorded to have happened.

    The few moves that were corrected are looked up first, so that the others cost next to nothing.
    """
    newest = (
        select(Redate.occurred_on)
        .where(Redate.transition_id == of.id)
        .order_by(Redate.number.desc())
        .limit(1)
        .correlate(of)
        .scalar_subquery()
    )
    return case((of.id.in_(select(Redate.transition_id)), newest), else_=of.occurred_on)


def moved_between(first: date, last: date, of: Moves = Transition) -> ColumnElement[bool]:
    """Return the condition that :func:`day_of_move` is in a period of days, found through the indexes on both days."""
    later = second(Redate, "later_redate")
    corrected: Select[int] = select(Redate.transition_id).where(
        Redate.occurred_on.between(first, last),
        ~exists().where(later.transition_id == Redate.transition_id, later.number > Redate.number),
    )
    return or_(
        and_(of.occurred_on.between(first, last), of.id.not_in(select(Redate.transition_id))),
        _one_of(of.id, corrected.scalar_subquery()),
    )


def stage_now(pipeline: Pipeline, stage: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Return the code of the stage that stands for a recorded one: :meth:`crm.rules.stages.Pipeline.present` in SQL."""
    return case(dict(pipeline.moved), value=stage, else_=stage) if pipeline.moved else stage.expression


def position_now(pipeline: Pipeline, of: Moves = Transition) -> ColumnElement[int]:
    """Return the position of the stage after a move; of a stage unknown to the policy the one of its own policy."""
    if not pipeline.moved:
        position: ColumnElement[int] = of.to_position.expression
        return position
    return case(pipeline.positions(), value=of.to_stage, else_=of.to_position)


def taken_back(reached: Sequence[str], of: Moves = Transition) -> ColumnElement[bool]:
    """Return the condition that a lead was moved back below *reached* later in the same cycle."""
    back = second(Transition, "moved_back")
    return exists().where(
        back.lead_id == of.lead_id,
        back.number > of.number,
        back.cycle == of.cycle,
        back.kind == MoveKind.BACK,
        back.to_stage.not_in(reached),
    )


def advances_into(reached: Sequence[str], of: Moves = Transition) -> ColumnElement[bool]:
    """Return the condition that a move took a lead forward into one of these stages, and was not taken back."""
    return and_(of.kind == MoveKind.ADVANCE, of.to_stage.in_(reached), ~taken_back(reached, of))


def first_into(reached: Sequence[str], of: Moves = Transition) -> ColumnElement[bool]:
    """Return the condition that a move is the first that :func:`advances_into` these stages, as a signing does."""
    earlier = second(Transition, "earlier_move")
    return and_(
        advances_into(reached, of),
        ~exists().where(earlier.lead_id == of.lead_id, earlier.number < of.number, advances_into(reached, earlier)),
    )
