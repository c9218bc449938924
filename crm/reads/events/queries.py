"""Promotion events as rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, func, select, true
from sqlalchemy.orm import Session

from crm.models import Attendance, Contact, EventState, Investor, Lead, PromotionEvent, Staff, Station, Unit
from crm.models.base import standing
from crm.reads.events.rows import AttendanceRow, EventCard, EventFigures, EventRow
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.reads.kernel.rows import row_of, withdrawal
from crm.reads.kernel.visibility import visible
from crm.reads.leads import queries as lead_reports
from crm.rules.access import Actor
from crm.rules.events import AttendanceFields, EventFields
from crm.rules.stages import Pipeline


def _counts(actor: Actor | None) -> tuple[ScalarSelect[int], ScalarSelect[int], ScalarSelect[int]]:
    """Return the numbers of investors, people and leads of an event, each as a subquery of its own."""
    of_event = and_(Attendance.event_id == PromotionEvent.id, standing(Attendance))
    investors = select(func.count(Attendance.investor_id.distinct())).where(of_event).scalar_subquery()
    people = select(func.coalesce(func.sum(Attendance.people), 0)).where(of_event).scalar_subquery()
    leads = (
        select(func.count())
        .select_from(Lead)
        .where(Lead.source_event_id == PromotionEvent.id, visible(actor))
        .scalar_subquery()
    )
    return investors, people, leads


def _events(actor: Actor | None) -> Select[PromotionEvent, str, str, int, int, int]:
    return (
        select(PromotionEvent, Unit.code, Station.code, *_counts(actor))
        .outerjoin(Unit, Unit.id == PromotionEvent.unit_id)
        .outerjoin(Station, Station.id == PromotionEvent.station_id)
    )


def _row(row: Row[PromotionEvent, str, str, int, int, int], home: Collection[str]) -> EventRow:
    e, unit, station, investors, people, leads = row
    return row_of(
        EventRow,
        EventFields,
        e,
        id=e.id,
        uid=e.uid,
        abroad=e.country not in home,
        unit=unit,
        station=station,
        state=e.state.value,
        investors=investors,
        people=int(people),
        leads=leads,
        version=e.version,
    )


def events(
    session: Session, actor: Actor | None, where: Iterable[ColumnElement[bool]] = (), *, home: Collection[str]
) -> Listing[EventRow]:
    """Return events, latest first, with attendance and the number of leads they started. One statement."""
    return Selected(
        session=session,
        statement=_events(actor).where(*where),
        make=lambda rows: (_row(row, home) for row in rows),
        keys=(
            Key(PromotionEvent.starts_on, "starts_on", descending=True),
            Key(PromotionEvent.id, "id", descending=True),
        ),
    )


def card(
    session: Session, actor: Actor | None, event_id: int, pipeline: Pipeline, *, today: date, withdrawn: bool = False
) -> EventCard:
    """Return an event with its attendance, *withdrawn* ones too, and the leads it started. Three statements."""
    row = _row(session.execute(_events(actor).where(PromotionEvent.id == event_id)).one(), pipeline.home)
    came = session.execute(
        select(Attendance, Investor.name, Contact.name, Staff.username)
        .outerjoin(Investor, Investor.id == Attendance.investor_id)
        .outerjoin(Contact, Contact.id == Attendance.contact_id)
        .outerjoin(Staff, Staff.id == Attendance.withdrawn_by_id)
        .where(Attendance.event_id == event_id, true() if withdrawn else standing(Attendance))
        .order_by(Attendance.id)
    )
    return EventCard(
        row=row,
        attendance=tuple(
            row_of(
                AttendanceRow,
                AttendanceFields,
                a,
                id=a.id,
                investor_id=a.investor_id,
                investor=investor,
                contact_id=a.contact_id,
                contact=contact,
                withdrawn=withdrawal(a, by),
                version=a.version,
            )
            for a, investor, contact, by in came
        ),
        # Hidden leads are left out rather than masked, because their origin would be disclosed.
        leads=lead_reports.leads(
            session, actor, pipeline, today=today, where=[Lead.source_event_id == event_id, visible(actor)]
        ).all(),
    )


def figures(
    session: Session,
    actor: Actor | None,
    first: date,
    last: date,
    where: Iterable[ColumnElement[bool]] = (),
    *,
    home: Collection[str],
) -> EventFigures:
    """Return how many events began in a period, at home and abroad. One statement."""
    _, people, leads = _counts(actor)
    began = (
        select(PromotionEvent.state, PromotionEvent.country, people.label("people"), leads.label("leads"))
        .where(PromotionEvent.starts_on.between(first, last), *where)
        .subquery()
    )
    held = began.c.state == EventState.HELD
    here = began.c.country.in_(home)
    row = session.execute(
        select(
            func.count().filter(held).label("held"),
            func.count().filter(and_(held, here)).label("held_at_home"),
            func.count().filter(and_(held, ~here)).label("held_abroad"),
            func.count().filter(began.c.state == EventState.PLANNED).label("planned"),
            func.count().filter(began.c.state == EventState.CANCELLED).label("cancelled"),
            func.coalesce(func.sum(began.c.people).filter(held), 0).label("people"),
            func.coalesce(func.sum(began.c.leads).filter(held), 0).label("leads"),
        ).select_from(began)
    ).one()
    counts = {key: int(value) for key, value in row._mapping.items()}  # noqa: SLF001 - its public name
    return EventFigures(since=first, until=last, **counts)
