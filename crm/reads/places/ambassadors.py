"""The work of staff in a period: ambassadors, and others who did something."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from crm.models import Staff, Station, Unit
from crm.reads.places import activity
from crm.reads.places.activity import ActivityQuery
from crm.reads.places.activity_rows import AmbassadorRow
from crm.rules.access import Role


def ambassadors(
    session: Session, query: ActivityQuery, where: Iterable[ColumnElement[bool]] = ()
) -> tuple[AmbassadorRow, ...]:
    """Return the work of each member of staff in a period, by username. One statement.

    Ambassadors without any have zeros; others, and archived staff, are listed if they did something or have open
    follow-ups.

    Args:
        session: The session.
        query: Whose eyes, and the period.
        where: Conditions on Staff, such as those of one unit.
    """
    parts = [
        part(query, by_station=False)
        for part in (activity.visits, activity.moves, activity.followups, activity.requests)
    ]
    numbers = [count for part in parts for count in activity.counts(part)]
    busy = [count.element > 0 for count in numbers]
    statement = (
        select(
            Staff.id.label("staff_id"),
            Staff.username,
            Staff.name,
            Staff.role,
            Station.code.label("station"),
            Unit.code.label("unit"),
            *numbers,
        )
        .outerjoin(Station, Station.id == Staff.station_id)
        .outerjoin(Unit, Unit.id == Staff.unit_id)
        .where(or_(and_(Staff.role == Role.AMBASSADOR, Staff.archived_at.is_(None)), *busy), *where)
        .order_by(Staff.username)
    )
    for part in parts:
        statement = statement.outerjoin(part, part.c.key == Staff.id)
    return tuple(
        AmbassadorRow(since=query.first, until=query.last, **{**row._mapping, "role": row.role.value})  # noqa: SLF001 - its public name
        for row in session.execute(statement)
    )
