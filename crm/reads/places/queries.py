"""Stations, units and staff as rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from crm.models import Lead, Meeting, Staff, Station, StationEvent, Unit
from crm.reads.kernel.visibility import visible
from crm.reads.places.rows import StaffRow, StationCard, StationEventRow, StationRow, UnitRow
from crm.rules.access import Actor
from crm.rules.stages import OPEN


def _stations(actor: Actor | None) -> Select[Any]:
    def count(model: Any, *where: Any) -> Any:
        return (
            select(func.count())
            .select_from(model)
            .where(model.station_id == Station.id, *where)
            .correlate(Station)
            .scalar_subquery()
        )

    shown = or_(Meeting.lead_id.is_(None), Meeting.lead_id.in_(select(Lead.id).where(visible(actor))))
    since = (
        select(StationEvent.since)
        .where(StationEvent.station_id == Station.id)
        .order_by(StationEvent.number.desc())
        .limit(1)
        .correlate(Station)
    ).scalar_subquery()
    return select(
        Station,
        since.label("since"),
        count(Staff, Staff.archived_at.is_(None)).label("staff"),
        count(Lead, Lead.status.in_(OPEN)).label("leads"),
        count(Meeting, shown).label("meetings"),
    ).order_by(Station.code)


def _station(row: Any) -> StationRow:
    station: Station = row.Station
    return StationRow(
        id=station.id,
        code=station.code,
        name=station.name,
        name_en=station.name_en,
        country=station.country,
        zone=station.zone,
        host=station.host,
        languages=tuple(station.languages),
        status=station.status.value,
        since=row.since,
        staff=row.staff,
        leads=row.leads,
        meetings=row.meetings,
    )


def stations(session: Session, actor: Actor | None) -> tuple[StationRow, ...]:
    """Return all stations by code, with staff, leads in the pipeline and the meetings the actor may see counted. One statement."""
    return tuple(_station(row) for row in session.execute(_stations(actor)))


def station_card(session: Session, actor: Actor | None, station_id: int) -> StationCard:
    """Return a station with its history. Two statements."""
    row = session.execute(_stations(actor).where(Station.id == station_id)).one()
    history = session.scalars(
        select(StationEvent).where(StationEvent.station_id == station_id).order_by(StationEvent.number)
    )
    return StationCard(
        row=_station(row),
        history=tuple(
            StationEventRow(number=e.number, status=e.status.value, since=e.since, note=e.note) for e in history
        ),
    )


def units(session: Session) -> tuple[UnitRow, ...]:
    """Return the units that are not archived, by kind and code. One statement."""
    rows = session.scalars(select(Unit).where(Unit.archived_at.is_(None)).order_by(Unit.kind, Unit.code))
    return tuple(
        UnitRow(id=unit.id, code=unit.code, name=unit.name, name_en=unit.name_en, kind=unit.kind.value) for unit in rows
    )


def staff(session: Session, *, archived: bool) -> tuple[StaffRow, ...]:
    """Return the staff by username. One statement."""
    statement = (
        select(Staff, Station.code, Unit.code)
        .outerjoin(Station, Station.id == Staff.station_id)
        .outerjoin(Unit, Unit.id == Staff.unit_id)
        .order_by(Staff.username)
    )
    if not archived:
        statement = statement.where(Staff.archived_at.is_(None))
    return tuple(
        StaffRow(
            id=s.id,
            username=s.username,
            name=s.name,
            role=s.role.value,
            station=station,
            unit=unit,
            archived=s.archived_at is not None,
        )
        for s, station, unit in session.execute(statement)
    )
