"""The records that targets count, as SELECTs: a row for each record with its day, its unit, and the filter columns.

Measures of the year report are counted by :func:`crm.reads.figures.measured.facts`; trips, events and projects are
added here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from attrs import frozen
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ColumnExpressionArgument,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    exists,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from crm.models import (
    Assignment,
    EventState,
    Evidence,
    EvidenceKind,
    Investor,
    Lead,
    LeaderRank,
    PromotionEvent,
    Transition,
    Trip,
    TripUnit,
)
from crm.models.base import standing
from crm.reads.figures.measured import Dated, division_of, facts, section_of
from crm.reads.kernel.moves import day_of_move, first_into
from crm.reads.kernel.undone import not_counted
from crm.reads.trips.conditions import abroad, placed
from crm.rules.figures.measures import LEDGERS, TARGETED, Source
from crm.rules.stages import OPEN, Pipeline, Status
from crm.rules.targets.terms import Filter

#: A section's letter and two digits.
_DIVISION = 3
#: The level of a row: of a unit, or of the city, where a record of several units counts once.
UNIT, CITY = 0, 1
#: Measures whose records count for several units.
SHARED = frozenset(code for code, measure in TARGETED.items() if measure.source is Source.TRIP)


@frozen(kw_only=True)
class TargetFacts(Dated):
    """The records that a measure counts.

    Attributes:
        record: What they are, as the audit calls them.
        statement: Selects from them, with everything that does not count left out.
        id: Their number.
        value: What each adds.
        unit: The unit it counts for.
        lead_id: The lead that decides who may see it, or None.
        columns: What it can be narrowed by.
        shared: Whether a record counts for several units, and for the city once; then ``level`` is among the columns.
        divided: Whether a record is divided among units where the claim on its lead was split on its day.
    """

    record: str
    statement: Select[*tuple[object, ...]]
    id: SQLColumnExpression[int]
    value: SQLColumnExpression[int | None]
    unit: SQLColumnExpression[int | None]
    lead_id: Any = None
    columns: Mapping[str, SQLColumnExpression[Any]]
    shared: bool = False
    divided: bool = False


def target_facts(
    measure: str, stage: str | None, pipeline: Pipeline, *, needed: Collection[str], today: date
) -> TargetFacts:
    """Return the records of a measure.

    Args:
        measure: A code of :data:`crm.rules.figures.measures.TARGETED`.
        stage: Of projects: the stage at which they count.
        pipeline: The policy.
        needed: What is asked of them: country, lead, unit.
        today: The last day that counts; of trips and events what lies after it is planned.
    """
    counted = TARGETED[measure]
    if counted.source is Source.PROJECT:
        return _projects(str(stage), pipeline, today)
    if counted.source is Source.TRIP:
        return _delegations(pipeline)
    if counted.source is Source.EVENT:
        return _events(pipeline, today)
    found = facts(counted, pipeline, needed)
    return TargetFacts(
        record=found.record,
        statement=found.statement,
        id=found.id,
        day=found.day,
        moves=found.moves,
        value=found.value,
        unit=found.columns["unit"],
        lead_id=found.lead_id,
        columns=found.columns,
        divided=counted.source in LEDGERS,
    )


def narrowed(
    found: TargetFacts, chosen: Filter, pipeline: Pipeline, floors: Mapping[str, int] | None = None
) -> ColumnElement[bool] | None:
    """Return the condition of a filter, or None if it has no effect.

    Args:
        found: The records.
        chosen: The filter; its stage is in the records already.
        pipeline: The policy, for its groups of countries.
        floors: Of a least amount: what it is in each currency, in minor units.
    """
    by = found.columns
    where: list[ColumnExpressionArgument[bool]] = []
    if chosen.countries or chosen.groups:
        named = set(chosen.countries)
        for code in chosen.groups:
            group = pipeline.capital.group(code)
            named |= group.countries if group else set()
        where.append(by["country"].in_(sorted(named)))
    if chosen.industry:
        where.append(
            or_(
                *(
                    by["section"] == code
                    if len(code) == 1
                    else by["division"] == code
                    if len(code) == _DIVISION
                    else by["industry"].startswith(code, autoescape=True)
                    for code in chosen.industry
                )
            )
        )
    if chosen.kinds:
        where.append(by["kind"].in_(chosen.kinds))
    if chosen.capital is not None:
        where.append(by["foreign"] if chosen.capital == "foreign" else ~by["foreign"])
    if chosen.min_amount is not None:
        where.append(enough(found, floors or {}))
    if chosen.place is not None:
        where.append(by[chosen.place])
    if chosen.led_by is not None:
        where.append(by["rank"] == (LeaderRank.CITY if chosen.led_by == "city" else LeaderRank.FIRST))
    return and_(*where) if where else None


def enough(found: TargetFacts, floors: Mapping[str, int]) -> ColumnElement[bool]:
    """Return the condition that the agreed amount is large enough, whatever the currency."""
    amount, currency = found.columns["amount"], found.columns["currency"]
    return or_(*(and_(currency == code, amount >= floor) for code, floor in sorted(floors.items())), literal(1) == 0)


def _events(pipeline: Pipeline, today: date) -> TargetFacts:
    at_home = PromotionEvent.country.in_(pipeline.home)
    # What was held counts; what is planned for a later day is told apart by its day.
    counted = or_(
        and_(PromotionEvent.state == EventState.HELD, PromotionEvent.starts_on <= today),
        and_(PromotionEvent.state != EventState.CANCELLED, PromotionEvent.starts_on > today),
    )
    return TargetFacts(
        record="event",
        statement=select().select_from(PromotionEvent).where(counted),
        id=PromotionEvent.id,
        day=PromotionEvent.starts_on,
        value=literal(1, BigInteger),
        unit=PromotionEvent.unit_id,
        columns={"kind": PromotionEvent.kind, "home": at_home, "abroad": ~at_home},
    )


def _delegations(pipeline: Pipeline) -> TargetFacts:
    """Return each trip once for the city, and once for each unit that sends it or takes part in it."""
    there = abroad(pipeline.home)
    going = (
        select(
            Trip.id,
            Trip.starts_on,
            Trip.unit_id,
            Trip.rank,
            there.label("abroad"),
            and_(placed(), ~there).label("home"),
        )
        .where(Trip.cancelled_at.is_(None))
        .cte("going")
    )
    part = aliased(TripUnit)
    own = (
        exists()
        .where(part.delegation_id == going.c.id, part.unit_id == going.c.unit_id, part.left_on.is_(None))
        .correlate(going)
    )
    columns = (going.c.id, going.c.starts_on, going.c.abroad, going.c.home)
    rows = union_all(
        select(
            literal(CITY, Integer).label("level"), literal(None, BigInteger).label("unit_id"), going.c.rank, *columns
        ),
        select(literal(UNIT, Integer), TripUnit.unit_id, TripUnit.rank, *columns)
        .join(going, going.c.id == TripUnit.delegation_id)
        .where(TripUnit.left_on.is_(None)),
        # The unit that sends one is led by the trip's leader, unless it names another.
        select(literal(UNIT, Integer), going.c.unit_id, going.c.rank, *columns).where(
            going.c.unit_id.is_not(None), ~own
        ),
    ).subquery("went")
    return TargetFacts(
        record="delegation",
        statement=select().select_from(rows),
        id=rows.c.id,
        day=rows.c.starts_on,
        value=literal(1, BigInteger),
        unit=rows.c.unit_id,
        columns={"home": rows.c.home, "abroad": rows.c.abroad, "rank": rows.c.rank, "level": rows.c.level},
        shared=True,
    )


def _projects(stage: str, pipeline: Pipeline, today: date) -> TargetFacts:
    """Return each lead that first entered a stage or a later one, and was not lost or moved back since."""
    reached = pipeline.codes_from(pipeline.position(stage))
    paper, day = aliased(Evidence), day_of_move()
    # The unit at the time of the move: a later handover does not change it.
    unit = (
        select(Assignment.unit_id)
        .where(Assignment.lead_id == Transition.lead_id, Assignment.assigned_at <= Transition.recorded_at)
        .order_by(Assignment.number.desc())
        .limit(1)
        .correlate(Transition)
        .scalar_subquery()
    )
    agreed = (
        select(paper.id)
        .where(
            paper.lead_id == Transition.lead_id,
            paper.kind == EvidenceKind.AGREEMENT,
            paper.dated_on <= today,
            standing(paper),
        )
        .order_by(paper.dated_on.desc(), paper.id.desc())
        .limit(1)
        .correlate(Transition)
        .scalar_subquery()
    )
    rows = (
        select()
        .select_from(Transition)
        .join(Lead, Lead.id == Transition.lead_id)
        .join(Investor, Investor.id == Lead.investor_id)
        .outerjoin(Evidence, Evidence.id == agreed)
        .where(
            first_into(reached),
            day <= today,
            Lead.stage.in_(reached),
            ~not_counted(Lead.id, pipeline.gates_until(pipeline.position(stage))),
            Lead.status.in_((*OPEN, Status.EXITED)),
        )
    )
    return TargetFacts(
        record="lead",
        statement=rows,
        id=Lead.id,
        day=day,
        moves=True,
        value=literal(1, BigInteger),
        unit=unit,
        lead_id=Lead.id,
        columns={
            "country": Investor.country,
            "section": section_of(Lead.industry),
            "division": division_of(Lead.industry),
            "industry": Lead.industry,
            "foreign": Lead.foreign_capital,
            "amount": Evidence.amount_minor,
            "currency": Evidence.amount_currency,
        },
    )
