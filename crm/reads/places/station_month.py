"""The work of stations in a month: meetings, leads, follow-ups, events, requests."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from crm.models import EventState, FollowUp, Investor, Lead, Meeting, PromotionEvent, Staff, Station, Transition
from crm.reads.events import queries as events
from crm.reads.kernel.moves import day_of_move, moved_between
from crm.reads.kernel.visibility import visible
from crm.reads.meetings import queries as meetings
from crm.reads.places import activity
from crm.reads.places.activity import ActivityQuery
from crm.reads.places.activity_rows import MoveRow, StationMonthCard, StationMonthRow
from crm.rules.stages import MoveKind

#: The moves that are shown in a station's month.
_TOLD = (MoveKind.OPEN, MoveKind.ADVANCE, MoveKind.LOSE, MoveKind.ABANDON)


def months(session: Session, query: ActivityQuery, *, station_id: int | None = None) -> tuple[StationMonthRow, ...]:
    """Return the work of each station in a period, by its code; stations without any have zeros. One statement."""
    parts = [
        part(query, by_station=True)
        for part in (activity.visits, activity.moves, activity.followups, activity.requests)
    ]
    held = (
        select(
            PromotionEvent.station_id.label("key"),
            func.count().filter(PromotionEvent.state == EventState.HELD).label("events_held"),
            func.count().filter(PromotionEvent.state == EventState.PLANNED).label("events_planned"),
        )
        .where(PromotionEvent.starts_on.between(query.first, query.last))
        .group_by(PromotionEvent.station_id)
        .subquery()
    )
    statement = select(
        Station.id.label("station_id"),
        Station.code.label("station"),
        Station.name,
        Station.name_en,
        Station.status,
        *(count for part in (*parts, held) for count in activity.counts(part)),
    ).order_by(Station.code)
    for part in (*parts, held):
        statement = statement.outerjoin(part, part.c.key == Station.id)
    if station_id is not None:
        statement = statement.where(Station.id == station_id)
    return tuple(
        StationMonthRow(since=query.first, until=query.last, **{**row._mapping, "status": row.status.value})  # noqa: SLF001 - its public name
        for row in session.execute(statement)
    )


def card(session: Session, query: ActivityQuery, station_id: int, *, home: Collection[str]) -> StationMonthCard:
    """Return the work of one station in a month, with the records behind it. A fixed number of statements."""
    (row,) = months(session, query, station_id=station_id)
    people = select(Staff.id).where(Staff.station_id == station_id)
    return StationMonthCard(
        row=row,
        meetings=meetings.meetings(session, query.actor, where=[Meeting.station_id == station_id, query.met()]).all(),
        moves=moves(session, query, activity.hands() == station_id),
        followups=meetings.followups(
            session, query.actor, today=query.today, where=[FollowUp.owner_id.in_(people)]
        ).all(),
        events=events.events(
            session,
            query.actor,
            [PromotionEvent.station_id == station_id, PromotionEvent.starts_on.between(query.first, query.last)],
            home=home,
        ).all(),
    )


def moves(session: Session, query: ActivityQuery, whose: ColumnElement[bool]) -> tuple[MoveRow, ...]:
    """Return the moves of a period that a station's month tells, of leads that fit a condition. One statement."""
    rows = session.execute(
        select(
            Transition.lead_id,
            Lead.title.label("lead"),
            Investor.name.label("investor"),
            Transition.kind,
            Transition.from_stage,
            Transition.to_stage,
            day_of_move().label("on"),
            Transition.reason,
        )
        .join(Lead, Lead.id == Transition.lead_id)
        .join(Investor, Investor.id == Lead.investor_id)
        .where(
            moved_between(query.first, query.last),
            Transition.kind.in_(_TOLD),
            whose,
            activity.moves_count(query),
            visible(query.actor),
        )
        .order_by(day_of_move(), Transition.lead_id, Transition.number)
    )
    return tuple(MoveRow(**{**row._mapping, "kind": row.kind.value}) for row in rows)  # noqa: SLF001 - its public name
