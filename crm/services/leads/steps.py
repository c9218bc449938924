"""A move that was asked for, and the transition that it becomes; of one lead or of several."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import frozen

from crm.models import Lead, Transition
from crm.rules.kernel.checks import Checks
from crm.rules.leads.moves import Move, Position, Step, check
from crm.rules.leads.redates import ENTERS
from crm.rules.pipeline.facts import LeadFacts
from crm.rules.stages import MoveKind, Pipeline
from crm.services.kernel.conflicts import require_version
from crm.services.kernel.context import Context
from crm.values.text import NAME, REASON

Day = date | str | None


@frozen
class Asked:
    """A move that was asked for, of one lead or of several.

    Attributes:
        move: The move.
        pipeline: The policy of its day.
        competitor: The place where the investor went.
    """

    move: Move
    pipeline: Pipeline
    competitor: str | None


def read_move(
    context: Context,
    kind: MoveKind,
    *,
    on: Day = None,
    reason: str | None = None,
    to: str | None = None,
    review: Day = None,
    competitor: str | None = None,
    version: int | None = None,
) -> Asked:
    """Return the move that arguments ask for.

    Raises:
        InvalidInput: Invalid arguments, all of them named.
    """
    today = context.today
    with Checks() as checks:
        day = checks.day(today if on is None else on, "on")
        why = checks.text(reason, "reason", REASON, required=False)
        review_on = checks.day(review, "review_on")
        if to is not None:
            checks.take(lambda: context.policy(day).position(to))
        checks.take(lambda: require_version(version))
        winner = checks.text(competitor, "competitor", NAME, required=False)
    move = Move(kind=kind, on=day, today=today, to=to, reason=why, review_on=review_on)
    return Asked(move, context.policy(day), winner)


def step_of(lead: Lead, facts: LeadFacts, asked: Asked) -> Step:
    """Return the step of a lead for a move.

    Raises:
        MoveNotAllowed: The rules forbid it; all obstacles are named.
        GatesNotMet: Gates on the way are not met, all of them named.
    """
    standing = Position(
        stage=lead.stage,
        status=lead.status,
        cycle=lead.cycle,
        since=lead.moved_on,
        capital=facts.capital,
        carried_over=facts.carried_over,
        landed=lead.landed_on is not None,
    )
    return check(asked.pipeline, standing, facts, asked.move)


def may_lengthen(lead: Lead, asked: Asked) -> bool:
    """Return whether a move may leave a referral of the lead open for longer than it was.

    A signing of an earlier day may be in time for one that has expired; a landing that is taken back ended one.
    """
    move = asked.move
    return (move.kind is MoveKind.ADVANCE and move.on < move.today) or (
        move.kind is MoveKind.BACK and lead.landed_on is not None
    )


def copies_of(lead: Lead, step: Step, asked: Asked) -> dict[str, Any]:
    """Return what a lead copies from its next transition, unless that is a move back from the last stage."""
    pipeline, day = asked.pipeline, asked.move.on
    values: dict[str, object] = {
        "stage": step.to_stage,
        "status": step.to_status,
        "cycle": step.cycle,
        "moved_on": day,
    }
    if step.kind in ENTERS:
        values["entered_on"] = day
    if step.to_stage == pipeline.last.code and step.kind is MoveKind.ADVANCE and lead.landed_on is None:
        values["landed_on"] = day
    return values


def transition_of(context: Context, lead: Lead, step: Step, asked: Asked, **identity: Any) -> Transition:
    """Return the transition of a step that the lead's copies have been written for."""
    pipeline, move, number = asked.pipeline, asked.move, lead.last_transition
    return Transition(
        **identity,
        lead_id=lead.id,
        number=number,
        previous=number - 1,
        kind=step.kind,
        policy=pipeline.name,
        from_stage=step.from_stage,
        to_stage=step.to_stage,
        from_status=step.from_status,
        to_status=step.to_status,
        from_position=pipeline.position(step.from_stage),
        to_position=pipeline.position(step.to_stage),
        last_position=len(pipeline.stages) - 1,
        cycle=step.cycle,
        occurred_on=move.on,
        recorded_at=context.now(),
        recorded_on=move.today,
        actor_id=context.acting().id,
        reason=move.reason,
        review_on=move.review_on,
        competitor=asked.competitor,
    )
