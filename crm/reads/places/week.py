"""The work of a station or a unit in a period, and what is overdue there."""

from __future__ import annotations

from typing import cast

from attrs import frozen
from sqlalchemy.orm import Session

from crm.models import CapitalArrival, Lead, Meeting
from crm.reads import deadlines
from crm.reads.calendar import Whose
from crm.reads.deadlines import DueRow
from crm.reads.kernel.visibility import visible
from crm.reads.leads import queries as leads
from crm.reads.leads.rows import LeadRow
from crm.reads.ledgers import queries as ledgers
from crm.reads.ledgers.rows import ArrivalRow
from crm.reads.meetings import queries as meetings
from crm.reads.meetings.rows import MeetingRow
from crm.reads.places import activity, station_month
from crm.reads.places.activity import ActivityQuery
from crm.reads.places.activity_rows import MoveRow


@frozen(kw_only=True)
class Week:
    """What happened, each part by day.

    Attributes:
        received: Leads that were received, and that the actor may see.
        moves: Moves of leads: opened, advanced, lost, abandoned.
        meetings: Meetings, without messages.
        arrivals: Entries of the ledger of capital.
        overdue: What is overdue on the day of the report.
    """

    received: tuple[LeadRow, ...]
    moves: tuple[MoveRow, ...]
    meetings: tuple[MeetingRow, ...]
    arrivals: tuple[ArrivalRow, ...]
    overdue: tuple[DueRow, ...]


def week(session: Session, query: ActivityQuery, *, station_id: int | None = None, unit_id: int | None = None) -> Week:
    """Return what happened at a station, or in a unit. Seven statements.

    A lead belongs to the station and the unit that have it now; a move of a station, to the one that had it then; an
    arrival of a unit, to the one it is booked for.
    """
    if station_id is not None:
        mine, moved, met, booked = (
            Lead.station_id == station_id,
            activity.hands() == station_id,
            Meeting.station_id == station_id,
            Lead.station_id == station_id,
        )
    else:
        mine = moved = met = Lead.unit_id == unit_id
        booked = CapitalArrival.unit_id == unit_id
    actor = query.actor
    received = [visible(actor), mine, Lead.received_on.between(query.first, query.last)]
    arrived = [booked, CapitalArrival.arrived_on.between(query.first, query.last)]
    today = query.today
    due = deadlines.due(session, actor, today=today, until=today, station_id=station_id, unit_id=unit_id).all()
    return Week(
        received=leads.leads(session, actor, query.pipeline, today=today, where=received).all()[::-1],
        moves=station_month.moves(session, query, moved),
        meetings=meetings.meetings(session, actor, where=[met, query.met()]).all()[::-1],
        arrivals=cast("tuple[ArrivalRow, ...]", ledgers.entries(session, actor, CapitalArrival, where=arrived).all()),
        overdue=tuple(row for row in due if row.overdue),
    )


def open_work(
    session: Session, query: ActivityQuery, whose: Whose
) -> tuple[tuple[DueRow, ...], tuple[LeadRow, ...], tuple[ArrivalRow, ...]]:
    """Return what is due until the last day, stale leads, and what arrived since the first day. Three statements.

    Args:
        session: Whose transaction is read.
        query: The actor and the days.
        whose: Whose deadlines, and whose leads.
    """
    pairs = ((Lead.owner_id, whose.person_id), (Lead.station_id, whose.station_id), (Lead.unit_id, whose.unit_id))
    mine = [visible(query.actor), *(column == value for column, value in pairs if value is not None)]
    today, since = query.today, CapitalArrival.arrived_on >= query.first
    due = deadlines.due(
        session,
        query.actor,
        today=today,
        until=query.last,
        person_id=whose.person_id,
        station_id=whose.station_id,
        unit_id=whose.unit_id,
    )
    stale = leads.stale(session, query.actor, query.pipeline, today=today, where=mine)
    arrived = ledgers.entries(session, query.actor, CapitalArrival, where=[*mine, since])
    return due.all(), stale.all(), cast("tuple[ArrivalRow, ...]", arrived.all())
