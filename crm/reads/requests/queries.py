"""Requests of enterprises as rows, and the aftercare before reinvestments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from crm.models import (
    ArrivalKind,
    CapitalArrival,
    Enterprise,
    Investor,
    Lead,
    Meeting,
    MeetingKind,
    Request,
    RequestEvent,
    RequestState,
    Staff,
    Unit,
)
from crm.models.base import standing
from crm.models.ledger import stands
from crm.reads.kernel.listing import Listing, Selected
from crm.reads.kernel.rows import row_of, withdrawal
from crm.reads.kernel.visibility import company_shown, meeting_visible, visible
from crm.reads.requests.rows import ReinvestmentRow, RequestCard, RequestFigures, RequestRow, RequestStepRow
from crm.rules.access import Actor
from crm.rules.requests import RequestFields, RequestStepFields
from crm.values.moments import LocalTime

_CLOSED = (RequestState.SOLVED, RequestState.UNSOLVABLE)
#: From so many points on an enterprise counts as content.
_CONTENT = 4


def request_visible(actor: Actor | None) -> ColumnElement[bool]:
    """Return the condition that *actor* may see a request, outer-joined with its lead.

    The requests of hidden leads are hidden.
    """
    return or_(Request.lead_id.is_(None), visible(actor))


def next_due() -> ColumnElement[date]:
    """Return the next deadline of an open request: of the answer, or after it of the solution."""
    return case((Request.answered_on.is_(None), Request.answer_due_on), else_=Request.due_on)


def requests(
    session: Session,
    actor: Actor | None,
    *,
    today: date,
    where: Iterable[ColumnElement[bool]] = (),
    withdrawn: bool = False,
) -> Listing[RequestRow]:
    """Return the requests that the actor may see: open ones by next deadline, then closed ones, latest first.

    Withdrawn ones too, if asked for. One statement.
    """
    ambassador, assignee, gone = aliased(Staff), aliased(Staff), aliased(Staff)
    closed = Request.state.in_(_CLOSED)
    statement = (
        select(
            Request,
            Investor.name,
            case((company_shown(actor), Enterprise.name)),
            Lead.title,
            ambassador.username,
            Unit.code,
            gone.username,
            assignee.username,
        )
        .outerjoin(gone, gone.id == Request.withdrawn_by_id)
        .join(Investor, Investor.id == Request.investor_id)
        .join(ambassador, ambassador.id == Request.ambassador_id)
        .outerjoin(Lead, Lead.id == Request.lead_id)
        .outerjoin(Enterprise, Enterprise.id == Lead.enterprise_id)
        .outerjoin(Unit, Unit.id == Request.unit_id)
        .outerjoin(assignee, assignee.id == Request.assignee_id)
        .where(request_visible(actor), true() if withdrawn else standing(Request), *where)
        .order_by(closed, case((closed, None), else_=next_due()), Request.resolved_on.desc(), Request.id)
    )
    return Selected(session=session, statement=statement, make=lambda rows: (_row(today, *row) for row in rows))


def _row(
    today: date, r: Request, investor: str, enterprise: str | None, lead: str | None, *hands: object
) -> RequestRow:
    ambassador, unit, by, assignee = hands
    closed = r.state in _CLOSED
    due = None if closed else (r.answer_due_on if r.answered_on is None else r.due_on)
    return row_of(
        RequestRow,
        RequestFields,
        r,
        id=r.id,
        uid=r.uid,
        investor=investor,
        investor_id=r.investor_id,
        enterprise=enterprise,
        lead_id=r.lead_id,
        lead=lead,
        state=r.state.value,
        ambassador=ambassador,
        unit=unit,
        assignee=assignee,
        answered_on=r.answered_on,
        next_due_on=due,
        days_left=None if due is None else (due - today).days,
        overdue=due is not None and r.withdrawn_at is None and due < today,
        resolved_on=r.resolved_on,
        in_time=None if r.resolved_on is None else r.resolved_on <= r.due_on,
        version=r.version,
        withdrawn=withdrawal(r, None if by is None else str(by)),
    )


def card(session: Session, actor: Actor | None, request_id: int, *, today: date) -> RequestCard:
    """Return a request with its history. Two statements."""
    row = requests(session, actor, today=today, where=[Request.id == request_id], withdrawn=True).all()[0]
    assignee = aliased(Staff)
    steps = session.execute(
        select(RequestEvent, Staff.username, Unit.code, assignee.username)
        .join(Staff, Staff.id == RequestEvent.actor_id)
        .outerjoin(Unit, Unit.id == RequestEvent.unit_id)
        .outerjoin(assignee, assignee.id == RequestEvent.assignee_id)
        .where(RequestEvent.request_id == request_id)
        .order_by(RequestEvent.number)
    )
    return RequestCard(
        row=row,
        steps=tuple(
            row_of(
                RequestStepRow,
                RequestStepFields,
                e,
                number=e.number,
                recorded_at=e.recorded_at,
                actor=actor_,
                unit=unit,
                assignee=person,
            )
            for e, actor_, unit, person in steps
        ),
    )


def figures(
    session: Session, actor: Actor | None, first: date, last: date, where: Iterable[ColumnElement[bool]] = ()
) -> RequestFigures:
    """Return the figures of requests in a period, as far as the actor may see them. One statement."""

    def counted(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(and_(*conditions))

    solved = and_(Request.state == RequestState.SOLVED, Request.resolved_on.between(first, last))
    answered = Request.answered_on.between(first, last)
    rated = and_(Request.resolved_on.between(first, last), Request.satisfaction.is_not(None))
    row = session.execute(
        select(
            counted(Request.accepted_on.between(first, last)).label("accepted"),
            counted(answered).label("answered"),
            counted(answered, Request.answered_on <= Request.answer_due_on).label("answered_in_time"),
            counted(solved).label("solved"),
            counted(solved, Request.resolved_on <= Request.due_on).label("solved_in_time"),
            counted(Request.state == RequestState.UNSOLVABLE, Request.resolved_on.between(first, last)).label(
                "unsolvable"
            ),
            counted(Request.accepted_on <= last, or_(Request.resolved_on.is_(None), Request.resolved_on > last)).label(
                "open"
            ),
            counted(rated).label("rated"),
            func.coalesce(func.sum(Request.satisfaction).filter(rated), 0).label("rating"),
            counted(rated, Request.satisfaction >= _CONTENT).label("content"),
        )
        .select_from(Request)
        .outerjoin(Lead, Lead.id == Request.lead_id)
        .where(request_visible(actor), standing(Request), *where)
    ).one()
    counts = {key: int(value) for key, value in row._mapping.items()}  # noqa: SLF001 - its public name
    return RequestFigures(since=first, until=last, **counts)


def reinvestments(
    session: Session,
    actor: Actor | None,
    *,
    investor_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
    days: int,
) -> tuple[ReinvestmentRow, ...]:
    """Return unreversed reinvestments, with the aftercare in the *days* before each. Three statements."""
    statement = (
        select(CapitalArrival, Lead.title, Investor.id, Investor.name)
        .join(Lead, Lead.id == CapitalArrival.lead_id)
        .join(Investor, Investor.id == Lead.investor_id)
        .where(CapitalArrival.kind == ArrivalKind.REINVESTMENT, stands(CapitalArrival), visible(actor))
        .order_by(CapitalArrival.arrived_on, CapitalArrival.id)
    )
    if investor_id is not None:
        statement = statement.where(Lead.investor_id == investor_id)
    if since is not None:
        statement = statement.where(CapitalArrival.arrived_on >= since)
    if until is not None:
        statement = statement.where(CapitalArrival.arrived_on <= until)
    found = session.execute(statement).all()
    if not found:
        return ()
    investors = statement.with_only_columns(Lead.investor_id).order_by(None)
    back = timedelta(days=days)
    first, last = found[0][0].arrived_on - back, found[-1][0].arrived_on
    solved = _solved(session, actor, investors, first, last)
    met = _met(session, actor, investors, first, last)
    return tuple(
        ReinvestmentRow(
            arrival_id=a.id,
            lead_id=a.lead_id,
            lead=title,
            investor_id=number,
            investor=name,
            amount=a.amount,
            arrived_on=a.arrived_on,
            state=a.state.value,
            since=a.arrived_on - back,
            requests=_within(solved, number, a.arrived_on - back, a.arrived_on),
            meetings=_within(met, number, a.arrived_on - back, a.arrived_on),
        )
        for a, title, number, name in found
    )


def _within(known: Mapping[int, list[tuple[int, date]]], investor_id: int, first: date, last: date) -> tuple[int, ...]:
    return tuple(number for number, day in known.get(investor_id, ()) if first <= day <= last)


def _solved(
    session: Session, actor: Actor | None, investors: Select[int], first: date, last: date
) -> dict[int, list[tuple[int, date]]]:
    found: dict[int, list[tuple[int, date]]] = defaultdict(list)
    for investor, number, day in session.execute(
        select(Request.investor_id, Request.id, Request.resolved_on)
        .outerjoin(Lead, Lead.id == Request.lead_id)
        .where(standing(Request))
        .where(
            Request.investor_id.in_(investors.correlate(None)),
            Request.state == RequestState.SOLVED,
            Request.resolved_on.between(first, last),
            request_visible(actor),
        )
        .order_by(Request.resolved_on, Request.id)
    ):
        if day is not None:
            found[investor].append((number, day))
    return found


def _met(
    session: Session, actor: Actor | None, investors: Select[int], first: date, last: date
) -> dict[int, list[tuple[int, date]]]:
    # The day is that of the place, which the database cannot compute: one more day on either side is read.
    begin, end = (datetime.combine(day + timedelta(days=more), time(), UTC) for day, more in ((first, -1), (last, 2)))
    found: dict[int, list[tuple[int, date]]] = defaultdict(list)
    for investor, number, at, zone in session.execute(
        select(Meeting.investor_id, Meeting.id, Meeting.met_at, Meeting.zone)
        .outerjoin(Lead, Lead.id == Meeting.lead_id)
        .where(
            Meeting.investor_id.in_(investors.correlate(None)),
            Meeting.kind != MeetingKind.MESSAGE,
            Meeting.met_at.between(begin, end),
            standing(Meeting),
            meeting_visible(actor),
        )
        .order_by(Meeting.met_at, Meeting.id)
    ):
        found[investor].append((number, LocalTime(at, zone).local.date()))
    return found
