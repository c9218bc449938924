"""The forecast of each line of a scorecard."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from attrs import frozen

from crm.reads.ledgers.daily_rates import RatesOfDay
from crm.reads.places.rows import UnitRow
from crm.reads.targets.counting import CountedTarget, figure
from crm.reads.targets.forecasts import ARRIVAL, InPipeline, converted
from crm.reads.targets.score_rows import ScoreCell
from crm.reads.targets.totals import Slot, Totals
from crm.rules.targets.codes import Cadence
from crm.rules.targets.forecasts import Forecast, History, NoForecast, expected
from crm.values.period import Period

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
