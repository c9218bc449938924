"""The open work of staff, units and stations that go out of use: listed, and handed over in sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from attrs import frozen
from sqlalchemy import ColumnElement, Row, String, Table, exists, func, literal, select, union_all
from sqlalchemy import cast as cast_as
from sqlalchemy.orm import InstrumentedAttribute, Session

from crm.errors import N_, Conflict, Problem, problem
from crm.models import (
    Assignment,
    Claim,
    EventState,
    FollowUp,
    Lead,
    Member,
    Posting,
    PromotionEvent,
    Request,
    RequestEvent,
    RequestState,
    RequestStep,
    Staff,
    Station,
    Trip,
    TripUnit,
    Unit,
)
from crm.models.base import Base
from crm.models.binding import OURS
from crm.reads.claims.queries import STANDING
from crm.rules.access import TABLE, Right, Role
from crm.rules.kernel.checks import Checks
from crm.rules.stages import OPEN
from crm.services.kernel.archiving import OPEN_FOLLOW_UP, change_rows, hand_rows
from crm.services.kernel.conflicts import archived
from crm.services.kernel.writing import Writing, ensure_all_open, is_out_of_use
from crm.values.numbers import LETTERS
from crm.values.text import REASON

Place = Staff | Unit | Station
P = TypeVar("P", Staff, Unit, Station)
#: The column of those who take part in a trip.
_OF_TRIP = "delegation_id"
#: The number of records that are listed.
_LISTED = 10


@frozen
class Relation:
    """Open work that refers to a person, a unit or a station.

    Attributes:
        column: The column that refers to it.
        live: Which rows are open work.
        sentence: How it is listed, with {count} and {numbers}.
        right: The right without which nobody can do the work.
        history: Makes the next row of the history of a moved row, or None where there is none.
        number: The column by which a row is listed: of those who take part in a trip the number of the trip, of staff the
            username.
        noun: The noun whose letter stands before that number.
    """

    column: InstrumentedAttribute[Any]
    live: ColumnElement[bool]
    sentence: str
    right: Right | None = None
    history: Callable[[Writing, Sequence[Row[Any]], InstrumentedAttribute[Any], str], None] | None = None
    number: str = "id"
    noun: str = ""

    @property
    def table(self) -> Table:
        """The table of the rows."""
        return cast("Table", self.column.class_.__table__)

    def open_on(self, today: date) -> ColumnElement[bool]:
        """Return which rows are open work on a day; of members of trips, those of trips that have not begun."""
        if self.number != _OF_TRIP:
            return self.live
        ahead = exists().where(_TRIP.id == self.table.c[_OF_TRIP], _LIVE_TRIP, _TRIP.starts_on > today)
        return self.live & ahead


def _last(
    session: Session, number: InstrumentedAttribute[int], of: InstrumentedAttribute[int], rows: Sequence[Row[Any]]
) -> dict[int, int]:
    """Return the last number of the history of each row. One statement."""
    numbers = select(of, func.max(number)).where(of.in_([row.id for row in rows])).group_by(of)
    return {owner: last for owner, last in session.execute(numbers)}  # noqa: C416 - a row is no pair to mypy


def _assign(write: Writing, rows: Sequence[Row[Any]], _: InstrumentedAttribute[Any], why: str) -> None:
    last = _last(write.session, Assignment.number, Assignment.lead_id, rows)
    now, actor = write.context.now(), write.context.acting()
    write.add(
        *(
            Assignment(
                lead_id=row.id,
                number=last.get(row.id, 0) + 1,
                station_id=row.station_id,
                unit_id=row.unit_id,
                owner_id=row.owner_id,
                assigned_at=now,
                actor_id=actor.id,
                reason=why,
            )
            for row in rows
        )
    )


def _reassign(write: Writing, rows: Sequence[Row[Any]], column: InstrumentedAttribute[Any], why: str) -> None:
    last = _last(write.session, RequestEvent.number, RequestEvent.request_id, rows)
    context = write.context
    write.add(
        *(
            RequestEvent(
                request_id=row.id,
                number=last.get(row.id, 0) + 1,
                step=RequestStep.ASSIGN,
                state=row.state,
                occurred_on=context.today,
                recorded_at=context.now(),
                actor_id=context.acting().id,
                due_on=row.due_on,
                note=why,
                **{column.key: row._mapping[column.key]},  # noqa: SLF001 - the public name of a row's mapping
            )
            for row in rows
        )
    )


def _post(write: Writing, rows: Sequence[Row[Any]], _: InstrumentedAttribute[Any], _why: str) -> None:
    last = _last(write.session, Posting.number, Posting.staff_id, rows)
    write.add(
        *(
            Posting(
                staff_id=row.id,
                number=last.get(row.id, 0) + 1,
                role=row.role,
                station_id=row.station_id,
                unit_id=row.unit_id,
                since=write.context.today,
                recorded_at=write.context.now(),
            )
            for row in rows
        )
    )


# Columns of the tables, because an UPDATE that names a model's attributes is one of the session's own.
_TRIP = Trip.__table__.c
_LIVE_LEAD = Lead.__table__.c.status.in_(OPEN)
_REQUEST = Request.__table__.c
_LIVE_REQUEST = _REQUEST.state.not_in((RequestState.SOLVED, RequestState.UNSOLVABLE)) & _REQUEST.withdrawn_at.is_(None)
_LIVE_TRIP = _TRIP.closed_at.is_(None) & _TRIP.cancelled_at.is_(None)
_HERE = Staff.__table__.c.archived_at.is_(None)
_LEADS = N_("Open leads: {count} ({numbers}).")
_PLANNED = PromotionEvent.__table__.c.state == EventState.PLANNED
_FOLLOW_UPS = N_("Open follow-ups: {count} ({numbers}).")
_SERVED = N_("Open requests as the ambassador: {count} ({numbers}).")
_REQUESTS = N_("Open requests: {count} ({numbers}).")
_TRIPS = N_("Open trips: {count} ({numbers}).")
_STAFF = N_("Staff: {count} ({numbers}).")
_EVENTS = N_("Planned events: {count} ({numbers}).")
_GOING = N_("Taking part in trips that have not begun: {count} ({numbers}).")
#: What is open at each kind of record. Claims of units are handed on by :mod:`crm.services.places.unit_claims`.
RELATIONS: Mapping[type[Base], tuple[Relation, ...]] = {
    Staff: (
        Relation(Lead.owner_id, _LIVE_LEAD, _LEADS, Right.LEAD_EDIT, _assign, noun="lead"),
        Relation(FollowUp.owner_id, OPEN_FOLLOW_UP, _FOLLOW_UPS, Right.FOLLOWUP_DONE, noun="follow-up"),
        Relation(Request.assignee_id, _LIVE_REQUEST, _REQUESTS, Right.REQUEST_ANSWER, _reassign, noun="request"),
        Relation(Request.ambassador_id, _LIVE_REQUEST, _SERVED, Right.REQUEST_ANSWER, noun="request"),
        Relation(Trip.owner_id, _LIVE_TRIP, _TRIPS),
        Relation(Member.staff_id, Member.__table__.c.left_on.is_(None), _GOING, number=_OF_TRIP),
    ),
    Unit: (
        Relation(Lead.unit_id, _LIVE_LEAD, _LEADS, history=_assign, noun="lead"),
        Relation(Request.unit_id, _LIVE_REQUEST, _REQUESTS, history=_reassign, noun="request"),
        Relation(Trip.unit_id, _LIVE_TRIP, _TRIPS),
        Relation(TripUnit.unit_id, TripUnit.__table__.c.left_on.is_(None), _GOING, number=_OF_TRIP),
        Relation(PromotionEvent.unit_id, _PLANNED, _EVENTS),
        Relation(Staff.unit_id, _HERE, _STAFF, history=_post, number="username"),
    ),
    Station: (
        Relation(Lead.station_id, _LIVE_LEAD, _LEADS, history=_assign, noun="lead"),
        Relation(PromotionEvent.station_id, _PLANNED, _EVENTS),
        Relation(Staff.station_id, _HERE, _STAFF, history=_post, number="username"),
    ),
}
_CLAIMS = Relation(
    Claim.unit_id, Claim.__table__.c.state.in_(STANDING), N_("Claims: {count} ({numbers})."), noun="claim"
)


def _relations(record: Place) -> tuple[Relation, ...]:
    """Return what may be open at a record."""
    return (*RELATIONS[type(record)], *((_CLAIMS,) if isinstance(record, Unit) else ()))


def open_work(
    session: Session, record: Place, today: date, relations: Sequence[Relation], way_out: str, **named: str
) -> tuple[Problem, ...]:
    """Return what is open at a record on a day: for each relation the number, and the first ten. One statement."""
    parts = []
    for place, relation in enumerate(relations):
        number = relation.table.c[relation.number]
        rows = select(
            literal(place).label("place"),
            func.row_number().over(order_by=number).label("rank"),
            cast_as(number, String).label("number"),
            func.count().over().label("count"),
        )
        listed = (
            rows.where(relation.table.c[relation.column.key] == record.id, relation.open_on(today))
            .order_by(number)
            .limit(_LISTED)
            .subquery()
        )
        parts.append(select(listed))
    found: dict[int, tuple[int, list[str]]] = {}
    for place, _, number, count in session.execute(union_all(*parts).order_by("place", "rank"), bind_arguments=OURS):
        found.setdefault(place, (count, []))[1].append(LETTERS.get(relations[place].noun, "") + number)
    return tuple(
        problem(
            relations[place].sentence,
            way_out,
            code="open_work",
            count=count,
            numbers=", ".join(numbers) + (" …" if count > len(numbers) else ""),
            **named,
        )
        for place, (count, numbers) in found.items()
    )


def beyond_role(
    session: Session, record: Place, today: date, role: Role, way_out: str, **named: str
) -> tuple[Problem, ...]:
    """Return the open work of somebody that a role cannot do. One statement, none if it can do all."""
    beyond = [relation for relation in RELATIONS[Staff] if relation.right and relation.right not in TABLE[role]]
    return open_work(session, record, today, beyond, way_out, role=role.value, **named) if beyond else ()


@frozen
class Parting(Generic[P]):
    """How the open work of a record is treated: handed over to a successor, or left with a reason.

    Attributes:
        heir: The successor.
        left: Why it is left.
    """

    heir: P | None
    left: str | None

    @classmethod
    def read(
        cls,
        check: Checks,
        record: P | None,
        find: Callable[[P | int | UUID | str], P],
        to: P | int | UUID | str | None,
        left: str | None,
    ) -> Parting[P]:
        """Read the arguments; problems are noted."""
        heir = None if to is None else check.take(lambda: find(to), "to")
        if heir is not None and heir is record:
            check.wrong(N_("A record cannot be its own successor."), N_("Name another."), field="to", code="itself")
        if to is not None and left is not None:
            check.wrong(
                N_("The open work cannot be both handed over and left."),
                N_("Give one: --to or --leave-open"),
                field="to",
                code="both",
            )
        return cls(heir, check.text(left, "leave_open", REASON, required=False))

    def settle(self, session: Session, record: P, today: date) -> None:
        """Refuse a record with open work that nobody takes over, and a successor out of use. The record is locked.

        Raises:
            Archived: The record or the successor is out of use.
            Conflict: There is open work that nobody takes over, or that the role of the successor cannot do; all of it
                is named.
        """
        if is_out_of_use(record):
            raise archived(record)
        ensure_all_open(self.heir)
        found: tuple[Problem, ...] = ()
        if self.heir is None and self.left is None:
            found = open_work(
                session,
                record,
                today,
                _relations(record),
                N_("Hand over to a successor: --to CODE. To leave it as it is, say why: --leave-open WHY"),
            )
        elif isinstance(self.heir, Staff):
            way_out = N_("{heir} ({role}) cannot do this work. Hand over to another successor: --to USER")
            found = beyond_role(session, record, today, self.heir.role, way_out, heir=self.heir.username)
        if found:
            raise Conflict(*found)

    def reason(self, why: str) -> str:
        """Return the reason for the audit."""
        return why if self.left is None else f"{why}; {self.left}"


def hand_on(write: Writing, record: Place, heir: Place, why: str) -> None:
    """Hand the open work of a record over. One statement for each relation, and one for its history."""
    today = write.context.today
    for relation in RELATIONS[type(record)]:
        live = [relation.open_on(today)]
        absent = _absent(relation, heir)
        rows = hand_rows(write, relation.column, record.id, heir.id, *live, *absent)
        if rows and relation.history is not None:
            relation.history(write, rows, relation.column, why)
        if absent:
            model, mine = relation.column.class_, relation.table.c[relation.column.key] == record.id
            change_rows(write, model, {"left_on": (None, today), "left_reason": (None, why)}, mine, *live)


def _absent(relation: Relation, heir: Place) -> list[ColumnElement[bool]]:
    """Return the conditions that the successor does not take part in the trip yet, nor sends it; of other work none."""
    if relation.number != _OF_TRIP:
        return []
    other = relation.table.alias()
    there = exists().where(other.c[_OF_TRIP] == relation.table.c[_OF_TRIP], other.c[relation.column.key] == heir.id)
    if not isinstance(heir, Unit):
        return [~there]
    sends = exists().where(_TRIP.id == relation.table.c[_OF_TRIP], _TRIP.unit_id == heir.id)
    return [~there, ~sends]
