"""Correcting the day of a move: the order of moves and the gates of that day are checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from attrs import evolve, frozen

from crm.errors import N_
from crm.rules.kernel.checks import Checks
from crm.rules.leads.moves import Move, Position, check, order_problems
from crm.rules.pipeline.facts import LeadFacts
from crm.rules.stages import MoveKind, Pipeline, Status

#: The moves with which a lead enters a stage.
ENTERS = frozenset({MoveKind.OPEN, MoveKind.ADVANCE, MoveKind.BACK, MoveKind.REOPEN})


@frozen(kw_only=True)
class Made:
    """A move that a lead has made.

    Attributes:
        number: 1, 2, 3 … for each lead.
        kind: The verb.
        from_stage: The stage before; None when it was opened.
        to_stage: The stage after.
        from_status: The status before; None when it was opened.
        cycle: 1, one more after each reopening.
        on: The day that counts.
        recorded_on: The bureau's day of recording.
        reason: Why.
        review_on: Of a hold: the day of review.
        leaves_last: It leaves the last stage.
        reaches_last: It ends in the last stage.
    """

    number: int
    kind: MoveKind
    from_stage: str | None
    to_stage: str
    from_status: Status | None
    cycle: int
    on: date
    recorded_on: date
    reason: str | None
    review_on: date | None
    leaves_last: bool
    reaches_last: bool


def landing(history: Sequence[Made]) -> date | None:
    """Return the day of the first landing that was not taken back in its own cycle."""
    found: Made | None = None
    for move in history:
        if move.kind is MoveKind.ADVANCE and move.reaches_last:
            found = found or move
        elif move.kind is MoveKind.BACK and move.leaves_last and found is not None and found.cycle == move.cycle:
            found = None
    return None if found is None else found.on


def days_of(history: Sequence[Made]) -> dict[str, Any]:
    """Return the days that a lead copies from its moves."""
    entered = [move for move in history if move.kind in ENTERS]
    return {
        "received_on": history[0].on,
        "moved_on": history[-1].on,
        "entered_on": entered[-1].on,
        "landed_on": landing(history),
    }


def redated(history: Sequence[Made], number: int, day: date) -> tuple[Made, ...]:
    """Return a history with another day for one of its moves.

    Raises:
        InvalidInput: There is no such move; it counts on that day already.
    """
    with Checks() as found:
        if not 1 <= number <= len(history):
            found.wrong(
                N_("The lead has no move {number}; it has {last}."),
                N_("See their numbers: crm lead history LEAD"),
                field="move",
                code="range",
                number=number,
                last=len(history),
            )
        elif history[number - 1].on == day:
            found.wrong(
                N_("Move {number} counts on {day} already."),
                N_("Name another day."),
                field="on",
                code="empty",
                number=number,
                day=day,
            )
    return tuple(evolve(move, on=day) if move.number == number else move for move in history)


def ensure_redatable(
    pipeline: Pipeline, history: Sequence[Made], number: int, facts: LeadFacts, known: Sequence[LeadFacts]
) -> None:
    """Refuse a day on which a move could not have been made, and one that breaks the order of moves.

    Args:
        pipeline: The policy of the new day.
        history: The moves, with the new day.
        number: The move that is corrected.
        facts: The facts of the new day.
        known: The facts of the day that counted before, and of today. A gate that is met on none of these days was
            undone since; it does not keep a day from being put right.

    Raises:
        InvalidInput, GatesNotMet, MoveNotAllowed: Everything that stands in the way.
    """
    move, found = history[number - 1], Checks()
    if move.on > move.recorded_on:
        found.wrong(
            N_("{day} is after {recorded}, the day on which the move was recorded."),
            N_("Name that day or an earlier one."),
            field="on",
            code="future",
            day=move.on,
            recorded=move.recorded_on,
        )
    if number < len(history) and history[number].on < move.on:
        found.wrong(
            N_("{day} is after the next move on {following}."),
            N_("Moves must be in order; correct the later ones first."),
            field="on",
            code="order",
            day=move.on,
            following=history[number].on,
        )
    pipeline.require_stages([move.to_stage])
    since = move.from_stage if move.kind is MoveKind.ADVANCE else None
    gone = set.intersection(*(set(pipeline.missing(others, move.to_stage, since=since)) for others in known))
    if move.kind is MoveKind.OPEN:
        shut = [requirement for requirement in pipeline.missing(facts, move.to_stage) if requirement not in gone]
        found.add(*(requirement.problem for requirement in shut))
    elif _within_one_stage(pipeline, move):
        found.add(*order_problems(move.on, since=history[number - 2].on))
    else:
        before = history[number - 2]
        standing = Position(
            stage=str(move.from_stage),
            status=move.from_status or Status.ACTIVE,
            cycle=before.cycle,
            since=before.on,
            capital=facts.arrival and not known[0].arrival,
        )
        wanted = Move(
            kind=move.kind,
            on=move.on,
            today=max(move.on, move.recorded_on),
            to=move.to_stage if move.kind in ENTERS else None,
            reason=move.reason,
            review_on=None if move.review_on is None else max(move.review_on, move.on),
        )
        found.take(lambda: check(pipeline, standing, facts, wanted, gone))
    found.settle()


def _within_one_stage(pipeline: Pipeline, move: Made) -> bool:
    """Return whether a move went between two stages of an earlier policy that are one stage of this one."""
    return (
        move.kind in {MoveKind.ADVANCE, MoveKind.BACK}
        and move.from_stage is not None
        and pipeline.present(move.from_stage) == pipeline.present(move.to_stage)
    )
