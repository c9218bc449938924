"""Scorecards as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from attrs import frozen

from crm.reads.places.rows import UnitRow
from crm.reads.targets.rows import FrozenScoreRow, TargetRow
from crm.rules.targets.forecasts import Conversion, Forecast, History
from crm.rules.targets.targets import Clock, Line, Score
from crm.rules.targets.terms import Terms
from crm.values.period import Period


@frozen(kw_only=True)
class ScoreCell:
    """One figure of a scorecard.

    Attributes:
        span: Of when: the target's period, or a part of it.
        clock: Where that stands.
        score: How the figure stands.
    """

    span: Period
    clock: Clock
    score: Score


@frozen(kw_only=True)
class ScoreLine:
    """The standing of one target for one unit, for several jointly, or for the city.

    Attributes:
        target: The target, with what it asks.
        unit: Whose line; None: the city's, or that of several jointly.
        cells: The figures, one for each span.
        line: What they come to.
        forecast: What may be expected by the end of the period; None: of this target nothing is.
    """

    target: TargetRow
    unit: UnitRow | None
    cells: tuple[ScoreCell, ...]
    line: Line
    forecast: Forecast | None = None

    @property
    def terms(self) -> Terms:
        """The terms of the target."""
        return self.target.current.terms


@frozen(kw_only=True)
class Rank:
    """The rank of a unit within its kind.

    Attributes:
        unit: The unit.
        place: From 1; equals share a place. None: nothing can be judged yet.
        merit: The mean of what it achieved of each of its targets, at most the whole of each, or None.
        reached: So many of its targets are reached.
        targets: So many it has.
    """

    unit: UnitRow
    place: int | None
    merit: Fraction | None
    reached: int
    targets: int


@frozen(kw_only=True)
class Basis:
    """The basis of forecasts.

    Attributes:
        history: Whose past the conversions are counted from.
        conversions: By goal: how often leads got on from each stage; the goal is a stage, or "" for the first money.
        rates_on: The day of the rates that amounts are converted with, or None: there are none.
    """

    history: History
    conversions: Mapping[str, Mapping[str, Conversion]]
    rates_on: date | None


@frozen(kw_only=True)
class Scorecard:
    """The standing of the targets of a period.

    Attributes:
        period: The period.
        as_of: The last day that counts.
        lines: A line for each target and unit, by target.
        ranking: Each kind of unit by its places.
        uncompared: By target: so many projects whose amount could not be compared.
        edition: Of a frozen one: which; None: it is live.
        basis: What its forecasts rest on; None: there are none.
    """

    period: Period
    as_of: date
    lines: tuple[ScoreLine, ...]
    ranking: tuple[Rank, ...]
    uncompared: Mapping[str, int]
    edition: FrozenScoreRow | None = None
    basis: Basis | None = None


def cell_key(code: str, unit: UnitRow | None, span: Period | None) -> str:
    """Return the key of a figure, ``trips-home-2023:lixia:2023Q1``; shorter for the city or a target without spans."""
    return ":".join([code, *([] if unit is None else [unit.code]), *([] if span is None else [str(span)])])
