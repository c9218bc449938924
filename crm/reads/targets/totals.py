"""Totals of what targets count, by span and unit, in one statement for each measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from attrs import Factory, define, evolve, frozen
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from crm.models.binding import OURS
from crm.reads.claims.splits import parts_of, split
from crm.reads.kernel.sums import exact
from crm.reads.kernel.visibility import sees_all, visible
from crm.reads.targets.facts import CITY, UNIT, TargetFacts, narrowed, target_facts
from crm.rules.access import Actor
from crm.rules.stages import Pipeline
from crm.rules.targets.terms import Filter
from crm.values.period import Period

#: The level of a row that counts records of several units once.
_JOINT = 2
_DAY = timedelta(days=1)
#: What one statement is made for: a measure, and of projects a stage.
Source = tuple[str, str | None]
#: By currency the least amount that is as much as another: minor units.
Floors = Mapping[str, int]


@frozen
class Slot:
    """A combination of measure and filters that is counted, for one or more targets.

    Attributes:
        measure: A code of :data:`crm.rules.figures.measures.TARGETED`.
        filter: What it is narrowed to.
        on: Of a least amount: the day whose rates decide what it is in other currencies.
    """

    measure: str
    filter: Filter
    on: date | None = None

    @property
    def source(self) -> Source:
        """The statement that counts it."""
        return self.measure, self.filter.stage


@define
class CountQuery:
    """The parameters of one statement.

    Attributes:
        slots: What is counted.
        spans: In which spans.
        joint: For which sets of units together.
        by_unit: Whether by unit at all.
    """

    slots: dict[Slot, int] = Factory(dict)
    spans: set[Period] = Factory(set)
    joint: dict[frozenset[int], int] = Factory(dict)
    by_unit: bool = False

    def want(self, slot: Slot, spans: Iterable[Period], *, by_unit: bool, joint: frozenset[int] | None = None) -> None:
        """Add a slot in spans."""
        self.slots.setdefault(slot, len(self.slots))
        self.spans.update(spans)
        self.by_unit = self.by_unit or by_unit or joint is not None
        if joint is not None:
            self.joint.setdefault(joint, len(self.joint))


@define
class Totals:
    """The results.

    Attributes:
        cells: By slot and level: by unit, or number of a set of units: the sums by the first day of a piece of time.
        joints: By source: the sets of units that were counted together, with their numbers.
        records: By source: what the records are called.
        shared: The sources whose records count for several units.
        uncompared: By slot: so many records whose amount no rate makes comparable.
    """

    cells: dict[tuple[Slot, int], dict[int | None, dict[date, int]]] = Factory(lambda: defaultdict(dict))
    joints: dict[Source, Mapping[frozenset[int], int]] = Factory(dict)
    records: dict[Source, str] = Factory(dict)
    shared: set[Source] = Factory(set)
    uncompared: dict[Slot, int] = Factory(dict)

    def city(self, slot: Slot, span: Period) -> int:
        """Return the total of the whole city, with a record of several units once."""
        level = CITY if slot.source in self.shared else UNIT
        return sum(_within(days, span) for days in self.cells[slot, level].values())

    def unit(self, slot: Slot, unit: int, span: Period) -> int:
        """Return the total of a unit."""
        return _within(self.cells[slot, UNIT].get(unit, {}), span)

    def jointly(self, slot: Slot, units: frozenset[int], span: Period) -> int:
        """Return the joint total of several units, with a record of several once."""
        if slot.source in self.shared:
            return _within(self.cells[slot, _JOINT].get(self.joints[slot.source][units], {}), span)
        return sum(self.unit(slot, unit, span) for unit in units)


@frozen
class CountedRecord:
    """A record behind a figure.

    Attributes:
        record: What it is, as the audit calls it.
        id: Its number.
        day: The day that decides the span.
        unit: The unit it counts for, or None.
        level: Of a unit, or of the city.
    """

    record: str
    id: int
    day: date
    unit: int | None
    level: int


def _within(days: Mapping[date, int], span: Period) -> int:
    return sum(value for day, value in days.items() if day in span)


def totals(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    wanted: Mapping[Source, CountQuery],
    *,
    today: date,
    floors: Mapping[Slot, Floors],
) -> Totals:
    """Return the totals. One statement for each measure, and for projects for each stage.

    Args:
        session: The session.
        actor: For whom; a lead that is hidden from them does not count.
        pipeline: The policy.
        wanted: What is asked for, by the source of its slots.
        today: The last day that counts; what is planned for a later one is added up apart.
        floors: Of slots with a least amount: what it is in each currency.
    """
    counted = Totals()
    for source, query in wanted.items():
        found = target_facts(*source, pipeline, needed=_needed(actor, query), today=today)
        counted.records[source], counted.joints[source] = found.record, query.joint
        if found.shared:
            counted.shared.add(source)
        cuts, slots = _cuts(query.spans, today), list(query.slots)
        with_amount = [slot for slot in slots if slot.filter.min_amount is not None]
        statement = _statement(actor, pipeline, found, query, cuts, floors, today=today)
        for level, unit, piece, *values in session.execute(statement, bind_arguments=OURS):
            for slot, value in zip(slots, values, strict=False):
                days = counted.cells[slot, level].setdefault(unit, {})
                days[cuts[piece]] = days.get(cuts[piece], 0) + int(value or 0)
            for slot, value in zip(with_amount, values[len(slots) :], strict=not found.shared):
                counted.uncompared[slot] = counted.uncompared.get(slot, 0) + int(value)
    return counted


def restricted(actor: Actor | None) -> bool:
    """Return whether confidential leads of others are hidden from the actor."""
    return not sees_all(actor)


def _needed(actor: Actor | None, query: CountQuery) -> set[str]:
    """Return the needed columns of the records, so that nothing else is joined."""
    needed = {"unit"} if query.by_unit else set()
    if restricted(actor):
        needed.add("lead")
    for slot in query.slots:
        if slot.filter.countries or slot.filter.groups:
            needed.add("country")
    return needed


def _cuts(spans: Iterable[Period], today: date) -> list[date]:
    """Return the days that divide time: the ends of spans, and the first day of planned records."""
    return sorted({day for span in spans for day in (span.start, span.end)} | {today + _DAY})


def _piece(day: SQLColumnExpression[date | None], cuts: Sequence[date]) -> ColumnElement[int]:
    """Return the number of the interval of a day."""
    return case(*((day < cut, number) for number, cut in enumerate(cuts[1:])), else_=len(cuts) - 1)


def counted_records(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    wanted: Mapping[Source, CountQuery],
    *,
    today: date,
    floors: Mapping[Slot, Floors],
) -> dict[Slot, list[CountedRecord]]:
    """Return the records of each slot that the actor may see, by day and id.

    One statement per measure, and for projects per stage.
    """
    counted: dict[Slot, list[CountedRecord]] = defaultdict(list)
    for source, query in wanted.items():
        found = target_facts(*source, pipeline, needed=_needed(actor, query), today=today)
        conditions = [_condition(actor, pipeline, found, slot, floors) for slot in query.slots]
        first, after = min(span.start for span in query.spans), max(span.end for span in query.spans)
        records, unit = found.statement, found.unit
        if found.divided and query.by_unit:
            parts = parts_of(found, pipeline.claims, today=today).add_columns(found.id.label("id")).subquery("parts")
            records = records.outerjoin(parts, parts.c.id == found.id)
            unit = case((parts.c.id.is_not(None), parts.c.unit), else_=found.unit)
        rows = session.execute(
            records.where(found.within(first, after), found.day <= today, or_(*conditions))
            .add_columns(
                found.id,
                found.day,
                unit,
                found.columns.get("level", literal(UNIT, Integer)),
                *(case((condition, 1), else_=0) for condition in conditions),
            )
            .order_by(found.day, found.id)
        )
        for number, day, unit, level, *flags in rows:
            for slot, flag in zip(query.slots, flags, strict=True):
                if flag:
                    counted[slot].append(CountedRecord(found.record, number, day, unit, level))
    return counted


def _statement(
    actor: Actor | None,
    pipeline: Pipeline,
    found: TargetFacts,
    query: CountQuery,
    cuts: Sequence[date],
    floors: Mapping[Slot, Floors],
    *,
    today: date,
) -> Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]:
    conditions = [_condition(actor, pipeline, found, slot, floors) for slot in query.slots]
    # A record whose amount cannot be compared is left out, and the report counts it.
    lacking = [_lacking(actor, pipeline, found, slot, floors) for slot in query.slots if slot.filter.min_amount]
    first, after = min(span.start for span in query.spans), max(span.end for span in query.spans)
    listed = found.statement.where(found.within(first, after)).add_columns(
        found.id.label("id"),
        _piece(found.day, cuts).label("piece"),
        found.unit.label("unit_id"),
        found.columns.get("level", literal(UNIT, Integer)).label("level"),
        *(case((condition, found.value)).label(f"v{number}") for number, condition in enumerate(conditions)),
        *(case((condition, 1)).label(f"n{number}") for number, condition in enumerate(lacking)),
    )
    if found.divided and query.by_unit:
        divided = _divided(found, listed, len(conditions), pipeline, today=today)
        return _added(divided, len(conditions), len(lacking), by_unit=True)
    if not found.shared:
        return _added(listed.subquery("listed"), len(conditions), len(lacking), by_unit=query.by_unit)
    rows = listed.cte("listed")
    selects = [_added(rows, len(conditions), len(lacking), by_unit=True, where=rows.c.level == CITY, level=CITY)]
    if query.by_unit:
        selects.append(
            _added(rows, len(conditions), len(lacking), by_unit=True, where=rows.c.level == UNIT, level=UNIT)
        )
    selects += [_together(rows, units, number, len(conditions)) for units, number in query.joint.items()]
    return selects[0] if len(selects) == 1 else union_all(*selects)


def _divided(
    found: TargetFacts, listed: Select[*tuple[object, ...]], values: int, pipeline: Pipeline, *, today: date
) -> Subquery:
    """Return ledger entries by their own units, corrected for shared claims, like :mod:`crm.reads.figures.queries`."""
    names = [f"v{number}" for number in range(values)]
    entries = listed.add_columns(
        found.lead_id.label("lead_id"), found.day.label("day"), found.value.label("value"), found.unit.label("unit")
    )
    own = listed.subquery("own")
    corrections = []
    for correction in split(entries, pipeline.claims, today=today, columns=("piece", *names)):
        part = correction.selected_columns
        counted = (case((part[name].is_not(None), part.value)).label(name) for name in names)
        corrections.append(correction.with_only_columns(part.unit.label("unit_id"), part.piece, *counted))
    return union_all(select(own.c.unit_id, own.c.piece, *(own.c[name] for name in names)), *corrections).subquery(
        "divided"
    )


def _condition(
    actor: Actor | None, pipeline: Pipeline, found: TargetFacts, slot: Slot, floors: Mapping[Slot, Floors]
) -> ColumnElement[bool]:
    chosen = narrowed(found, slot.filter, pipeline, floors.get(slot))
    if found.lead_id is None or not restricted(actor):
        return true() if chosen is None else chosen
    shown = or_(found.lead_id.is_(None), visible(actor))
    return shown if chosen is None else and_(shown, chosen)


def _lacking(
    actor: Actor | None, pipeline: Pipeline, found: TargetFacts, slot: Slot, floors: Mapping[Slot, Floors]
) -> ColumnElement[bool]:
    every = evolve(slot, filter=evolve(slot.filter, min_amount=None))
    known = found.columns["currency"].in_(sorted(floors.get(slot, {})))
    return and_(_condition(actor, pipeline, found, every, floors), or_(found.columns["currency"].is_(None), ~known))


def _added(
    rows: FromClause,
    values: int,
    lacking: int,
    *,
    by_unit: bool,
    where: ColumnElement[bool] | None = None,
    level: int = UNIT,
) -> Select[*tuple[object, ...]]:
    unit = rows.c.unit_id if by_unit else cast(null(), BigInteger)
    statement = select(
        literal(level, Integer).label("level"),
        unit.label("unit_id"),
        rows.c.piece,
        *(exact(func.sum(rows.c[f"v{number}"])) for number in range(values)),
        *(cast(func.count(rows.c[f"n{number}"]), BigInteger) for number in range(lacking)),
    ).group_by(rows.c.piece, *([rows.c.unit_id] if by_unit else []))
    return statement if where is None else statement.where(where)


def _together(rows: FromClause, units: frozenset[int], number: int, values: int) -> Select[*tuple[object, ...]]:
    """Count records of several units once each."""
    return (
        select(
            literal(_JOINT, Integer),
            literal(number, BigInteger),
            rows.c.piece,
            *(
                cast(func.count(case((rows.c[f"v{place}"].is_not(None), rows.c.id)).distinct()), BigInteger)
                for place in range(values)
            ),
        )
        .where(rows.c.level == UNIT, rows.c.unit_id.in_(sorted(units)))
        .group_by(rows.c.piece)
    )
