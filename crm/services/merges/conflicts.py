"""The obstacles to a merge, all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from attrs import evolve
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from crm.errors import N_, Problem, problem
from crm.models import Contact, Distinct, Employment, Investor, Lead, MeetingContact, Ownership, Referral
from crm.models.base import lasting, standing
from crm.reads.investors import groups
from crm.reads.referrals.edges import STANDING, edges_from
from crm.rules.referrals import cycle
from crm.services.kernel.context import Context
from crm.services.merges.transfer import Kind


def conflicts(context: Context, kind: Kind, stays: Any, goes: Any, *, mistaken: bool) -> Iterator[Problem]:
    """Yield the obstacles to merging *goes* into *stays*. A fixed number of statements."""
    if stays is goes:
        yield problem(N_("A record cannot be merged into itself."), N_("Name two."), field="absorbed", code="itself")
        return
    for record in (stays, goes):
        if record.archived_at is not None:
            yield problem(
                N_('"{name}" ({id}) is archived or already merged.'),
                N_("Name the record it was merged into."),
                code="archived",
                name=record.name,
                id=record.id,
            )
    yield from (
        _investors(context, stays, goes, mistaken=mistaken) if kind is Investor else _contacts(context, stays, goes)
    )


def _investors(context: Context, stays: Investor, goes: Investor, *, mistaken: bool) -> Iterator[Problem]:
    session, both = context.session, (stays.id, goes.id)
    said = session.scalar(select(Distinct.reason).where(Distinct.one_id == min(both), Distinct.other_id == max(both)))
    if said is not None and not mistaken:
        yield problem(
            N_("They were declared distinct: {reason}"),
            N_("Ask the person who declared it; if it was a mistake: crm investor merge … --mistaken"),
            code="distinct",
            reason=said,
        )
    if goes.id in groups.line(session, stays.id) or stays.id in groups.line(session, goes.id):
        yield problem(
            N_("One is an ancestor of the other in a group."),
            N_("A parent and its subsidiary are different companies; if this is a mistake: crm investor leave-group"),
            code="group",
        )
    parents = session.execute(
        select(Ownership.child_id, Ownership.parent_id).where(Ownership.child_id.in_(both), lasting(Ownership))
    ).all()
    if len({parent for _, parent in parents}) > 1:
        yield problem(
            N_("They have different parents."),
            N_("End one first: crm investor leave-group"),
            code="parents",
        )
    sourced = session.scalars(
        select(Lead.id).where(Lead.investor_id.in_(both), Lead.source_investor_id.in_(both)).order_by(Lead.id)
    ).all()
    if sourced:
        yield problem(
            N_("One is the source of the other's leads: {leads}."),
            N_("Correct the source first: crm lead edit LEAD --source …"),
            code="source",
            leads=", ".join(map(str, sourced)),
        )
    yield from _memberships(session, stays, goes)
    yield from _employments(session, Investor, stays.id, goes.id)
    yield from _referrals(context, stays, goes)


def _memberships(session: Session, stays: Investor, goes: Investor) -> Iterator[Problem]:
    """Yield a problem where memberships of both overlap and are not the same one."""
    other = aliased(Ownership)
    differ = or_(*(getattr(Ownership, name).is_distinct_from(getattr(other, name)) for name in ("since", "until")))
    over = differ | Ownership.until.is_not(None)
    rows = session.execute(
        select(Ownership.since, Ownership.until, other.since, other.until)
        .join(other, overlap(Ownership, other))
        .where(Ownership.child_id == stays.id, other.child_id == goes.id, over, standing(Ownership, other))
        .order_by(Ownership.id, other.id)
    ).all()
    if rows:
        yield problem(
            N_("Their memberships of groups overlap: {spans}."),
            N_("Correct the days first: crm investor edit-group"),
            code="memberships",
            spans="; ".join(f"{_span(*row[:2])}, {_span(*row[2:])}" for row in rows),
        )


def _employments(session: Session, kind: Kind, stays: int, goes: int) -> Iterator[Problem]:
    """Yield a problem for each two employments of one person at one company that overlap and differ.

    Equal ones become one, also where only the one that stays has a title. Of others a title, a first or a
    last day would be lost.
    """
    other = aliased(Employment)
    mine, shared = ("investor_id", "contact_id") if kind is Investor else ("contact_id", "investor_id")
    differ = or_(
        and_(other.title.is_not(None), other.title.is_distinct_from(Employment.title)),
        *(getattr(Employment, name).is_distinct_from(getattr(other, name)) for name in ("since", "until")),
    )
    rows = session.execute(
        select(
            Contact.name,
            Investor.name,
            Employment.title,
            Employment.since,
            Employment.until,
            other.title,
            other.since,
            other.until,
        )
        .select_from(Employment)
        .join(other, and_(getattr(other, shared) == getattr(Employment, shared), overlap(Employment, other)))
        .join(Contact, Contact.id == Employment.contact_id)
        .join(Investor, Investor.id == Employment.investor_id)
        .where(getattr(Employment, mine) == stays, getattr(other, mine) == goes, differ, standing(Employment, other))
        .order_by(Employment.id, other.id)
    )
    for person, company, title, since, until, other_title, other_since, other_until in rows:
        yield problem(
            N_('"{person}" would work at "{company}" twice: as "{one}", {first}, and as "{two}", {second}.'),
            N_("Make both employments the same, or correct their days: crm contact edit-employment"),
            code="employments",
            person=person,
            company=company,
            one=title or "–",
            first=_span(since, until),
            two=other_title or "–",
            second=_span(other_since, other_until),
        )


def overlap(one: Any, other: Any) -> ColumnElement[bool]:
    """Return the condition that two spans have a day in common; a day that is missing is no limit."""
    return and_(
        or_(one.until.is_(None), other.since.is_(None), other.since <= one.until),
        or_(other.until.is_(None), one.since.is_(None), one.since <= other.until),
    )


def _span(since: date | None, until: date | None) -> str:
    return f"{since or '…'} – {until or '…'}"


def _referrals(context: Context, stays: Investor, goes: Investor) -> Iterator[Problem]:
    session, both = context.session, (stays.id, goes.id)
    family = groups.members(session, both)
    inside = session.scalars(
        select(Referral.id)
        .join(Lead, Lead.id == Referral.lead_id)
        .where(
            Referral.status.in_(STANDING),
            or_(
                and_(Referral.referrer_investor_id.in_(both), Lead.investor_id.in_(family)),
                and_(Referral.referrer_investor_id.in_(family), Lead.investor_id.in_(both)),
            ),
        )
        .order_by(Referral.id)
    ).all()
    if inside:
        yield problem(
            N_("These referrals would be within the company or its group: {referrals}."),
            N_("Withdraw them first: crm referral withdraw"),
            code="self_referral",
            referrals=", ".join(map(str, inside)),
        )
    yield from _both_refer(session, Referral.referrer_investor_id, stays.id, goes.id)
    if inside:
        return
    edges = [
        evolve(
            edge,
            referrer=stays.id if edge.referrer == goes.id else edge.referrer,
            brought=stays.id if edge.brought == goes.id else edge.brought,
        )
        for edge in edges_from(session, context.policy(), both)
    ]
    if any(cycle([other for other in edges if other is not edge], edge) for edge in edges if edge.referrer == stays.id):
        yield problem(
            N_("After the merge their referrals would form a circle."),
            N_("Withdraw a referral first: crm referral tree INVESTOR"),
            code="cycle",
        )


def _both_refer(session: Session, party: InstrumentedAttribute[int | None], stays: int, goes: int) -> Iterator[Problem]:
    """Yield a problem where both are referrers of one lead: two valid referrals would become one party's."""
    other = aliased(Referral)
    shared = session.scalars(
        select(Referral.lead_id)
        .join(other, other.lead_id == Referral.lead_id)
        .where(
            party == stays,
            getattr(other, party.key) == goes,
            Referral.status.in_(STANDING),
            other.status.in_(STANDING),
        )
        .order_by(Referral.lead_id)
    ).all()
    if shared:
        yield problem(
            N_("Both are referrers of these leads: {leads}."),
            N_("Withdraw one of the two referrals: crm referral withdraw"),
            code="referrers",
            leads=", ".join(map(str, shared)),
        )


def _contacts(context: Context, stays: Contact, goes: Contact) -> Iterator[Problem]:
    session = context.session
    other = aliased(MeetingContact)
    together = session.scalars(
        select(MeetingContact.meeting_id)
        .join(other, other.meeting_id == MeetingContact.meeting_id)
        .where(MeetingContact.contact_id == stays.id, other.contact_id == goes.id)
        .where(standing(MeetingContact), other.withdrawn_at.is_(None))
        .order_by(MeetingContact.meeting_id)
    ).all()
    if together:
        yield problem(
            N_("Both took part in meetings {meetings}; they are different people."),
            N_("If one of them was not there, take them out first: crm visit edit"),
            code="together",
            meetings=", ".join(map(str, together)),
        )
    yield from _employments(session, Contact, stays.id, goes.id)
    yield from _both_refer(session, Referral.referrer_contact_id, stays.id, goes.id)
    own = session.scalar(
        select(func.count())
        .select_from(Referral)
        .join(Lead, Lead.id == Referral.lead_id)
        .join(Employment, Employment.investor_id == Lead.investor_id)
        .where(
            Referral.referrer_contact_id.in_((stays.id, goes.id)),
            Employment.contact_id.in_((stays.id, goes.id)),
            standing(Employment),
            Referral.status.in_(STANDING),
        )
    )
    if own:
        yield problem(
            N_("After the merge the company would have referred itself."),
            N_("Withdraw the referral first: crm referral withdraw"),
            code="self_referral",
        )
