"""What is overdue or soon due: follow-ups, planned visits, requests, reviews of holds, trip reports, restated figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from crm.models import (
    CapitalArrival,
    ClosedArrival,
    ClosedContract,
    Closing,
    ContractAmount,
    EntryState,
    FollowUp,
    Investor,
    Lead,
    Request,
    RequestState,
    Staff,
    Station,
    Transition,
    Trip,
    Unit,
)
from crm.models.base import BigInt, second, standing
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.reads.kernel.visibility import visible
from crm.reads.requests.queries import next_due, request_visible
from crm.rules.access import Actor
from crm.rules.stages import Status
from crm.values.moments import LocalTime


@frozen(kw_only=True)
class DueRow:
    """One thing that is due.

    Attributes:
        kind: followup, visit (ahead, from its day on until it is logged), unlogged (a planned visit whose day has
            passed), answer or solution of a request, review of a lead on hold, report of a trip, or the arrival or
            contract that changes a published figure.
        id: The number of the follow-up, the request, the lead, the trip or the entry.
        at: When a planned visit begins.
        owner: Who sees to it, or None: a lead on hold may have no owner.
        unit: The unit that sees to it, by default its owner's.
        station: The station of its owner or lead.
        investor: Whom it is about; None: a trip.
        days_left: Days of the calendar, negative when it is overdue.
    """

    kind: str
    id: int
    due_on: date
    at: LocalTime | None
    days_left: int
    overdue: bool
    text: str
    owner: str | None
    unit: str | None
    station: str | None
    investor: str | None
    lead_id: int | None
    lead: str | None


def due(
    session: Session,
    actor: Actor | None,
    *,
    today: date,
    until: date,
    person_id: int | None = None,
    unit_id: int | None = None,
    station_id: int | None = None,
) -> Listing[DueRow]:
    """Return what is due by a day and visible to the actor, most overdue first. One statement."""
    every = union_all(
        *(
            statement.where(column("due") <= until, *_hands(column, person_id, unit_id, station_id))
            for statement, column in (
                _followups(actor, today),
                _requests(actor),
                _holds(actor),
                _reports(),
                _restated(actor, "arrival", CapitalArrival, ClosedArrival),
                _restated(actor, "contract", ContractAmount, ClosedContract),
            )
        )
    ).subquery()
    unit, station = aliased(Unit), aliased(Station)
    statement = (
        select(every, Staff.username, unit.code, station.code, Investor.name)
        .outerjoin(Investor, Investor.id == every.c.investor_id)
        .outerjoin(Staff, Staff.id == every.c.owner_id)
        .outerjoin(unit, unit.id == every.c.unit_id)
        .outerjoin(station, station.id == every.c.station_id)
    )
    return Selected(
        session=session,
        statement=statement,
        make=partial(_rows, today),
        keys=(Key(every.c.due, "due_on"), Key(every.c.kind, "kind"), Key(every.c.id, "id")),
    )


def _rows(today: date, rows: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[DueRow]:
    return (
        DueRow(
            kind=row.kind,
            id=row.id,
            due_on=row.due,
            at=None if row.visit_at is None else LocalTime(row.visit_at, row.visit_zone),
            days_left=(row.due - today).days,
            overdue=row.due < today,
            text=row.text,
            owner=owner,
            unit=unit_,
            station=station_,
            investor=investor,
            lead_id=row.lead_id,
            lead=row.lead,
        )
        for row in rows
        for owner, unit_, station_, investor in [row[-4:]]
    )


class _Columns:
    """The column expressions of one branch, so that it can be filtered before the UNION."""

    def __init__(self, **expressions: Any) -> None:
        self.expressions = expressions

    def __call__(self, name: str) -> Any:
        """Return one."""
        return self.expressions[name]

    def selected(self) -> tuple[Any, ...]:
        """Return those that are selected, labelled, in one order; only a planned visit has an hour."""
        names = ("kind", "id", "due", "text", "owner_id", "unit_id", "station_id", "investor_id", "lead_id", "lead")
        hour = {
            "visit_at": cast(null(), FollowUp.visit_at.type),
            "visit_zone": cast(null(), FollowUp.visit_zone.type),
        }
        expressions = {**hour, **self.expressions}
        return tuple(expressions[name].label(name) for name in (*names, *hour))


def _hands(
    column: _Columns, person_id: int | None, unit_id: int | None, station_id: int | None
) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if person_id is not None:
        where.append(or_(*(person == person_id for person in column("people"))))
    if unit_id is not None:
        where.append(column("unit_id") == unit_id)
    if station_id is not None:
        where.append(column("station_id") == station_id)
    return where


def _followups(actor: Actor | None, today: date) -> tuple[Select[*tuple[object, ...]], _Columns]:
    owner = aliased(Staff)
    column = _Columns(
        kind=case(
            (FollowUp.visit_at.is_(None), literal("followup")),
            (FollowUp.due_on < today, literal("unlogged")),
            else_=literal("visit"),
        ),
        id=FollowUp.id,
        due=FollowUp.due_on,
        text=FollowUp.text,
        owner_id=FollowUp.owner_id,
        unit_id=owner.unit_id,
        station_id=owner.station_id,
        investor_id=FollowUp.investor_id,
        lead_id=FollowUp.lead_id,
        lead=Lead.title,
        visit_at=FollowUp.visit_at,
        visit_zone=FollowUp.visit_zone,
        people=[FollowUp.owner_id],
    )
    statement = (
        select(*column.selected())
        .select_from(FollowUp)
        .join(owner, owner.id == FollowUp.owner_id)
        .outerjoin(Lead, Lead.id == FollowUp.lead_id)
        .where(FollowUp.done_at.is_(None), standing(FollowUp), or_(FollowUp.lead_id.is_(None), visible(actor)))
    )
    return statement, column


def _requests(actor: Actor | None) -> tuple[Select[*tuple[object, ...]], _Columns]:
    hand = func.coalesce(Request.assignee_id, Request.ambassador_id)
    owner = aliased(Staff)
    column = _Columns(
        kind=case((Request.answered_on.is_(None), literal("answer")), else_=literal("solution")),
        id=Request.id,
        due=next_due(),
        text=Request.text,
        owner_id=hand,
        unit_id=func.coalesce(Request.unit_id, owner.unit_id),
        station_id=owner.station_id,
        investor_id=Request.investor_id,
        lead_id=Request.lead_id,
        lead=Lead.title,
        people=[Request.assignee_id, Request.ambassador_id],
    )
    statement = (
        select(*column.selected())
        .select_from(Request)
        .join(owner, owner.id == hand)
        .outerjoin(Lead, Lead.id == Request.lead_id)
        .where(
            Request.state.not_in((RequestState.SOLVED, RequestState.UNSOLVABLE)),
            standing(Request),
            request_visible(actor),
        )
    )
    return statement, column


def _holds(actor: Actor | None) -> tuple[Select[*tuple[object, ...]], _Columns]:
    column = _Columns(
        kind=literal("review"),
        id=Lead.id,
        due=Transition.review_on,
        text=func.coalesce(Transition.reason, ""),
        owner_id=Lead.owner_id,
        unit_id=Lead.unit_id,
        station_id=Lead.station_id,
        investor_id=Lead.investor_id,
        lead_id=Lead.id,
        lead=Lead.title,
        people=[Lead.owner_id],
    )
    statement = (
        select(*column.selected())
        .select_from(Lead)
        .join(Transition, and_(Transition.lead_id == Lead.id, Transition.number == Lead.last_transition))
        .where(Lead.status == Status.ON_HOLD, visible(actor))
    )
    return statement, column


def _reports() -> tuple[Select[*tuple[object, ...]], _Columns]:
    owner = aliased(Staff)
    column = _Columns(
        kind=literal("report"),
        id=Trip.id,
        due=Trip.report_due_on,
        text=Trip.title,
        owner_id=Trip.owner_id,
        unit_id=func.coalesce(Trip.unit_id, owner.unit_id),
        station_id=owner.station_id,
        investor_id=cast(null(), BigInt),
        lead_id=cast(null(), BigInt),
        lead=cast(null(), String),
        people=[Trip.owner_id],
    )
    statement = (
        select(*column.selected())
        .select_from(Trip)
        .outerjoin(owner, owner.id == Trip.owner_id)
        .where(Trip.closed_at.is_(None), Trip.cancelled_at.is_(None))
    )
    return statement, column


def _restated(
    actor: Actor | None,
    kind: str,
    model: type[CapitalArrival | ContractAmount],
    closed: type[ClosedArrival | ClosedContract],
) -> tuple[Select[*tuple[object, ...]], _Columns]:
    """Return the reversals of entries that a published figure counts, until they are confirmed.

    The owner of the lead learns of it, and those who signed the entry.
    """
    entry = second(model)
    column = _Columns(
        kind=literal(kind),
        id=model.id,
        due=model.recorded_on,
        text=func.coalesce(model.reason, ""),
        owner_id=Lead.owner_id,
        unit_id=Lead.unit_id,
        station_id=Lead.station_id,
        investor_id=Lead.investor_id,
        lead_id=Lead.id,
        lead=Lead.title,
        people=[Lead.owner_id, entry.verified_by_id, entry.confirmed_by_id],
    )
    statement = (
        select(*column.selected())
        .select_from(model)
        .join(entry, entry.id == model.reverses_id)
        .join(Lead, Lead.id == model.lead_id)
        .where(
            model.state.in_((EntryState.REPORTED, EntryState.VERIFIED)),
            exists().where(closed.closing_id == Closing.id, closed.entry_id == entry.id),
            visible(actor),
        )
    )
    return statement, column
