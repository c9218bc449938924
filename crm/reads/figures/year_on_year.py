"""A period's figures compared with the year before, from the ledger or, for earlier years, from our benchmarks.

One statement for each measure, with all its breakdowns and both periods, and one for the benchmarks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Literal

from attrs import frozen
from sqlalchemy.orm import Session

from crm.models import FigureUnit
from crm.reads.figures import queries as figures
from crm.reads.figures.published import OWN, BenchmarkRow, benchmarks
from crm.reads.figures.queries import Counted
from crm.rules.access import Actor
from crm.rules.figures.measures import MEASURES, FigureKey
from crm.rules.stages import Pipeline
from crm.values.money import Money
from crm.values.period import Period
from crm.values.ratios import growth, rounded, share
from crm.values.sentences import NotAvailable
from crm.values.shares import WHOLE

#: Where the figure of the year before is from.
Origin = Literal["ledger", "own"]
Value = Money | int


@frozen
class YearOnYear:
    """One figure, now and the year before.

    Attributes:
        key: Which figure.
        now: What it comes to.
        before: The figure of the year before, or None if unknown.
        origin: Where the latter is from.
        source: Of a figure that was entered: where it was published.
        whole: What it is a part of, or None.
    """

    key: FigureKey
    now: Value
    before: Value | None
    origin: Origin | None
    source: str | None
    whole: Value | None

    @property
    def growth(self) -> Fraction | NotAvailable:
        """The relative growth from the year before, exactly."""
        return growth(self.now, self.before)

    @property
    def share(self) -> Fraction | NotAvailable | None:
        """The share of the whole, exactly; None for a whole."""
        return None if self.whole is None else share(self.now, self.whole)

    @property
    def times(self) -> Fraction | None:
        """The ratio to the year before, if there was one."""
        grown = self.growth
        return None if isinstance(grown, NotAvailable) else grown + 1


@frozen
class Gathered:
    """All figures of a period.

    Attributes:
        period: Which period.
        now: By the code of the measure.
        before: The same of the year before.
        parts: Actual FDI in each month of the period, or in whatever it was cut into.
        marks: Benchmarks of both periods.
    """

    period: Period
    now: Mapping[str, Counted]
    before: Mapping[str, Counted]
    parts: Sequence[Counted]
    marks: Sequence[BenchmarkRow]

    def compared(self, key: FigureKey | str, whole: FigureKey | str | None = None) -> YearOnYear:
        """Return a figure with that of the year before; *whole* is the figure it is a part of."""
        what = FigureKey.parse(key)
        earlier, origin, source = self._before(what)
        total = None if whole is None else self.value(FigureKey.parse(whole), self.now)
        return YearOnYear(what, self.value(what, self.now), earlier, origin, source, total)

    def value(self, key: FigureKey, counted: Mapping[str, Counted]) -> Value:
        """Return the value of a figure."""
        found = counted[key.measure.code]
        number = found.value if key.dimension is None else found.part(key.dimension, key.code)
        return number if key.measure.unit == "count" else Money(number, key.measure.unit.upper())

    def _before(self, key: FigureKey) -> tuple[Value | None, Origin | None, str | None]:
        if self.before[key.measure.code].value:
            return self.value(key, self.before), "ledger", None
        mark = self.mark(OWN, str(key), self.period.year_before())
        if mark is None or isinstance(mark.value, Fraction):
            return None, None, None
        return mark.value, "own", mark.source

    def mark(self, scope: str, key: str, period: Period) -> BenchmarkRow | None:
        """Return a benchmark, or None."""
        return next((mark for mark in self.marks if (mark.scope, mark.key, mark.period) == (scope, key, period)), None)


def gathered(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    period: Period,
    measures: Mapping[str, Iterable[str]],
    *,
    today: date,
    months: Sequence[Period] = (),
    every: bool = False,
) -> Gathered:
    """Count measures in a period and in the year before. One statement for each measure, and one for the benchmarks.

    Args:
        session: The session.
        actor: The actor.
        pipeline: The policy.
        period: Which period.
        measures: By code: what it is broken down by.
        today: The reference day.
        months: Periods that actual FDI is counted in too.
        every: Whatever the actor may see.
    """
    earlier = period.year_before()
    now: dict[str, Counted] = {}
    before: dict[str, Counted] = {}
    parts: Sequence[Counted] = ()
    for code, by in measures.items():  # of a policy, not of rows
        spans = [period, earlier, *(months if code == "actual_fdi" else ())]
        now[code], before[code], *rest = figures.counted(
            session, actor, pipeline, code, spans, today=today, by=by, every=every
        )
        parts = rest or parts
    return Gathered(period, now, before, parts, benchmarks(session, periods=[period, earlier]))


#: Every measure with every breakdown it has: what is made public when a period is closed.
EVERYTHING: Mapping[str, tuple[str, ...]] = {code: measure.by for code, measure in MEASURES.items()}


def to_publish(found: Gathered) -> list[tuple[str, FigureUnit, int]]:
    """Return every figure of a period for publication, with its unit: the totals, their growth, their parts."""
    rows: list[tuple[str, FigureUnit, int]] = []
    for code, counted in found.now.items():
        measure = MEASURES[code]
        whole = found.compared(code)
        rows.append((code, FigureUnit(measure.unit), counted.value))
        rows += _grown(f"{code}.growth", whole.growth)
        for dimension, parts in counted.by.items():
            for part, value in parts.items():
                if part is None:
                    continue
                tail = f"{dimension}={part}"
                rows.append((f"{code}:{tail}", FigureUnit(measure.unit), value))
                rows += _grown(f"{code}.growth:{tail}", found.compared(f"{code}:{tail}").growth)
                rows += _grown(f"{code}.share:{tail}", share(value, counted.value))
    return rows


def _grown(key: str, value: Fraction | NotAvailable) -> list[tuple[str, FigureUnit, int]]:
    if isinstance(value, NotAvailable):
        return []
    return [(key, FigureUnit.BASIS_POINTS, int(rounded(value * WHOLE, 0)))]
