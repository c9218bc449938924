"""Leads as rows and as a board, and their documents; card, history and staleness are in files of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from attrs import fields_dict
from sqlalchemy import ColumnElement, Row, Select, and_, case, func, null, or_, select, true, union_all
from sqlalchemy.orm import Session, aliased

from crm.models import (
    Evidence,
    Investor,
    InvestorName,
    Lead,
    Staff,
    Station,
    Tagging,
    Unit,
)
from crm.models.base import standing
from crm.models.binding import dialect_of
from crm.reads.evidence import EvidenceRow
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.reads.kernel.moves import stage_now
from crm.reads.kernel.rows import described, withdrawal
from crm.reads.kernel.undone import carried_over
from crm.reads.kernel.visibility import visible
from crm.reads.leads.rows import BoardColumn, LeadRow
from crm.reads.leads.staleness import without_activity
from crm.reads.names import search as name_search
from crm.reads.tags import as_read, tags_of
from crm.rules.access import Actor
from crm.rules.kernel.fields import declared, listed
from crm.rules.leads.fields import LeadDetails
from crm.rules.stages import OPEN, Pipeline
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
            stage_now(pipeline, Lead.stage).label("stage"),
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
            unless_masked(carried_over(Lead.id)).label("carried_over"),
            unless_masked(tags_of(Tagging.lead_id, Lead.id)).label("tags"),
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
        carried_over=bool(row.carried_over),
        version=row.version,
        tags=as_read(row.tags),
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
    counts, sums = _stage_sums(session, actor, pipeline, conditions)
    by_stage: dict[str, list[LeadRow]] = defaultdict(list)
    if counts:
        statement = rows_of(actor, pipeline, today).where(*conditions)
        if limit is not None:
            statement = statement.where(
                Lead.id.in_(_longest(conditions, [pipeline.codes_of(stage) for stage in counts], limit))
            )
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
    session: Session, actor: Actor | None, pipeline: Pipeline, conditions: Iterable[ColumnElement[bool]]
) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Return by stage how many leads there are, and the sums of the amounts that the actor may see. One statement."""
    seen = visible(actor)
    currency = case((seen, Lead.expected_currency), else_=null()).label("currency")
    minor = func.sum(case((seen, Lead.expected_minor), else_=null()))
    counts: dict[str, int] = defaultdict(int)
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    now = stage_now(pipeline, Lead.stage).label("stage")
    statement = select(now, currency, func.count(), minor).where(*conditions).group_by(now, currency)
    for stage, code, count, total in session.execute(statement):
        counts[stage] += count
        if code is not None:
            sums[stage][code] = int(total)
    return counts, sums


def _longest(conditions: Iterable[ColumnElement[bool]], stages: Iterable[Sequence[str]], limit: int) -> Select[int]:
    """Select the leads that stand longest at each stage; an index finds them stage by stage."""
    first = (
        select(Lead.id)
        .where(Lead.stage.in_(codes), *conditions)
        .order_by(Lead.entered_on, Lead.id)
        .limit(limit)
        .correlate(None)
        .subquery()
        for codes in stages
    )
    every = union_all(*(select(one.c.id) for one in first)).subquery()
    return select(every.c.id)


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
            file_size=e.file_size,
            amount=e.amount,
            submitted_by=submitted,
            confirmed_by=confirmed,
            withdrawn=withdrawal(e, by),
        )
        for e, submitted, confirmed, by in rows
    )
