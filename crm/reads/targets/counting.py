"""What has to be counted for targets: measures, units and spans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cached_property

from attrs import frozen
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.models import Unit
from crm.reads.ledgers.daily_rates import RatesOfDay, rates_of
from crm.reads.places.queries import unit_row
from crm.reads.places.rows import UnitRow
from crm.reads.targets.rows import TargetRow
from crm.reads.targets.totals import CountQuery, Floors, Slot, Source, Totals
from crm.rules.stages import Pipeline
from crm.rules.targets.codes import ScopeKind
from crm.rules.targets.terms import Filter, Terms
from crm.values.period import Period


@frozen
class CountedTarget:
    """What has to be counted for one target.

    Attributes:
        target: The target.
        units: Those it is asked of: of each, or of all jointly.
        value: What is counted.
        whole: Of a share: what it is a share of.
    """

    target: TargetRow
    units: tuple[UnitRow, ...]
    value: Slot
    whole: Slot | None

    @cached_property
    def terms(self) -> Terms:
        """The terms of the target."""
        return self.target.current.terms

    @cached_property
    def spans(self) -> tuple[Period, ...]:
        """The spans of its cadence."""
        return self.terms.parts(self.target.period)

    @cached_property
    def baselines(self) -> tuple[Period, ...]:
        """The past spans whose own figures are multiplied, one for each span; none if all are entered."""
        past = self.terms.baseline
        return () if past is None else self.terms.parts(past)

    @cached_property
    def jointly(self) -> frozenset[int] | None:
        """The units whose records are counted together, or None."""
        return frozenset(unit.id for unit in self.units) if self.terms.scope is ScopeKind.JOINTLY else None


def units_of(session: Session) -> tuple[tuple[UnitRow, bool], ...]:
    """Return every unit by its code, and whether it is not archived. One statement."""
    units = session.scalars(select(Unit).order_by(Unit.code))
    return tuple((unit_row(unit), unit.archived_at is None) for unit in units)


def counted_targets(session: Session, rows: Iterable[TargetRow]) -> list[CountedTarget]:
    """Return what has to be counted for targets. One statement."""
    known = units_of(session)
    return [_counted_target(row, known) for row in rows]


def _counted_target(row: TargetRow, units: Iterable[tuple[UnitRow, bool]]) -> CountedTarget:
    terms = row.current.terms
    # A kind means those that there are; a unit that is named is meant even when it is archived.
    chosen = tuple(unit for unit, there in units if unit.code in terms.units or (there and unit.kind in terms.kinds))
    return CountedTarget(
        row,
        chosen,
        _slot(row, terms.measure, terms.filter),
        None if terms.of is None else _slot(row, terms.of, terms.of_filter),
    )


def _slot(row: TargetRow, measure: str, chosen: Filter) -> Slot:
    return Slot(measure, chosen, None if chosen.min_amount is None else row.period.start)


@frozen
class Plan:
    """What has to be counted for several targets.

    Attributes:
        targets: What each of them counts.
        wanted: The same by source.
        rates: What currencies are worth on the days that were asked for.
        floors: Of slots with a least amount: what it is in each currency.
    """

    targets: tuple[CountedTarget, ...]
    wanted: Mapping[Source, CountQuery]
    rates: Mapping[date, RatesOfDay]
    floors: Mapping[Slot, Floors]


def plan(
    session: Session, pipeline: Pipeline, targets: Collection[CountedTarget], *, also: Iterable[date] = ()
) -> Plan:
    """Return the plan. One statement if amounts are compared, or none.

    Args:
        session: The session.
        pipeline: The policy.
        targets: What the targets ask for.
        also: Days whose rates are asked for besides.
    """
    wanted: dict[Source, CountQuery] = defaultdict(CountQuery)
    for target in targets:
        by_unit = target.terms.scope is not ScopeKind.CITY
        for slot in (target.value, target.whole):
            if slot is not None:
                wanted[slot.source].want(
                    slot, (*target.spans, *target.baselines), by_unit=by_unit, joint=target.jointly
                )
    slots = [slot for one in wanted.values() for slot in one.slots if slot.on is not None]
    rates = rates_of(session, pipeline.capital, {*(slot.on for slot in slots if slot.on is not None), *also})
    return Plan(tuple(targets), wanted, rates, {slot: _floors(slot, rates) for slot in slots})


def _floors(slot: Slot, rates: Mapping[date, RatesOfDay]) -> dict[str, int]:
    least = slot.filter.min_amount
    return {} if least is None or slot.on is None else rates[slot.on].floors(least)


def figure(target: CountedTarget, counted: Totals, unit: UnitRow | None, slot: Slot, within: Period | None) -> int:
    """Return the figure of a unit, of several jointly, or of the city, for a slot within a span."""
    if within is None:
        return 0
    if unit is not None:
        return counted.unit(slot, unit.id, within)
    return counted.city(slot, within) if target.jointly is None else counted.jointly(slot, target.jointly, within)
