"""The standing of a period's targets, from the records alone, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from crm.models import Target
from crm.reads.kernel.rows import Entries
from crm.reads.places.rows import UnitRow
from crm.reads.targets.counting import CountedTarget, Plan, counted_targets, figure, plan
from crm.reads.targets.facts import CITY, SHARED, UNIT
from crm.reads.targets.forecasts import FROM_PIPELINE, ForecastBasis, forecastable, in_pipeline
from crm.reads.targets.forecasts import forecast as expectation
from crm.reads.targets.queries import targets
from crm.reads.targets.rows import Basis, Rank, Scorecard, ScoreCell, ScoreLine, cell_key
from crm.reads.targets.totals import CountedRecord, Slot, Totals, counted_records, totals
from crm.rules.access import Actor
from crm.rules.stages import Pipeline
from crm.rules.targets.codes import ScopeKind, ThresholdKind
from crm.rules.targets.forecasts import History
from crm.rules.targets.targets import Clock, Line, line, merit, places, score
from crm.rules.targets.terms import TOGETHER
from crm.values.period import Period

_DAY = timedelta(days=1)
#: How scores are counted (口径), kept with what is frozen. The first counted an entry for its own unit, split or not.
METHOD = "scorecard-2"


def scorecard(
    session: Session, actor: Actor | None, pipeline: Pipeline, period: Period, *, as_of: date, forecast: bool = False
) -> Scorecard:
    """Return the standing of the targets whose period lies within a period.

    Four statements, one for each measure, and one for rates if amounts are compared; two more for each goal of a
    forecast.

    Args:
        session: The session.
        actor: For whom; leads that are hidden from them do not count.
        pipeline: The policy.
        period: The period.
        as_of: The last day that counts.
        forecast: Say what may be expected, too.
    """
    history = History.of(period, as_of) if forecast else None
    planned = plan_of(session, pipeline, period, also=[] if history is None else [as_of])
    planned_targets, rates = planned.targets, planned.rates
    counted = totals(session, actor, pipeline, planned.wanted, today=as_of, floors=planned.floors)
    outlook = None
    if history is not None:
        slots = {
            slot
            for target in planned_targets
            if forecastable(target, period)
            for slot in (target.value, target.whole)
            if slot is not None
        }
        rest = [slot for slot in slots if slot.measure in FROM_PIPELINE]
        outlook = ForecastBasis(
            period, history, rates[as_of], in_pipeline(session, actor, pipeline, rest, history, rates=rates[as_of])
        )
    lines = tuple(score_line for one in planned_targets for score_line in _lines(one, counted, as_of, outlook))
    return Scorecard(
        period=period,
        as_of=as_of,
        lines=lines,
        ranking=ranking(lines),
        uncompared={
            target.target.code: counted.uncompared[target.value]
            for target in planned_targets
            if counted.uncompared.get(target.value)
        },
        basis=None
        if outlook is None
        else Basis(history=outlook.history, conversions=outlook.stood.conversions, rates_on=outlook.rates.on),
    )


def plan_of(session: Session, pipeline: Pipeline, period: Period, *, also: Iterable[date] = ()) -> Plan:
    """Return the plan for the targets whose period lies within a period. Four statements, and one for rates."""
    where = [Target.starts_on >= period.start, Target.ends_on < period.end, Target.ended_at.is_(None)]
    return plan(session, pipeline, counted_targets(session, targets(session, where)), also=also)


def entries_behind(
    session: Session, actor: Actor | None, pipeline: Pipeline, period: Period, *, as_of: date
) -> dict[str, tuple[Entries, ...]]:
    """Return the records behind each figure of a scorecard, by key; for a share those of its numerator.

    The number of statements is that of the figures.

    Args:
        session: The session.
        actor: For whom; records of leads that are hidden from them are not among them.
        pipeline: The policy.
        period: The period.
        as_of: The last day that counts.
    """
    planned = plan_of(session, pipeline, period)
    found = counted_records(session, actor, pipeline, planned.wanted, today=as_of, floors=planned.floors)
    by_key: dict[str, tuple[Entries, ...]] = {}
    for target in planned.targets:
        holders: tuple[UnitRow | None, ...] = target.units if target.terms.scope is ScopeKind.EACH else (None,)
        for unit in holders:
            for span in target.spans:
                ids = dict.fromkeys(
                    one.id for one in found.get(target.value, ()) if one.day in span and _counts_for(target, unit, one)
                )
                key = cell_key(target.target.code, unit, span if len(target.spans) > 1 else None)
                by_key[key] = (Entries(found[target.value][0].record, tuple(ids)),) if ids else ()
    return by_key


def _counts_for(target: CountedTarget, unit: UnitRow | None, one: CountedRecord) -> bool:
    if unit is not None:
        return one.level == UNIT and one.unit == unit.id
    if target.jointly is not None:
        return one.level == UNIT and one.unit in target.jointly
    # A record of several units is behind the city's figure once.
    return one.level == CITY or target.value.measure not in SHARED


def _lines(target: CountedTarget, counted: Totals, as_of: date, outlook: ForecastBasis | None) -> Iterable[ScoreLine]:
    holders: tuple[UnitRow | None, ...] = target.units if target.terms.scope is ScopeKind.EACH else (None,)
    for unit in holders:
        cells = tuple(_cell(target, counted, unit, number, as_of) for number in range(len(target.spans)))
        yield ScoreLine(
            target=target.target,
            unit=unit,
            cells=cells,
            line=line((cell.score, cell.clock) for cell in cells),
            forecast=expectation(target, counted, unit, cells[0], outlook)
            if outlook and forecastable(target, outlook.period)
            else None,
        )


def _cell(target: CountedTarget, counted: Totals, unit: UnitRow | None, number: int, as_of: date) -> ScoreCell:
    terms, span = target.terms, target.spans[number]
    # What lies after the day is planned, not done.
    done = _until(span, as_of)

    def had(slot: Slot, within: Period | None) -> int:
        return figure(target, counted, unit, slot, within)

    whole = None
    if target.whole is not None:
        whole = had(target.whole, done)
    elif terms.threshold.kind is ThresholdKind.MULTIPLE:
        entered = terms.baselines.get(TOGETHER if unit is None else unit.code)
        own = had(target.value, target.baselines[number]) if target.baselines else None
        whole = own if entered is None else _part_of(entered, len(target.spans))
    clock = Clock.of(span, as_of)
    countable = terms.counts == "count"
    return ScoreCell(
        span=span,
        clock=clock,
        score=score(terms.threshold, had(target.value, done), clock, whole=whole, countable=countable),
    )


def _part_of(entered: int, spans: int) -> int:
    """Return the part of an entered figure of the whole period for one span: equal parts, rounded up."""
    return -(-entered // spans)


def _until(span: Period, day: date) -> Period | None:
    if day < span.start:
        return None
    return span if day >= span.last else Period(span.start, day + _DAY)


def ranking(lines: Iterable[ScoreLine]) -> tuple[Rank, ...]:
    """Return the ranks of units within their kind, by kind, rank and code."""
    mine: dict[UnitRow, list[Line]] = defaultdict(list)
    for score_line in lines:
        if score_line.unit is not None:
            mine[score_line.unit].append(score_line.line)
    merits = {unit: merit(found) for unit, found in mine.items()}
    kinds: dict[str, dict[UnitRow, Fraction | None]] = defaultdict(dict)
    for unit, value in merits.items():
        kinds[unit.kind][unit] = value
    found = [
        Rank(
            unit=unit,
            place=place,
            merit=merits[unit],
            targets=len(mine[unit]),
            reached=sum(mine_line.standing == "reached" for mine_line in mine[unit]),
        )
        for one in kinds.values()
        for unit, place in places(one).items()
    ]
    return tuple(sorted(found, key=lambda rank: (rank.unit.kind, rank.place is None, rank.place or 0, rank.unit.code)))
