"""Stations, units and staff as rows."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session

from crm.models import Binding, Lead, Meeting, Posting, Staff, Station, StationEvent, Unit
from crm.models.base import standing
from crm.reads.kernel.rows import row_of
from crm.reads.kernel.visibility import visible
from crm.reads.places.bindings import is_bound
from crm.reads.places.rows import (
    BindingRow,
    StaffCard,
    StaffRow,
    StationCard,
    StationEventRow,
    StationRow,
    UnitRow,
)
from crm.rules.access import Actor
from crm.rules.places import StaffFields, StationEventFields, StationFields, UnitFields
from crm.rules.stages import OPEN


def _stations(actor: Actor | None) -> Select[Station, date, int, int, int]:
    def count(model: type[Staff | Lead | Meeting], *where: ColumnElement[bool]) -> ScalarSelect[int]:
        return (
            select(func.count())
            .select_from(model)
            .where(model.station_id == Station.id, *where)
            .correlate(Station)
            .scalar_subquery()
        )

    shown = or_(Meeting.lead_id.is_(None), Meeting.lead_id.in_(select(Lead.id).where(visible(actor))))
    since = _last(StationEvent.since, StationEvent.station_id == Station.id, StationEvent.number)
    return select(
        Station,
        since.label("since"),
        count(Staff, Staff.archived_at.is_(None)).label("staff"),
        count(Lead, Lead.status.in_(OPEN)).label("leads"),
        count(Meeting, standing(Meeting), shown).label("meetings"),
    ).order_by(Station.code)


def _station(row: Row[Station, date, int, int, int]) -> StationRow:
    return row_of(
        StationRow,
        StationFields,
        row.Station,
        id=row.Station.id,
        since=row.since,
        staff=row.staff,
        leads=row.leads,
        meetings=row.meetings,
    )


def stations(session: Session, actor: Actor | None) -> tuple[StationRow, ...]:
    """Return all stations by code, with the number of staff, open leads and visible meetings. One statement."""
    return tuple(_station(row) for row in session.execute(_stations(actor)))


def station_card(session: Session, actor: Actor | None, station_id: int) -> StationCard:
    """Return a station with its history. Two statements."""
    row = session.execute(_stations(actor).where(Station.id == station_id)).one()
    history = session.scalars(
        select(StationEvent).where(StationEvent.station_id == station_id).order_by(StationEvent.number)
    )
    return StationCard(
        row=_station(row),
        history=tuple(row_of(StationEventRow, StationEventFields, event, number=event.number) for event in history),
    )


def units(session: Session, *, archived: bool) -> tuple[UnitRow, ...]:
    """Return the units by kind and code. One statement."""
    statement = select(Unit).order_by(Unit.kind, Unit.code)
    rows = session.scalars(statement if archived else statement.where(Unit.archived_at.is_(None)))
    return tuple(map(unit_row, rows))


def unit_row(unit: Unit) -> UnitRow:
    """Return a unit as a row."""
    return row_of(UnitRow, UnitFields, unit, id=unit.id, archived=unit.archived_at is not None)


def staff(session: Session, *, archived: bool) -> tuple[StaffRow, ...]:
    """Return the staff by username. One statement."""
    statement = _STAFF if archived else _STAFF.where(Staff.archived_at.is_(None))
    return tuple(_member(*row) for row in session.execute(statement))


def staff_card(session: Session, staff_id: int) -> StaffCard:
    """Return a member of staff with their bindings, latest first. Two statements."""
    names = Station.name.label("station_name"), Unit.name.label("unit_name")
    *row, station, unit = session.execute(_STAFF.add_columns(*names).where(Staff.id == staff_id)).one()
    bindings = session.scalars(select(Binding).where(Binding.staff_id == staff_id).order_by(Binding.id.desc()))
    return StaffCard(
        row=_member(*row),
        station_name=station,
        unit_name=unit,
        bindings=tuple(
            BindingRow(kind=binding.kind.value, name=binding.name, since=binding.bound_at, until=binding.ended_at)
            for binding in bindings
        ),
    )


def _member(person: Staff, station: str | None, unit: str | None, since: date, bound: object) -> StaffRow:
    return row_of(
        StaffRow,
        StaffFields,
        person,
        id=person.id,
        station=station,
        unit=unit,
        since=since,
        archived=person.archived_at is not None,
        bound=bool(bound),
    )


def _last(
    value: SQLColumnExpression[date], of: ColumnElement[bool], number: SQLColumnExpression[int]
) -> ScalarSelect[date]:
    """Return a column of the last of numbered records."""
    return select(value).where(of).order_by(number.desc()).limit(1).scalar_subquery()


_STAFF = (
    select(
        Staff,
        Station.code,
        Unit.code,
        _last(Posting.since, Posting.staff_id == Staff.id, Posting.number),
        is_bound(),
    )
    .outerjoin(Station, Station.id == Staff.station_id)
    .outerjoin(Unit, Unit.id == Staff.unit_id)
    .order_by(Staff.username)
)
