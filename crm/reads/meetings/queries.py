"""Meetings and follow-ups as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import Session, aliased

from crm.models import (
    Contact,
    FollowUp,
    Investor,
    Lead,
    Meeting,
    MeetingContact,
    MeetingStaff,
    Minute,
    Staff,
    Station,
    Trip,
)
from crm.models.base import standing
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.reads.kernel.rows import row_of, withdrawal
from crm.reads.kernel.visibility import meeting_visible, visible
from crm.reads.meetings.rows import FollowUpRow, MeetingCard, MeetingRow
from crm.rules.access import Actor
from crm.rules.meetings import FollowUpFields, MeetingFields


def meetings(
    session: Session,
    actor: Actor | None,
    *,
    where: Iterable[ColumnElement[bool]] = (),
    lead_id: int | None = None,
    investor_id: int | None = None,
    withdrawn: bool = False,
) -> Listing[MeetingRow]:
    """Return meetings the actor may see, latest first, with the people of both sides.

    One statement, and two for the people of each 500 meetings. Withdrawn ones are left out, unless asked for.
    """
    gone = aliased(Staff)
    statement = (
        select(Meeting, Investor.name, Lead.title, Station.code, Trip.code, gone.username)
        .join(Investor, Investor.id == Meeting.investor_id)
        .outerjoin(Lead, Lead.id == Meeting.lead_id)
        .outerjoin(Station, Station.id == Meeting.station_id)
        .outerjoin(Trip, Trip.id == Meeting.delegation_id)
        .outerjoin(gone, gone.id == Meeting.withdrawn_by_id)
        .where(meeting_visible(actor), *where)
    )
    if not withdrawn:
        statement = statement.where(standing(Meeting))
    if lead_id is not None:
        statement = statement.where(Meeting.lead_id == lead_id)
    if investor_id is not None:
        statement = statement.where(Meeting.investor_id == investor_id)
    return Selected(
        session=session,
        statement=statement,
        make=partial(_rows, session),
        keys=(Key(Meeting.met_at, "at.utc", descending=True), Key(Meeting.id, "id", descending=True)),
    )


def _rows(session: Session, found: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[MeetingRow]:
    theirs, ours = _people(session, [row.Meeting.id for row in found])
    return (
        row_of(
            MeetingRow,
            MeetingFields,
            m,
            id=m.id,
            uid=m.uid,
            investor=investor,
            investor_id=m.investor_id,
            lead_id=m.lead_id,
            lead=lead,
            contacts=tuple(theirs.get(m.id, ())),
            staff=tuple(ours.get(m.id, ())),
            station=station,
            trip=trip,
            withdrawn=withdrawal(m, by),
        )
        for m, investor, lead, station, trip, by in found
    )


def _people(session: Session, numbers: list[int]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    theirs: dict[int, list[str]] = defaultdict(list)
    ours: dict[int, list[str]] = defaultdict(list)
    for number, name in session.execute(
        select(MeetingContact.meeting_id, Contact.name)
        .join(Contact, Contact.id == MeetingContact.contact_id)
        .where(MeetingContact.meeting_id.in_(numbers), standing(MeetingContact))
        .order_by(MeetingContact.id)
    ):
        theirs[number].append(name)
    for number, name in session.execute(
        select(MeetingStaff.meeting_id, Staff.username)
        .join(Staff, Staff.id == MeetingStaff.staff_id)
        .where(MeetingStaff.meeting_id.in_(numbers), standing(MeetingStaff))
        .order_by(MeetingStaff.id)
    ):
        ours[number].append(name)
    return theirs, ours


def card(session: Session, actor: Actor | None, meeting_id: int, *, today: date) -> MeetingCard | None:
    """Return a meeting with its minutes and follow-ups, or None if the actor may not see it.

    A withdrawn one is shown too, with all of its follow-ups.
    """
    rows = meetings(session, actor, where=[Meeting.id == meeting_id], withdrawn=True).all()
    if not rows:
        return None
    minutes = session.execute(
        select(Minute.kind, Minute.text)
        .where(Minute.meeting_id == meeting_id, standing(Minute))
        .order_by(Minute.number)
    )
    return MeetingCard(
        row=rows[0],
        minutes=tuple((kind.value, text) for kind, text in minutes),
        followups=followups(
            session, actor, today=today, where=[FollowUp.meeting_id == meeting_id], open_only=False, withdrawn=True
        ).all(),
    )


def followups(
    session: Session,
    actor: Actor | None,
    *,
    today: date,
    where: Iterable[ColumnElement[bool]] = (),
    lead_id: int | None = None,
    open_only: bool = True,
    withdrawn: bool = False,
) -> Listing[FollowUpRow]:
    """Return follow-ups by due day, without those of hidden leads. One statement.

    Withdrawn ones are left out, unless asked for.
    """
    gone = aliased(Staff)
    statement = (
        select(FollowUp, Staff.username, Investor.name, Lead.title, gone.username)
        .join(Staff, Staff.id == FollowUp.owner_id)
        .join(Investor, Investor.id == FollowUp.investor_id)
        .outerjoin(Lead, Lead.id == FollowUp.lead_id)
        .outerjoin(gone, gone.id == FollowUp.withdrawn_by_id)
        .where(or_(FollowUp.lead_id.is_(None), visible(actor)), *where)
    )
    if lead_id is not None:
        statement = statement.where(FollowUp.lead_id == lead_id)
    if not withdrawn:
        statement = statement.where(standing(FollowUp))
    if open_only:
        statement = statement.where(FollowUp.done_at.is_(None))
    return Selected(
        session=session,
        statement=statement,
        make=partial(_followup_rows, today),
        keys=(Key(FollowUp.due_on, "due_on"), Key(FollowUp.id, "id")),
    )


def _followup_rows(today: date, found: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[FollowUpRow]:
    return (
        row_of(
            FollowUpRow,
            FollowUpFields,
            f,
            id=f.id,
            owner=owner,
            done_at=f.done_at,
            investor=investor,
            lead_id=f.lead_id,
            lead=lead,
            overdue=f.done_at is None and f.withdrawn_at is None and f.due_on < today,
            days_left=None if f.done_at else (f.due_on - today).days,
            withdrawn=withdrawal(f, by),
        )
        for f, owner, investor, lead, by in found
    )
