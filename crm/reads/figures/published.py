"""Published figures, ours and those of others, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction

from attrs import frozen
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from crm.models import Benchmark, Closing, FigureUnit, PublishedFigure, Staff
from crm.reads.kernel.rows import Described, row_of
from crm.rules.figures.benchmarks import BenchmarkFields
from crm.rules.figures.measures import FigureKey
from crm.values.money import Money
from crm.values.period import Period
from crm.values.shares import WHOLE

#: Whose a benchmark is when it is our own, of a year before the records or published in another way.
OWN = "own"


@frozen(kw_only=True)
class BenchmarkRow(Described):
    """A figure published by others, or by us for years before the records.

    Attributes:
        scope: Whose: nation, province, own …
        key: Which figure.
        period: Of which period.
        number: Its edition; the highest holds.
        unit: What it counts in.
        points: Cents, fen, a count, or basis points.
        source: Where it was published.
        entered_by: Who entered it.
        entered_at: When.
    """

    scope: str
    key: str
    period: Period
    number: int
    unit: str
    points: int
    source: str
    entered_by: str
    entered_at: datetime

    @property
    def value(self) -> Money | Fraction | int:
        """The figure: an amount, a number, or a part of 1."""
        return as_value(FigureUnit(self.unit), self.points)


def as_value(unit: FigureUnit, points: int) -> Money | Fraction | int:
    """Return a stored figure as an amount, a number, or a part of 1."""
    match unit:
        case FigureUnit.USD | FigureUnit.CNY:
            return Money(points, unit.value.upper())
        case FigureUnit.BASIS_POINTS:
            return Fraction(points, WHOLE)
    return points


def benchmarks(
    session: Session,
    *,
    periods: Iterable[Period] | None = None,
    scope: str | None = None,
    key: str | None = None,
    every: bool = False,
) -> tuple[BenchmarkRow, ...]:
    """Return the current benchmarks by scope, figure and period. One statement.

    Args:
        session: The session.
        periods: Of these periods alone.
        scope: Of one scope.
        key: Of one figure.
        every: Earlier editions too.
    """
    where: list[ColumnElement[bool]] = []
    if periods is not None:
        where.append(
            or_(*(and_(Benchmark.starts_on == period.start, Benchmark.ends_on == period.last) for period in periods))
        )
    where += [Benchmark.scope == scope] if scope is not None else []
    where += [Benchmark.key == key] if key is not None else []
    statement = (
        select(Benchmark, Staff.username)
        .join(Staff, Staff.id == Benchmark.actor_id)
        .where(*where)
        .order_by(Benchmark.scope, Benchmark.key, Benchmark.starts_on, Benchmark.ends_on, Benchmark.number)
    )
    rows = [
        row_of(
            BenchmarkRow,
            BenchmarkFields,
            mark,
            number=mark.number,
            unit=mark.unit.value,
            entered_by=actor,
            entered_at=mark.entered_at,
        )
        for mark, actor in session.execute(statement)
    ]
    return tuple(rows if every else {(row.scope, row.key, row.period): row for row in rows}.values())


@frozen(kw_only=True)
class ClosingRow:
    """A closed period.

    Attributes:
        id: Its number.
        period: Which period.
        edition: 1, 2, 3 …
        method: The statistical method (口径).
        closed_on: The bureau's day of closing.
        closed_at: When.
        closed_by: Who closed it.
        reason: Of a later edition: why.
        figures: How many figures it has.
    """

    id: int
    period: Period
    edition: int
    method: str
    closed_on: date
    closed_at: datetime
    closed_by: str
    reason: str | None
    figures: int


def closings(session: Session, *, period: Period | None = None) -> tuple[ClosingRow, ...]:
    """Return closings by period and edition. One statement."""
    counted = (
        select(func.count())
        .select_from(PublishedFigure)
        .where(PublishedFigure.closing_id == Closing.id)
        .correlate(Closing)
        .scalar_subquery()
    )
    statement = (
        select(Closing, Staff.username, counted)
        .join(Staff, Staff.id == Closing.actor_id)
        .where(*(() if period is None else (Closing.starts_on == period.start, Closing.ends_on == period.last)))
        .order_by(Closing.starts_on, Closing.ends_on, Closing.edition)
    )
    return tuple(
        ClosingRow(
            id=row.id,
            period=row.period,
            edition=row.edition,
            method=row.method,
            closed_on=row.closed_on,
            closed_at=row.closed_at,
            closed_by=actor,
            reason=row.reason,
            figures=number,
        )
        for row, actor, number in session.execute(statement)
    )


@frozen
class Published:
    """The published figures of a period: its latest edition.

    Attributes:
        closing_id: Which closing.
        edition: Which edition.
        closed_at: When.
        closed_on: The bureau's day of it.
        figures: Unit and value by the key of the figure.
    """

    closing_id: int
    edition: int
    closed_at: datetime
    closed_on: date
    figures: Mapping[str, tuple[FigureUnit, int]]

    def value(self, key: str) -> Money | Fraction | int | None:
        """Return a figure as it was published, or None; of a part that nothing was counted for, nothing."""
        found = self.figures.get(key)
        if found is None:
            what = FigureKey.parse(key)
            whole = self.figures.get(what.measure.code)
            # Every group has a figure of its own, with nothing in it, too.
            if whole is None or what.derived is not None or what.dimension in {None, "group"}:
                return None
            return as_value(whole[0], 0)
        return as_value(*found)


def published(session: Session, period: Period) -> Published | None:
    """Return the published figures of a period, or None. One statement."""
    latest = (
        select(func.max(Closing.edition))
        .where(Closing.starts_on == period.start, Closing.ends_on == period.last)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Closing.id,
            Closing.edition,
            Closing.closed_at,
            Closing.closed_on,
            PublishedFigure.key,
            PublishedFigure.unit,
            PublishedFigure.value,
        )
        .join(PublishedFigure, PublishedFigure.closing_id == Closing.id)
        .where(Closing.starts_on == period.start, Closing.ends_on == period.last, Closing.edition == latest)
        .order_by(PublishedFigure.key)
    ).all()
    if not rows:
        return None
    first = rows[0]
    figures = {row.key: (row.unit, row.value) for row in rows}
    return Published(first.id, first.edition, first.closed_at, first.closed_on, figures)
