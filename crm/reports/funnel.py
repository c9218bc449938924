"""The funnel: how far the leads of a cohort got, where they stopped, and their days in each stage. Three statements.

A cohort is the leads received in a period, or those that first entered a stage in it. How far a lead got is the
furthest stage it ever entered, but for moves through a gate that is undone because what met it was withdrawn; a lead
that skipped a stage met its gates and counts there too. A stay begins with the
move into a stage and ends with the next move or with the closing of the lead; days on hold pass too. A lead that
stood in a stage several times has the sum of its days, and one that stands there now has none yet.

Quartiles are those of a spreadsheet (inclusive, linear between neighbours), exact in quarters of a day: the days are
counted into a histogram, on which a running sum finds the places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from attrs import evolve, frozen
from sqlalchemy import CTE, BigInteger, ColumnElement, Integer, Select, case, cast, extract, func, literal, null, select
from sqlalchemy.orm import Session

from crm.models import Investor, Lead, Station, Transition, Unit
from crm.reads.kernel.days import days_between
from crm.reads.kernel.moves import day_of_move, stage_now
from crm.reads.kernel.undone import carried_over, not_counted_at
from crm.reads.kernel.visibility import visible
from crm.rules.access import Actor
from crm.rules.stages import MoveKind, Pipeline, Status
from crm.values.period import MONTHS, Period

By = Literal["station", "unit", "source", "country", "industry"]
Each = Literal["year", "half", "quarter", "month"]
#: What divides a cohort into groups; of an industry the section of GB/T 4754 counts.
BY: Mapping[str, Any] = {
    "station": Lead.station_id,
    "unit": Lead.unit_id,
    "source": Lead.source_kind,
    "country": Investor.country,
    "industry": func.substr(Lead.industry, 1, 1),
}
_STAYS = (MoveKind.OPEN, MoveKind.ADVANCE, MoveKind.BACK, MoveKind.REOPEN)
_ENDS = (MoveKind.LOSE, MoveKind.ABANDON, MoveKind.EXIT)
_QUARTERS = 4


@frozen
class Cohort:
    """The selected leads, and the breakdown.

    Attributes:
        period: In which they were received, or entered *entering*.
        each: Divide them by the month, quarter … of that day.
        by: Divide them by this, too.
        entering: The stage whose first entering counts; None: the day of receipt.
        where: Further conditions on Lead.
    """

    period: Period
    each: Each | None = None
    by: By | None = None
    entering: str | None = None
    where: tuple[ColumnElement[bool], ...] = ()

    @property
    def divided(self) -> bool:
        """Whether there is more than one group."""
        return self.each is not None or self.by is not None


@frozen
class Group:
    """One part of a cohort.

    Attributes:
        cohort: Its month, quarter …; None where the cohort is not divided by time.
        key: Its station's or unit's id, source, country or section; None: it has none, or the cohort is not divided by
            one.
    """

    cohort: Period | None
    key: Any


@frozen
class Reached:
    """Leads of one group with the same furthest stage and status.

    Attributes:
        group: Which group.
        furthest: The position of the furthest stage they entered.
        status: What they are now.
        leads: How many.
        reopened: How many of them have been reopened.
    """

    group: Group
    furthest: int
    status: Status
    leads: int
    reopened: int


@frozen
class Days:
    """The days of a group's leads at a stage.

    Attributes:
        group: Which group; None: all of them.
        stage: The stage.
        left: How many have left it: the days are theirs.
        staying: How many stand in it now.
        quartiles: The first quartile, the median and the third quartile of the days, exact; None when nobody has left.
    """

    group: Group | None
    stage: str
    left: int
    staying: int
    quartiles: tuple[Fraction, Fraction, Fraction] | None


@frozen
class Loss:
    """Leads lost for the same reason.

    Attributes:
        stage: Where they stood then.
        status: lost or abandoned.
        competitor: The place that won them, or None.
        reason: Why.
        leads: How many.
    """

    stage: str
    status: Status
    competitor: str | None
    reason: str
    leads: int


def _chosen(actor: Actor | None, pipeline: Pipeline, cohort: Cohort) -> CTE:
    """Select the leads of a cohort that the actor may see, with their group."""
    period = cohort.period
    key = null() if cohort.by is None else BY[cohort.by]
    if cohort.entering is None:
        day: Any = Lead.received_on
        statement = select(Lead.id).where(day >= period.start, day < period.end)
    else:
        beyond = pipeline.codes_from(pipeline.position(cohort.entering))
        entered = (
            select(Transition.lead_id, func.min(day_of_move()).label("day"))
            .where(Transition.to_stage.in_(beyond), ~not_counted_at(Transition.lead_id, _position(pipeline), pipeline))
            .group_by(Transition.lead_id)
            .subquery("entered")
        )
        day = entered.c.day
        statement = (
            select(Lead.id).join(entered, entered.c.lead_id == Lead.id).where(day >= period.start, day < period.end)
        )
    month = (
        null()
        if cohort.each is None
        else cast(extract("year", day), Integer) * 12 + cast(extract("month", day), Integer) - 1
    )
    part = month if cohort.each is None else month // literal(MONTHS[cohort.each])
    statement = statement.add_columns(
        part.label("cohort"),
        key.label("key"),
        Lead.status,
        case((Lead.cycle > 1, 1), else_=0).label("reopened"),
        Lead.last_transition,
    )
    if cohort.by == "country":
        statement = statement.join(Investor, Investor.id == Lead.investor_id)
    return statement.where(visible(actor), ~carried_over(Lead.id), *cohort.where).cte("chosen")


def _position(pipeline: Pipeline) -> ColumnElement[int]:
    """Return the position of the stage after a move; 0 of a stage unknown to the policy."""
    return case(pipeline.positions(), value=Transition.to_stage, else_=0)


def _furthest(pipeline: Pipeline, chosen: CTE) -> Any:
    """Select the furthest stage of each lead that ever advanced. Stages unknown to the policy are left out."""
    position = _position(pipeline)
    return (
        select(Transition.lead_id, func.max(position).label("furthest"))
        .join(chosen, chosen.c.id == Transition.lead_id)
        .where(Transition.kind == MoveKind.ADVANCE, ~not_counted_at(Transition.lead_id, position, pipeline))
        .group_by(Transition.lead_id)
        .subquery("far")
    )


def reached(session: Session, actor: Actor | None, pipeline: Pipeline, cohort: Cohort) -> tuple[Reached, ...]:
    """Return the furthest stages and statuses of a cohort. One statement."""
    chosen = _chosen(actor, pipeline, cohort)
    far = _furthest(pipeline, chosen)
    furthest = func.coalesce(far.c.furthest, 0)
    rows = session.execute(
        select(
            chosen.c.cohort,
            chosen.c.key,
            furthest.label("furthest"),
            chosen.c.status,
            func.count().label("leads"),
            func.sum(chosen.c.reopened).label("reopened"),
        )
        .outerjoin_from(chosen, far, far.c.lead_id == chosen.c.id)
        .group_by(chosen.c.cohort, chosen.c.key, furthest, chosen.c.status)
    )
    return tuple(Reached(_group(row, cohort), row.furthest, row.status, row.leads, int(row.reopened)) for row in rows)


def days(session: Session, actor: Actor | None, pipeline: Pipeline, cohort: Cohort) -> tuple[Days, ...]:
    """Return the days of a cohort's leads at each stage: by group, and in total. One statement."""
    chosen = _chosen(actor, pipeline, cohort)
    steps = (
        select(
            Transition.lead_id,
            stage_now(pipeline, Transition.to_stage).label("to_stage"),
            Transition.kind,
            day_of_move().label("occurred_on"),
            func.lead(day_of_move()).over(partition_by=Transition.lead_id, order_by=Transition.number).label("left_on"),
        )
        .join(chosen, chosen.c.id == Transition.lead_id)
        .where(Transition.kind.in_((*_STAYS, *_ENDS)))
        .subquery("steps")
    )
    stays = (
        select(
            steps.c.lead_id,
            steps.c.to_stage.label("stage"),
            # One that has not ended makes the whole sum unknown.
            case(
                (
                    func.count() == func.count(steps.c.left_on),
                    func.sum(days_between(steps.c.occurred_on, steps.c.left_on)),
                )
            ).label("days"),
        )
        .where(steps.c.kind.in_(_STAYS))
        .group_by(steps.c.lead_id, steps.c.to_stage)
        .subquery("stays")
    )
    parts = (
        select(
            literal(0).label("whole"),
            chosen.c.cohort,
            chosen.c.key,
            stays.c.stage,
            stays.c.days,
            func.count().label("leads"),
        )
        .join(chosen, chosen.c.id == stays.c.lead_id)
        .group_by(chosen.c.cohort, chosen.c.key, stays.c.stage, stays.c.days)
        .cte("parts")
    )
    counted: object = parts
    if cohort.divided:
        whole = select(
            literal(1), null(), null(), parts.c.stage, parts.c.days, cast(func.sum(parts.c.leads), BigInteger)
        ).group_by(parts.c.stage, parts.c.days)
        counted = select(parts).union_all(whole).cte("counted")
    return tuple(_days(row, cohort) for row in session.execute(_quartiles(counted)))


def _quartiles(counted: Any) -> Select[Any]:
    """Find the quartiles in a histogram: the k-th of n sorted values is where the running sum passes k."""
    same = (counted.c.whole, counted.c.cohort, counted.c.key, counted.c.stage)
    known = counted.c.days.is_not(None)
    running = select(
        *same,
        counted.c.days,
        counted.c.leads,
        cast(func.sum(counted.c.leads).over(partition_by=(*same, known), order_by=counted.c.days), BigInteger).label(
            "upto"
        ),
        cast(func.sum(case((known, counted.c.leads), else_=0)).over(partition_by=same), BigInteger).label("total"),
    ).subquery("running")

    def at(place: object) -> Any:
        return case((place < running.c.upto, case((place >= running.c.upto - running.c.leads, 1), else_=0)), else_=0)

    def quartile(number: int) -> Any:
        place = (running.c.total - 1) * number
        rest = place % literal(_QUARTERS)
        low = place // literal(_QUARTERS)
        weight = at(low) * (_QUARTERS - rest) + at(low + 1) * rest
        return func.sum(case((running.c.days.is_not(None), running.c.days * weight), else_=0))

    return select(
        running.c.whole,
        running.c.cohort,
        running.c.key,
        running.c.stage,
        func.max(running.c.total).label("left"),
        func.sum(case((running.c.days.is_(None), running.c.leads), else_=0)).label("staying"),
        *(quartile(number).label(f"q{number}") for number in (1, 2, 3)),
    ).group_by(running.c.whole, running.c.cohort, running.c.key, running.c.stage)


def _days(row: Any, cohort: Cohort) -> Days:
    first, median, third = (Fraction(int(quartile), _QUARTERS) for quartile in (row.q1, row.q2, row.q3))
    return Days(
        group=None if row.whole or not cohort.divided else _group(row, cohort),
        stage=row.stage,
        left=int(row.left),
        staying=int(row.staying),
        quartiles=(first, median, third) if row.left else None,
    )


def losses(
    session: Session, actor: Actor | None, pipeline: Pipeline, cohort: Cohort, *, limit: int
) -> tuple[Loss, ...]:
    """Return the current reasons for lost or abandoned leads of a cohort, most frequent first. One statement."""
    chosen = _chosen(actor, pipeline, cohort)
    alike = (
        stage_now(pipeline, Transition.to_stage).label("to_stage"),
        Transition.to_status,
        Transition.competitor,
        Transition.reason,
    )
    rows = session.execute(
        select(*alike, func.count().label("leads"))
        .join(chosen, (chosen.c.id == Transition.lead_id) & (chosen.c.last_transition == Transition.number))
        .where(chosen.c.status.in_((Status.LOST, Status.ABANDONED)))
        .group_by(*alike)
        .order_by(func.count().desc(), *(column.asc().nulls_first() for column in alike))
        .limit(limit)
    )
    return tuple(Loss(row.to_stage, row.to_status, row.competitor, row.reason or "", row.leads) for row in rows)


def members(
    session: Session, actor: Actor | None, pipeline: Pipeline, cohort: Cohort
) -> tuple[tuple[int, int, Status, bool], ...]:
    """Return each lead of a cohort by id: furthest stage, status, and whether it was reopened. One statement."""
    chosen = _chosen(actor, pipeline, evolve(cohort, each=None, by=None))
    far = _furthest(pipeline, chosen)
    rows = session.execute(
        select(chosen.c.id, func.coalesce(far.c.furthest, 0).label("furthest"), chosen.c.status, chosen.c.reopened)
        .outerjoin_from(chosen, far, far.c.lead_id == chosen.c.id)
        .order_by(chosen.c.id)
    )
    return tuple((row.id, row.furthest, row.status, bool(row.reopened)) for row in rows)


def places(session: Session, by: By) -> dict[int, tuple[str, str, str]]:
    """Return code, Chinese and English name of every station or unit. One statement."""
    model = Station if by == "station" else Unit
    rows: Iterable[Any] = session.execute(select(model.id, model.code, model.name, model.name_en))
    return {row.id: (row.code, row.name, row.name_en) for row in rows}


def _group(row: Any, cohort: Cohort) -> Group:
    if cohort.each is None or row.cohort is None:
        return Group(None, row.key)
    year, part = divmod(int(row.cohort) * MONTHS[cohort.each], 12)
    return Group(Period.holding(date(year, part + 1, 1), cohort.each), row.key)
