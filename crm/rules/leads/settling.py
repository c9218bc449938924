"""Settling a lead that was carried over: its moves get the days on which its documents met the gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from attrs import evolve

from crm.errors import N_, GatesNotMet
from crm.rules.kernel.checks import Checks
from crm.rules.leads.redates import Made
from crm.rules.pipeline.facts import LeadFacts
from crm.rules.stages import MoveKind, Pipeline

#: The day before all documents: a gate that is met then depends on no day.
_EVER = date.min


def settled(
    pipeline: Pipeline, history: Sequence[Made], carried: range, facts: LeadFacts, days: Mapping[str, date]
) -> tuple[Made, ...]:
    """Return the moves of a lead with the days of its documents for those that were carried over.

    A move that was taken back since needs no gates and keeps its day.

    Args:
        pipeline: The policy.
        history: The moves, with the days that count.
        carried: The numbers of the moves that were carried over.
        facts: What is on record today.
        days: For each fact that has a day, the first day of a record that is enough for it.

    Raises:
        GatesNotMet: Gates are not met, all of them named.
        InvalidInput: The days of documents contradict the days of other moves.
    """
    pipeline.require_stages(move.to_stage for move in history if move.number in carried)
    standing = {move.number for move in history if move.number in carried and not _taken_back(pipeline, history, move)}
    stages = [history[-1].to_stage, *(move.to_stage for move in history if move.number in standing)]
    missing = pipeline.missing(facts, max(stages, key=pipeline.standing))
    if missing:
        raise GatesNotMet(*(requirement.problem for requirement in missing))
    with Checks() as found:
        moves = list(history[:1])
        for move in history[1:]:
            before, day = moves[-1], move.on
            if move.number in standing:
                met = _first_met(pipeline, move.to_stage, facts, days)
                if met not in {_EVER, max(met, history[0].on)}:
                    found.wrong(
                        N_("By its documents the lead reached {stage} on {day}, before it was received on {received}."),
                        N_("Correct the day on which it was received first: crm lead redate LEAD {day} --move 1"),
                        field="received",
                        code="order",
                        stage=move.to_stage,
                        day=met,
                        received=history[0].on,
                    )
                day = max(met, before.on)
            elif move.number in carried:
                day = max(day, before.on)
            elif day < before.on:
                found.wrong(
                    N_("By its documents the lead reached {stage} on {day}, after move {number} on {on}."),
                    N_("Correct the day of that move first: crm lead redate LEAD DAY --move {number}"),
                    field="on",
                    code="order",
                    stage=before.to_stage,
                    day=before.on,
                    number=move.number,
                    on=move.on,
                )
                day = before.on
            moves.append(evolve(move, on=day))
    return tuple(moves)


def _taken_back(pipeline: Pipeline, history: Sequence[Made], of: Made) -> bool:
    """Return whether the lead was moved back below the stage of a move later in the same cycle."""
    return any(
        move.kind is MoveKind.BACK
        and (move.number, move.cycle) == (max(move.number, of.number), of.cycle)
        and pipeline.standing(move.to_stage) < pipeline.standing(of.to_stage)
        for move in history
    )


def _first_met(pipeline: Pipeline, stage: str, facts: LeadFacts, days: Mapping[str, date]) -> date:
    """Return the first day on which all gates up to a stage were met; they are met today."""
    known = {fact: day for fact, day in days.items() if getattr(facts, fact)}
    for day in (_EVER, *sorted(known.values())):
        by_then = {fact for fact, first in known.items() if first <= day}
        then = evolve(
            facts,
            two_way_meeting="two_way_meeting" in by_then,
            agreement="agreement" in by_then,
            licence="licence" in by_then,
            arrival="arrival" in by_then,
            construction="construction" in by_then,
            start="start" in by_then,
            confirmed="confirmed" in by_then,
        )
        if not pipeline.missing(then, stage):
            return day
    return max(known.values())
