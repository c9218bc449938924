"""The data of forecasts: the pipeline, and the past rates of progress. One statement for each, and for each goal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta
from fractions import Fraction

from attrs import Factory, define, frozen
from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from crm.models import ArrivalKind, CapitalArrival, EntryState, Investor, Lead, Transition
from crm.reads.figures.measured import division_of, section_of
from crm.reads.kernel.days import days_between
from crm.reads.kernel.moves import advances_into, day_of_move, moved_between, stage_now
from crm.reads.kernel.sums import exact
from crm.reads.kernel.undone import carried_over
from crm.reads.kernel.visibility import visible
from crm.reads.ledgers.daily_rates import RatesOfDay
from crm.reads.places.rows import UnitRow
from crm.reads.targets.counting import CountedTarget, figure
from crm.reads.targets.facts import TargetFacts, narrowed
from crm.reads.targets.rows import ScoreCell
from crm.reads.targets.totals import Slot, Totals
from crm.rules.access import Actor
from crm.rules.stages import OPEN, MoveKind, Pipeline
from crm.rules.targets.codes import Cadence
from crm.rules.targets.forecasts import Conversion, Forecast, History, NoForecast, expected
from crm.values.period import Period

#: The goal of capital; any other is a stage.
ARRIVAL = ""


@frozen
class PipelineTotal:
    """The pipeline of one slot, unit and stage.

    Attributes:
        leads: So many leads.
        amounts: What they expect, by currency, in minor units.
    """

    leads: int
    amounts: Mapping[str, int]


@define
class InPipeline:
    """The pipeline by slot, unit and stage, and the past rates of progress."""

    standing: dict[Slot, dict[int | None, dict[str, PipelineTotal]]] = Factory(dict)
    conversions: dict[str, Mapping[str, Conversion]] = Factory(dict)

    def by_stage(self, slot: Slot, units: Collection[int] | None) -> dict[str, PipelineTotal]:
        """Return the pipeline at each stage, for some units or for all."""
        leads: dict[str, int] = defaultdict(int)
        amounts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for unit, stages in self.standing.get(slot, {}).items():
            if units is not None and unit not in units:
                continue
            for stage, standing in stages.items():
                leads[stage] += standing.leads
                for currency, minor in standing.amounts.items():
                    amounts[stage][currency] += minor
        return {stage: PipelineTotal(number, dict(amounts[stage])) for stage, number in leads.items()}


def in_pipeline(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    slots: Collection[Slot],
    history: History,
    *,
    rates: RatesOfDay,
) -> InPipeline:
    """Return the data of forecasts. Two statements for capital, and two for each stage at which projects count.

    Args:
        session: The session.
        actor: For whom; leads that are hidden from them do not count.
        pipeline: The policy.
        slots: What is forecast: actual FDI, or projects.
        history: Whose past is counted.
        rates: The latest rates, by which a project is large enough.
    """
    sums = InPipeline()
    goals: dict[str, list[Slot]] = defaultdict(list)
    for slot in slots:
        goals[ARRIVAL if slot.measure == "actual_fdi" else str(slot.filter.stage)].append(slot)
    for goal, mine in goals.items():
        sums.conversions[goal] = _conversions(session, actor, pipeline, goal, history)
        _stand(session, actor, pipeline, goal, mine, rates, sums)
    return sums


def _arrived(pipeline: Pipeline) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of an arrival that counts."""
    kinds = [ArrivalKind(kind) for kind in pipeline.capital.counted]
    return (
        CapitalArrival.state == EntryState.CONFIRMED,
        CapitalArrival.amount_minor > 0,
        CapitalArrival.immediate_country != pipeline.capital.home,
        CapitalArrival.kind.in_(kinds),
    )


def _there(pipeline: Pipeline, goal: str) -> Subquery:
    """Return the day on which each lead first reached the goal.

    Computed for all leads at once, because a look-up for each is far slower.
    """
    moved = aliased(Transition)
    if goal == ARRIVAL:
        days = select(CapitalArrival.lead_id, func.min(CapitalArrival.arrived_on).label("day")).where(
            *_arrived(pipeline)
        )
        return days.group_by(CapitalArrival.lead_id).subquery("there")
    days = select(moved.lead_id, func.min(day_of_move(moved)).label("day"))
    return (
        days.where(advances_into(pipeline.codes_from(pipeline.position(goal)), moved))
        .group_by(moved.lead_id)
        .subquery("there")
    )


def _conversions(
    session: Session, actor: Actor | None, pipeline: Pipeline, goal: str, history: History
) -> dict[str, Conversion]:
    """Count for each stage the leads that entered it in the window, and those that reached the goal in time."""
    stage = stage_now(pipeline, Transition.to_stage)
    entries = (
        select(Transition.lead_id, stage.label("stage"), func.min(day_of_move()).label("day"))
        .where(
            Transition.kind.in_((MoveKind.OPEN, MoveKind.ADVANCE)),
            moved_between(history.first, history.last),
        )
        .group_by(Transition.lead_id, stage)
    )
    of = [Lead.foreign_capital] if goal == ARRIVAL else []
    if goal != ARRIVAL:
        entries = entries.where(Transition.to_stage.not_in(pipeline.codes_from(pipeline.position(goal))))
    one, other = entries.subquery("entries"), _there(pipeline, goal)
    within = and_(other.c.day.is_not(None), days_between(one.c.day, other.c.day) <= history.days)
    rows = session.execute(
        select(one.c.stage, func.count().label("entered"), func.count(case((within, 1))).label("went"))
        .join(Lead, Lead.id == one.c.lead_id)
        .outerjoin(other, other.c.lead_id == one.c.lead_id)
        # Leads that had reached the stage before are left out.
        .where(visible(actor), ~carried_over(Lead.id), *of, or_(other.c.day.is_(None), other.c.day >= one.c.day))
        .group_by(one.c.stage)
    )
    return {row.stage: Conversion(row.entered, row.went) for row in rows}


def _stand(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    goal: str,
    slots: list[Slot],
    rates: RatesOfDay,
    sums: InPipeline,
) -> None:
    """Add up the leads in the pipeline that have not reached the goal."""
    there = _there(pipeline, goal)
    short = Lead.foreign_capital if goal == ARRIVAL else Lead.stage.not_in(pipeline.codes_from(pipeline.position(goal)))
    # Grouped by the bare column, SQLite would walk through all leads in the order of the index on the unit.
    unit_id = (Lead.unit_id + 0).label("unit_id")
    found = TargetFacts(
        record="lead",
        statement=select(),
        id=Lead.id,
        day=Lead.received_on,
        value=Lead.expected_minor,
        unit=Lead.unit_id,
        lead_id=Lead.id,
        columns={
            "country": Investor.country,
            "section": section_of(Lead.industry),
            "division": division_of(Lead.industry),
            "industry": Lead.industry,
            "foreign": Lead.foreign_capital,
            "amount": Lead.expected_minor,
            "currency": Lead.expected_currency,
        },
    )
    columns: list[ColumnElement[int]] = []
    for slot in slots:
        least = slot.filter.min_amount
        chosen = narrowed(found, slot.filter, pipeline, None if least is None else rates.floors(least))
        counted = Lead.id if chosen is None else case((chosen, Lead.id))
        amount = Lead.expected_minor if chosen is None else case((chosen, Lead.expected_minor))
        columns += [func.count(counted), exact(func.sum(amount))]
    stage_then = stage_now(pipeline, Lead.stage).label("stage")
    rows = session.execute(
        select(unit_id, stage_then, Lead.expected_currency, *columns)
        # Every lead has its investor; a join that may be left out is left out where no filter names a country.
        .outerjoin(Investor, Investor.id == Lead.investor_id)
        .outerjoin(there, there.c.lead_id == Lead.id)
        .where(
            Lead.status.in_(OPEN),
            Lead.landed_on.is_(None),
            visible(actor),
            ~carried_over(Lead.id),
            there.c.lead_id.is_(None),
            short,
        )
        .group_by(unit_id, stage_then, Lead.expected_currency)
    )
    for unit, stage, currency, *values in rows:
        for slot, number, minor in zip(slots, values[::2], values[1::2], strict=True):
            if not number:
                continue
            stages = sums.standing.setdefault(slot, {}).setdefault(unit, {})
            before = stages.get(stage, PipelineTotal(0, {}))
            amounts = dict(before.amounts)
            if currency is not None:
                amounts[currency] = amounts.get(currency, 0) + int(minor or 0)
            stages[stage] = PipelineTotal(before.leads + number, amounts)


def converted(standing: PipelineTotal, to: str, rates: RatesOfDay) -> Fraction | None:
    """Return the expected amounts in one currency, in minor units, exactly; None if a rate is missing."""
    total = Fraction(0)
    for currency, minor in standing.amounts.items():
        rate = rates.rate(currency, to)
        if rate is None:
            return None
        total += minor * rate
    return total


#: What is forecast from the pipeline, and what from plans.
FROM_PIPELINE, PLANNED = ("actual_fdi", "projects"), ("delegations", "events")


@frozen
class ForecastBasis:
    """The basis of a forecast.

    Attributes:
        period: The period that is forecast.
        history: Whose past is counted.
        rates: The latest rates.
        stood: What stands in the pipeline.
    """

    period: Period
    history: History
    rates: RatesOfDay
    stood: InPipeline

    def expected(self, slot: Slot, units: frozenset[int] | None) -> Fraction | NoForecast:
        """Return what may still come for a slot, for some units or for all."""
        if slot.measure not in FROM_PIPELINE or slot.filter.kinds:
            return NoForecast.NOT_MADE
        stages = self.stood.by_stage(slot, units)
        goal = ARRIVAL if slot.measure == "actual_fdi" else str(slot.filter.stage)
        amounts: dict[str, int | Fraction] = {stage: pipeline_sum.leads for stage, pipeline_sum in stages.items()}
        if goal == ARRIVAL:
            for stage, pipeline_sum in stages.items():
                value = converted(pipeline_sum, "USD", self.rates)
                if value is None:
                    return NoForecast.NO_RATE
                amounts[stage] = value
        return expected(amounts, self.stood.conversions.get(goal, {}), self.history.least)


def forecastable(target: CountedTarget, period: Period) -> bool:
    """Return whether a target has exactly the forecast period, and one span."""
    return target.target.period == period and target.terms.cadence is Cadence.WHOLE


def forecast(
    target: CountedTarget, counted: Totals, unit: UnitRow | None, cell: ScoreCell, outlook: ForecastBasis
) -> Forecast:
    """Return the forecast of a line for the end of the period."""
    done = cell.score.value
    rest = Period(outlook.period.end - timedelta(outlook.history.days), outlook.period.end)
    if target.value.measure in PLANNED:
        return Forecast(done=done, expected=Fraction(figure(target, counted, unit, target.value, rest)))
    if unit is not None:
        units: frozenset[int] | None = frozenset({unit.id})
    else:
        units = target.jointly
    more = outlook.expected(target.value, units)
    if isinstance(more, NoForecast):
        return Forecast(done=done, reason=more)
    if target.whole is None:
        return Forecast(done=done, expected=more)
    all_of_it = outlook.expected(target.whole, units)
    if isinstance(all_of_it, NoForecast):
        return Forecast(done=done, reason=all_of_it)
    return Forecast(done=done, expected=more, whole=(cell.score.whole or 0) + all_of_it)
