"""Leads as rows, board and history; the card is in a file of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from attrs import fields_dict
from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, false, func, null, or_, select, true, union_all
from sqlalchemy.orm import Session, aliased

from crm.models import (
    Assignment,
    Evidence,
    FollowUp,
    Investor,
    InvestorName,
    Lead,
    Meeting,
    Redate,
    Staff,
    Station,
    Transition,
    Unit,
)
from crm.models.base import standing
from crm.models.binding import dialect_of
from crm.reads.evidence import EvidenceRow
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.reads.kernel.rows import described, withdrawal
from crm.reads.kernel.visibility import visible
from crm.reads.leads.rows import AssignmentRow, BoardColumn, HistoryRow, LeadRow, StageTime
from crm.reads.names import search as name_search
from crm.rules.access import Actor
from crm.rules.kernel.fields import declared, listed
from crm.rules.leads import LeadDetails
from crm.rules.stages import OPEN, MoveKind, Pipeline, Status
from crm.values.moments import end_of
from crm.values.money import Money
from crm.values.naming.spelling import query
from crm.values.text import comparison_key

#: Columns of fields that lists show, and hide of a confidential lead; its title gives way to its code name.
_MASKED = tuple(
    column for name in listed(LeadDetails) if name != "title" for column in declared(LeadDetails)[name].kept
)
#: Those of fields for which a row has no attribute.
_BESIDE = tuple(name for name in listed(LeadDetails) if name not in fields_dict(LeadRow))


def rows_of(actor: Actor | None, pipeline: Pipeline, today: date) -> Select[*tuple[object, ...]]:
    """Select leads as rows; columns that the actor may not see are null already in SQL."""
    seen = visible(actor)

    def unless_masked(column: object) -> ColumnElement[object]:
        return case((seen, column), else_=null())

    return (
        select(
            Lead.id,
            Lead.uid,
            case((seen, Lead.title), else_=Lead.code_name).label("title"),
            unless_masked(Investor.name).label("investor"),
            unless_masked(Lead.investor_id).label("investor_id"),
            Lead.stage,
            Lead.status,
            Lead.cycle,
            *(unless_masked(getattr(Lead, column)).label(column) for column in _MASKED),
            Station.code.label("station"),
            Unit.code.label("unit"),
            Staff.username.label("owner"),
            Lead.received_on,
            Lead.entered_on,
            Lead.moved_on,
            Lead.landed_on,
            Lead.confidential,
            Lead.version,
            seen.label("seen"),
            without_activity(actor, pipeline, today).label("stale"),
        )
        .join(Investor, Investor.id == Lead.investor_id)
        .outerjoin(Station, Station.id == Lead.station_id)
        .outerjoin(Unit, Unit.id == Lead.unit_id)
        .outerjoin(Staff, Staff.id == Lead.owner_id)
    )


def row_of(row: Row[*tuple[object, ...]], today: date) -> LeadRow:
    """Return the row of a lead selected by :func:`rows_of`."""
    return LeadRow(
        id=row.id,
        uid=row.uid,
        title=row.title,
        investor=row.investor,
        investor_id=row.investor_id,
        stage=row.stage,
        status=row.status.value,
        cycle=row.cycle,
        expected=None if row.expected_minor is None else Money(row.expected_minor, row.expected_currency),
        industry=row.industry,
        station=row.station,
        unit=row.unit,
        owner=row.owner,
        received_on=row.received_on,
        entered_on=row.entered_on,
        moved_on=row.moved_on,
        landed_on=row.landed_on,
        days_in_stage=max((today - row.entered_on).days, 0),
        stale=row.stale,
        confidential=row.confidential,
        masked=not row.seen,
        version=row.version,
        described=described(row, _BESIDE),
    )


def named_like(session: Session, actor: Actor | None, text: str) -> ColumnElement[bool]:
    """Return the condition that *text* matches a lead's title or investor; for a hidden lead only its code name.

    A text of separators alone has no key: it is looked for as it is written.
    """
    key = comparison_key(text)
    if not key:
        return or_(
            and_(visible(actor), Lead.title.contains(text, autoescape=True)),
            Lead.code_name.contains(text, autoescape=True),
        )
    by_investor = select(InvestorName.investor_id).where(name_search.named(dialect_of(session).name, query(text)))
    return or_(
        and_(visible(actor), or_(Lead.key.contains(key, autoescape=True), Lead.investor_id.in_(by_investor))),
        func.replace(func.replace(func.lower(Lead.code_name), " ", ""), "-", "").contains(key, autoescape=True),
    )


def leads(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    *,
    today: date,
    text: str | None = None,
    where: Iterable[ColumnElement[bool]] = (),
    investor_id: int | None = None,
) -> Listing[LeadRow]:
    """Return leads, latest move first. One statement.

    Args:
        session: The session.
        actor: For whom; confidential leads come masked where they must.
        pipeline: How long a lead may stand in each stage.
        today: The day that days in stage count up to.
        text: What the title contains, or the investor is found by.
        where: Further conditions on Lead.
        investor_id: Leads of one investor that the actor may see by name.
    """
    conditions = [*where]
    if text is not None:
        conditions.append(named_like(session, actor, text))
    if investor_id is not None:
        conditions += [Lead.investor_id == investor_id, visible(actor)]
    return _listing(session, rows_of(actor, pipeline, today).where(*conditions), today, descending=True)


def _listing(
    session: Session, statement: Select[*tuple[object, ...]], today: date, *, descending: bool = False
) -> Listing[LeadRow]:
    """Return a list of leads by the day of their last move."""
    return Selected(
        session=session,
        statement=statement,
        make=lambda rows: (row_of(row, today) for row in rows),
        keys=(Key(Lead.moved_on, "moved_on", descending), Key(Lead.id, "id", descending)),
    )


def board(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    *,
    today: date,
    where: Iterable[ColumnElement[bool]] = (),
    closed: bool = False,
    limit: int | None = None,
) -> tuple[BoardColumn, ...]:
    """Return the pipeline by stage: counts, sums by currency, and the leads. Two statements.

    Args:
        session: The session.
        actor: The actor.
        pipeline: The stages, in order; a stage of an older policy follows them.
        today: The day that days in stage count up to.
        where: Further conditions on Lead.
        closed: Show lost, abandoned and exited leads too.
        limit: The maximum number of leads of each stage; they are counted and added up all the same.
    """
    conditions = [*where] if closed else [*where, Lead.status.in_(OPEN)]
    counts, sums = _stage_sums(session, actor, conditions)
    by_stage: dict[str, list[LeadRow]] = defaultdict(list)
    if counts:
        statement = rows_of(actor, pipeline, today).where(*conditions)
        if limit is not None:
            statement = statement.where(Lead.id.in_(_longest(conditions, counts, limit)))
        for found in session.execute(statement.order_by(Lead.entered_on, Lead.id)):
            by_stage[found.stage].append(row_of(found, today))
    labels = {stage.code: stage.label for stage in pipeline.stages}
    return tuple(
        BoardColumn(
            stage=code,
            label=labels.get(code, code),
            count=counts.get(code, 0),
            amounts=tuple(Money(minor, currency) for currency, minor in sorted(sums[code].items())),
            leads=tuple(by_stage[code]),
        )
        for code in [*labels, *sorted(counts.keys() - labels)]
    )


def _stage_sums(
    session: Session, actor: Actor | None, conditions: Iterable[ColumnElement[bool]]
) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Return by stage how many leads there are, and the sums of the amounts that the actor may see. One statement."""
    seen = visible(actor)
    currency = case((seen, Lead.expected_currency), else_=null()).label("currency")
    minor = func.sum(case((seen, Lead.expected_minor), else_=null()))
    counts: dict[str, int] = defaultdict(int)
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    statement = select(Lead.stage, currency, func.count(), minor).where(*conditions).group_by(Lead.stage, currency)
    for stage, code, count, total in session.execute(statement):
        counts[stage] += count
        if code is not None:
            sums[stage][code] = int(total)
    return counts, sums


def _longest(conditions: Iterable[ColumnElement[bool]], stages: Iterable[str], limit: int) -> Select[int]:
    """Select the leads that stand longest at each stage; an index finds them stage by stage."""
    first = (
        select(Lead.id)
        .where(Lead.stage == stage, *conditions)
        .order_by(Lead.entered_on, Lead.id)
        .limit(limit)
        .correlate(None)
        .subquery()
        for stage in stages
    )
    every = union_all(*(select(one.c.id) for one in first)).subquery()
    return select(every.c.id)


def standing_too_long(actor: Actor | None, pipeline: Pipeline, today: date) -> ColumnElement[bool]:
    """Return whether a lead is stale: too long at its stage, or past a day of review that *actor* may see."""
    limits = [
        and_(
            Lead.stage == stage.code,
            Lead.status == Status.ACTIVE,
            Lead.moved_on < today - timedelta(days=stage.stale_days),
        )
        for stage in pipeline.stages
        if stage.stale_days is not None
    ]
    overdue = and_(
        Lead.status == Status.ON_HOLD,
        visible(actor),
        select(Transition.id)
        .where(Transition.lead_id == Lead.id, Transition.number == Lead.last_transition, Transition.review_on < today)
        .exists(),
    )
    return or_(false(), *limits, overdue)


def without_activity(actor: Actor | None, pipeline: Pipeline, today: date) -> ColumnElement[bool]:
    """Return the condition that a lead is stale: nothing is recorded of it for as many days as its stage allows.

    A move counts, and for those who see the lead a meeting, a follow-up that was done and a document. A lead on hold is
    stale past its day of review.
    """
    seen = visible(actor)
    quiet = [
        and_(Lead.stage == stage.code, ~and_(seen, _active_since(today - timedelta(days=stage.stale_days))))
        for stage in pipeline.stages
        if stage.stale_days is not None
    ]
    return and_(standing_too_long(actor, pipeline, today), or_(Lead.status == Status.ON_HOLD, *quiet))


def _active_since(day: date) -> ColumnElement[bool]:
    """Return the condition that a meeting, a follow-up or a document of a lead is of a day or a later one."""
    began = end_of(day - timedelta(days=1))
    return or_(
        select(Meeting.id).where(Meeting.lead_id == Lead.id, standing(Meeting), Meeting.met_at >= began).exists(),
        select(FollowUp.id).where(FollowUp.lead_id == Lead.id, standing(FollowUp), FollowUp.done_at >= began).exists(),
        select(Evidence.id).where(Evidence.lead_id == Lead.id, standing(Evidence), Evidence.dated_on >= day).exists(),
    )


def stale(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    *,
    today: date,
    where: Iterable[ColumnElement[bool]] = (),
) -> Listing[LeadRow]:
    """Return stale leads, those that did not move for longest first: see :func:`without_activity`. One statement."""
    quiet = without_activity(actor, pipeline, today)
    return _listing(session, rows_of(actor, pipeline, today).where(quiet, *where), today)


def history(session: Session, lead_id: int) -> tuple[HistoryRow, ...]:
    """Return the transitions of a lead in order, each with the day that counts. One statement."""
    newest, later, corrector = aliased(Redate), aliased(Redate), aliased(Staff)
    rows: Iterable[Row[Transition, str, Redate | None, str | None]] = session.execute(
        select(Transition, Staff.username, newest, corrector.username)
        .join(Staff, Staff.id == Transition.actor_id)
        .outerjoin(
            newest,
            and_(
                newest.transition_id == Transition.id,
                ~exists().where(later.transition_id == newest.transition_id, later.number > newest.number),
            ),
        )
        .outerjoin(corrector, corrector.id == newest.actor_id)
        .where(Transition.lead_id == lead_id)
        .order_by(Transition.number)
    )
    return tuple(
        HistoryRow(
            number=t.number,
            kind=t.kind.value,
            from_stage=t.from_stage,
            to_stage=t.to_stage,
            from_status=t.from_status.value if t.from_status else None,
            to_status=t.to_status.value,
            cycle=t.cycle,
            occurred_on=t.occurred_on if redate is None else redate.occurred_on,
            recorded_at=t.recorded_at,
            actor=username,
            reason=t.reason,
            review_on=t.review_on,
            competitor=t.competitor,
            first_told=None if redate is None else t.occurred_on,
            redated_by=by,
            redated_reason=None if redate is None else redate.reason,
        )
        for t, username, redate, by in rows
    )


def times(rows: Sequence[HistoryRow], *, today: date) -> tuple[StageTime, ...]:
    """Return the days of a lead at each stage, from its history, including days on hold."""
    stays: list[StageTime] = []
    for row in rows:
        new_stay = row.kind in {MoveKind.OPEN, MoveKind.ADVANCE, MoveKind.BACK, MoveKind.REOPEN}
        ends = row.to_status not in {Status.ACTIVE, Status.ON_HOLD}
        if stays and stays[-1].left_on is None and (new_stay or ends):
            stays[-1] = _stay(stays[-1].stage, stays[-1].cycle, stays[-1].entered_on, row.occurred_on, today)
        if new_stay:
            stays.append(_stay(row.to_stage, row.cycle, row.occurred_on, None, today))
    return tuple(stays)


def _stay(stage: str, cycle: int, entered: date, left: date | None, today: date) -> StageTime:
    return StageTime(
        stage=stage, cycle=cycle, entered_on=entered, left_on=left, days=max(((left or today) - entered).days, 0)
    )


def assignments(session: Session, lead_id: int) -> tuple[AssignmentRow, ...]:
    """Return the owners, units and stations of a lead over time. One statement."""
    actor = aliased(Staff)
    rows = session.execute(
        select(Assignment, Station.code, Unit.code, Staff.username, actor.username)
        .outerjoin(Station, Station.id == Assignment.station_id)
        .outerjoin(Unit, Unit.id == Assignment.unit_id)
        .outerjoin(Staff, Staff.id == Assignment.owner_id)
        .join(actor, actor.id == Assignment.actor_id)
        .where(Assignment.lead_id == lead_id)
        .order_by(Assignment.number)
    )
    return tuple(
        AssignmentRow(
            number=a.number,
            station=station,
            unit=unit,
            owner=owner,
            assigned_at=a.assigned_at,
            actor=by,
            reason=a.reason,
        )
        for a, station, unit, owner, by in rows
    )


def evidence(session: Session, lead_id: int, *, withdrawn: bool = False) -> tuple[EvidenceRow, ...]:
    """Return the documents of a lead by their day. One statement.

    Withdrawn ones are left out, unless asked for.
    """
    confirmer, gone = aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(Evidence, Staff.username, confirmer.username, gone.username)
        .join(Staff, Staff.id == Evidence.submitted_by_id)
        .outerjoin(confirmer, confirmer.id == Evidence.confirmed_by_id)
        .outerjoin(gone, gone.id == Evidence.withdrawn_by_id)
        .where(Evidence.lead_id == lead_id, true() if withdrawn else standing(Evidence))
        .order_by(Evidence.dated_on, Evidence.id)
    )
    return tuple(
        EvidenceRow(
            id=e.id,
            kind=e.kind.value,
            dated_on=e.dated_on,
            reference=e.reference,
            sha256=e.sha256,
            amount=e.amount,
            submitted_by=submitted,
            confirmed_by=confirmed,
            withdrawn=withdrawal(e, by),
        )
        for e, submitted, confirmed, by in rows
    )
