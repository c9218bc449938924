"""The gates that a lead has passed, and the records they depend on: a correction must not undo one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from crm.errors import N_, Conflict, problem
from crm.models import Lead
from crm.reads.leads.facts import lead_facts
from crm.rules.stages import Missing
from crm.services.kernel.context import Context
from crm.services.leads.redates import history_of


def lacking(context: Context, lead_id: int) -> tuple[Missing, ...]:
    """Return the gates that a lead has passed and did not meet on the day on which it passed them.

    One statement for the history, and one for each of the days; there are at most as many as stages.
    """
    passed = _passed(context, context.session.get_one(Lead, lead_id))
    facts = {day: lead_facts(context.session, lead_id, day) for day in set(passed.values())}
    found: list[Missing] = []
    for stage, day in passed.items():
        pipeline = context.policy(day)
        if (at := pipeline.positions().get(stage)) is not None:
            before = pipeline.stages[at - 1].code if at else None
            found += pipeline.missing(facts[day], stage, since=before)
    return tuple(found)


def _passed(context: Context, lead: Lead) -> Mapping[str, date]:
    """Return the stages up to that of a lead, each with the day of the move that last went through it."""
    pipeline = context.policy()
    codes, at = [stage.code for stage in pipeline.stages], pipeline.positions()
    if lead.stage not in at:
        return {}
    days: dict[str, date] = {}
    for move in history_of(context, lead)[1]:
        if move.to_stage in at:
            first = at.get(move.from_stage or "", -1) + 1
            days |= dict.fromkeys(codes[first : at[move.to_stage] + 1], move.on)
    return {code: days[code] for code in codes[: at[lead.stage] + 1] if code in days}


def ensure_kept(context: Context, lead_id: int, before: Collection[Missing], way_out: str) -> None:
    """Refuse a correction that takes a gate away which a lead has passed; *before* it lacked these.

    What counts is the day on which the lead passed it: a document of a later day does not meet it.

    Raises:
        Conflict: It does.
    """
    lost = [
        problem(
            N_("The stage {stage} of lead {id} depends on this record as it is: {why}"),
            way_out,
            field=requirement.gate,
            code="rests",
            stage=requirement.stage,
            id=lead_id,
            why=requirement.text,
        )
        for requirement in lacking(context, lead_id)
        if requirement not in before
    ]
    if lost:
        raise Conflict(*lost)
