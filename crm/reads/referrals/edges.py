"""The active referrals between investors, as the edges of a graph."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from crm.models import Investor, Lead, Referral, ReferralStatus, Transition
from crm.models.binding import OURS
from crm.reads.kernel.moves import day_of_move, taken_back
from crm.reads.kernel.undone import not_counted
from crm.rules.referrals import NEVER, Edge, day_after
from crm.rules.stages import Pipeline

STANDING = (ReferralStatus.RECORDED, ReferralStatus.CONFIRMED)


def was_signed(pipeline: Pipeline, day: object, lead: object = Referral.lead_id) -> ColumnElement[bool]:
    """Return whether a lead, by default that of a referral, was signed by a day, even if gates are no longer met."""
    binding = pipeline.codes_from(pipeline.binding)
    return exists().where(
        Transition.lead_id == lead,
        Transition.to_stage.in_(binding),
        ~taken_back(binding),
        day_of_move() <= day,
    )


def signed_by(pipeline: Pipeline, day: object) -> ColumnElement[bool]:
    """Return the condition that the lead of a referral was signed on or before a day, and its gates are not undone."""
    undone = not_counted(Referral.lead_id, pipeline.gates_until(pipeline.binding))
    return and_(was_signed(pipeline, day), ~undone)


def closes_on(session: Session, pipeline: Pipeline, lead: Lead, expires: date) -> date:
    """Return the first day on which a referral of a lead is not open any more. One statement.

    Args:
        session: The session.
        pipeline: Says by when a lead must have been signed.
        lead: The lead that was brought.
        expires: The last day of the referral, unless the lead was signed by then.
    """
    signed = session.scalar(select(was_signed(pipeline, expires, lead.id)), bind_arguments=OURS)
    return min(lead.landed_on or NEVER, NEVER if signed else day_after(expires))


def edges_from(
    session: Session, pipeline: Pipeline, parties: Iterable[int], *where: ColumnElement[bool]
) -> tuple[Edge, ...]:
    """Return every active referral reachable from parties, whatever the actor may see. One recursive statement.

    A rule needs all of them. Each is open until its lead landed, or until it expired if the lead was not signed by
    then.

    Args:
        session: The session.
        pipeline: Says by when a lead must have been signed.
        parties: Investors to begin with.
        where: Further conditions on the leads and their referrals.
    """
    reach = select(Investor.id.label("party")).where(Investor.id.in_(list(parties))).cte("reach", recursive=True)
    reach = reach.union(
        select(Lead.investor_id)
        .join(Referral, Referral.lead_id == Lead.id)
        .join(reach, reach.c.party == Referral.referrer_investor_id)
        .where(Referral.status.in_(STANDING), *where)
    )
    rows = session.execute(
        select(
            Referral.referrer_investor_id,
            Lead.investor_id,
            Referral.introduced_on,
            Lead.landed_on,
            Referral.expires_on,
            was_signed(pipeline, Referral.expires_on),
        )
        .join(Lead, Lead.id == Referral.lead_id)
        .where(Referral.referrer_investor_id.in_(select(reach.c.party)), Referral.status.in_(STANDING), *where)
    )
    return tuple(
        Edge(referrer or 0, brought, start, min(landed or NEVER, NEVER if signed else day_after(last)))
        for referrer, brought, start, landed, last, signed in rows
    )
