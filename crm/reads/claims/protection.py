"""The protection of claims in SQL: the last day of progress, and the claims that have lapsed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import CTE, ColumnElement, and_, case, func, literal, select, union_all

from crm.models import Claim, ClaimEvent, ClaimState, ClaimStep, Lead, Meeting, Transition
from crm.models.base import standing
from crm.reads.kernel.days import day_of, days_between
from crm.rules.claims import ClaimPolicy
from crm.values.moments import BUREAU_ZONE, zone_of


def days_held(policy: ClaimPolicy, today: date, *where: ColumnElement[bool], landed: bool = True) -> CTE:
    """Return for each active claim the last day before a gap, ``gap`` or null, and its ``last`` day of progress.

    If the caller leaves out what has *landed*, leads are not read.
    """
    active = and_(Claim.state == ClaimState.ACTIVE, *where)
    progress = union_all(
        select(Claim.id.label("claim_id"), Claim.lead_id, day_of(Claim.held_since).label("day")).where(active),
        select(Claim.id, Claim.lead_id, day_of(ClaimEvent.at))
        .join(ClaimEvent, ClaimEvent.claim_id == Claim.id)
        .where(active, ClaimEvent.kind == ClaimStep.RENEWED, ClaimEvent.at >= Claim.held_since),
        select(Claim.id, Claim.lead_id, Transition.recorded_on)
        .join(Transition, Transition.lead_id == Claim.lead_id)
        .where(active, Transition.recorded_at >= Claim.held_since),
        select(Claim.id, Claim.lead_id, day_of(Meeting.recorded_at))
        .join(Meeting, Meeting.lead_id == Claim.lead_id)
        .where(active, Meeting.recorded_at >= Claim.held_since, standing(Meeting)),
    ).subquery("progress")
    # Once a lead has landed its claim is settled and does not lapse.
    end: ColumnElement[date] = func.coalesce(Lead.landed_on, literal(today)) if landed else literal(today)
    following = func.coalesce(
        func.lead(progress.c.day).over(partition_by=progress.c.claim_id, order_by=progress.c.day), end
    )
    every = select(progress.c.claim_id, progress.c.day, case((following > end, end), else_=following).label("next"))
    steps = (every.join(Lead, Lead.id == progress.c.lead_id) if landed else every).subquery("steps")
    broken = days_between(steps.c.day, steps.c.next) > policy.protection_days
    return (
        select(
            steps.c.claim_id,
            func.min(case((broken, steps.c.day))).label("gap"),
            func.max(steps.c.day).label("last"),
        )
        .group_by(steps.c.claim_id)
        .cte("held")
    )


def lapsed_days(policy: ClaimPolicy, today: date, *where: ColumnElement[bool], landed: bool = True) -> CTE:
    """Return only the active claims that have lapsed, in the form of :func:`days_held`.

    A claim held for no longer than the days of protection cannot have lapsed, so its days of progress are not read.
    """
    first = today - timedelta(days=policy.protection_days)
    old = Claim.held_since < datetime.combine(first, time(), zone_of(BUREAU_ZONE))
    held = days_held(policy, today, old, *where, landed=landed)
    return select(held.c.claim_id, held.c.gap).where(held.c.gap.is_not(None)).cte("gone")
