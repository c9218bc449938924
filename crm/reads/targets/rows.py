"""Targets and frozen scorecards as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from attrs import frozen

from crm.reads.places.rows import UnitRow
from crm.rules.targets.forecasts import Conversion, Forecast, History
from crm.rules.targets.targets import Clock, Line, Score
from crm.rules.targets.terms import Terms
from crm.values.period import Period


@frozen(kw_only=True)
class TermsRow:
    """The terms of a target, in one version.

    Attributes:
        id: The number of the record.
        number: 1, 2, 3 … for each target.
        terms: What it asks.
        set_by: Who set it.
        set_at: When.
        reason: Of a later version: why.
    """

    id: int
    number: int
    terms: Terms
    set_by: str
    set_at: datetime
    reason: str | None


@frozen(kw_only=True)
class TargetRow:
    """A target with its current terms.

    Attributes:
        id: Its number.
        uid: Its uid.
        code: Short name people type.
        period: When.
        current: What it asks, in the version that holds.
        ended_at: No longer asked since, or None.
        end_reason: Why it is no longer asked.
        version: For optimistic writes.
    """

    id: int
    uid: UUID
    code: str
    period: Period
    current: TermsRow
    ended_at: datetime | None
    end_reason: str | None
    version: int


@frozen(kw_only=True)
class TargetCard:
    """A target with each of its versions, latest first."""

    row: TargetRow
    versions: tuple[TermsRow, ...]


@frozen(kw_only=True)
class LoadedTargets:
    """The result of loading targets: their codes, by what was done with them.

    Attributes:
        added: New ones.
        changed: Those that have a new version.
        unchanged: Those that were there already, word for word.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


@frozen(kw_only=True)
class FrozenScoreRow:
    """A frozen scorecard.

    Attributes:
        id: The number of the record.
        uid: Its uid.
        period: Of when.
        edition: 1, 2, 3 … for each period.
        as_of: The last day that counts in it.
        method: How it was counted.
        frozen_at: When it was frozen.
        frozen_by: By whom.
        reason: Of a later edition: why there is another.
    """

    id: int
    uid: UUID
    period: Period
    edition: int
    as_of: date
    method: str
    frozen_at: datetime
    frozen_by: str
    reason: str | None


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

    @cached_property
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
