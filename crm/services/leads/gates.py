"""The gates that a lead has passed, and what they rest on: no correction takes one away."""

from __future__ import annotations

from collections.abc import Collection

from crm.errors import N_, Conflict, problem
from crm.models import Lead
from crm.reads.leads.facts import lead_facts
from crm.rules.stages import Missing
from crm.services.kernel.context import Context


def lacking(context: Context, lead_id: int) -> tuple[Missing, ...]:
    """Return the gates that a lead has passed and does not meet. Two statements at most."""
    lead = context.session.get_one(Lead, lead_id)
    pipeline = context.policy()
    if lead.stage not in {stage.code for stage in pipeline.stages}:
        return ()
    return pipeline.missing(lead_facts(context.session, lead_id, context.today), lead.stage)


def ensure_kept(context: Context, lead_id: int, before: Collection[Missing], way_out: str) -> None:
    """Refuse a correction that takes a gate away which a lead has passed; *before* it lacked these.

    Raises:
        Conflict: It does.
    """
    lost = [
        problem(
            N_("The stage {stage} of lead {id} rests on this record as it is: {why}"),
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
