"""When a lead is stale: it did not move, and nothing was recorded of it, for longer than its stage allows."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, false, or_, select

from crm.models import Evidence, FollowUp, Lead, Meeting, Transition
from crm.models.base import standing
from crm.reads.kernel.visibility import visible
from crm.rules.access import Actor
from crm.rules.stages import Pipeline, Status
from crm.values.moments import end_of


def standing_too_long(actor: Actor | None, pipeline: Pipeline, today: date) -> ColumnElement[bool]:
    """Return whether a lead is stale: too long at its stage, or past a day of review that *actor* may see."""
    limits = [
        and_(
            Lead.stage.in_(pipeline.codes_of(stage.code)),
            Lead.status == Status.ACTIVE,
            Lead.moved_on < today - timedelta(days=stage.stale_days),
        )
        for stage in pipeline.stages
        if stage.stale_days is not None
    ]
    overdue = and_(
        Lead.status == Status.ON_HOLD,
        visible(actor),
        select(Transition.id)
        .where(Transition.lead_id == Lead.id, Transition.number == Lead.last_transition, Transition.review_on < today)
        .exists(),
    )
    return or_(false(), *limits, overdue)


def without_activity(actor: Actor | None, pipeline: Pipeline, today: date) -> ColumnElement[bool]:
    """Return the condition that a lead is stale: nothing is recorded of it for as many days as its stage allows.

    A move counts, and for those who see the lead a meeting, a follow-up that was done and a document. A lead on hold is
    stale past its day of review.
    """
    seen = visible(actor)
    quiet = [
        and_(
            Lead.stage.in_(pipeline.codes_of(stage.code)),
            ~and_(seen, _active_since(today - timedelta(days=stage.stale_days))),
        )
        for stage in pipeline.stages
        if stage.stale_days is not None
    ]
    return and_(standing_too_long(actor, pipeline, today), or_(Lead.status == Status.ON_HOLD, *quiet))


def _active_since(day: date) -> ColumnElement[bool]:
    """Return the condition that a meeting, a follow-up or a document of a lead is of a day or a later one."""
    began = end_of(day - timedelta(days=1))
    return or_(
        select(Meeting.id).where(Meeting.lead_id == Lead.id, standing(Meeting), Meeting.met_at >= began).exists(),
        select(FollowUp.id).where(FollowUp.lead_id == Lead.id, standing(FollowUp), FollowUp.done_at >= began).exists(),
        select(Evidence.id).where(Evidence.lead_id == Lead.id, standing(Evidence), Evidence.dated_on >= day).exists(),
    )
