"""Benchmarks: figures of the nation, the province, or our own of years before the records. Append-only."""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

from sqlalchemy import func, select

from crm.errors import N_, InvalidInput, problem
from crm.models import Benchmark, FigureUnit
from crm.reads.figures import published as reports
from crm.reads.figures.published import BenchmarkRow
from crm.reads.kernel.listing import Known, Listing
from crm.rules.access import Right
from crm.rules.figures.benchmarks import BenchmarkFields
from crm.rules.figures.measures import FigureKey
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import counted
from crm.rules.kernel.paging import Paging
from crm.services.kernel.context import Context
from crm.services.kernel.periods import PeriodRef
from crm.services.kernel.verbs import lists, writes
from crm.services.kernel.writing import Writing, replayed
from crm.values.identifiers import as_code
from crm.values.money import MAX_MINOR, Money, as_money
from crm.values.period import Period, as_period
from crm.values.shares import as_points


class Benchmarks:
    """Published figures to compare ours with; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @writes(Right.BENCHMARK_SET)
    def set(
        self,
        scope: str,
        key: FigureKey | str,
        period: PeriodRef,
        value: Money | int | str,
        *,
        source: str,
        uid: UUID | str | None = None,
    ) -> Benchmark:
        """Enter a published figure; a later entry of the same figure replaces it, and the earlier one stays on record.

        Args:
            scope: Whose: ``nation``, ``province``, ``own`` for the city itself, or another word.
            key: Which figure, such as ``actual_fdi``, ``actual_fdi.growth`` or ``actual_fdi:group=japan_korea``.
            period: A year, or text such as ``2022Q4``.
            value: As the figure is written: ``8.00%`` of a growth or share, ``31.37亿美元`` of an amount, ``251`` of a
                number.
            source: Where it was published.
            uid: Makes the call safe to repeat.

        Returns:
            The benchmark, flushed.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: Only a manager or admin enters figures.
            Conflict: The uid is in use with other content, or another entered the same figure at this moment.
        """
        context = self._context
        actor = context.acting()
        arguments = {"scope": scope, "key": key, "period": period, "value": value, "source": source}
        with Checks() as check:
            figure: FigureKey | None = check.take(lambda: FigureKey.parse(key), "key")
            unit = None if figure is None else unit_of(figure)
            values = check.fields(
                BenchmarkFields,
                arguments,
                key=lambda _: figure and str(figure),
                value=lambda text: unit and _read(unit, text),
            )
        content = counted(BenchmarkFields, values) | {"unit": unit}
        span = Period.through(values["starts_on"], values["ends_on"])
        # The first version had the period in place of its days.
        repeated = {name: content[name] for name in content.keys() - {"starts_on", "ends_on"}} | {"period": str(span)}
        found, identity = replayed(context, Benchmark, uid, repeated)
        if found is not None:
            return found
        same = (getattr(Benchmark, name) == values[name] for name in ("scope", "key", "starts_on", "ends_on"))
        last = context.session.scalar(select(func.max(Benchmark.number)).where(*same)) or 0
        with Writing(context, "benchmark.set", whole=bool(identity)) as write:
            record = Benchmark(
                **values, **identity, number=last + 1, unit=unit, actor_id=actor.id, entered_at=context.now()
            )
            write.add(record)
        return record

    @lists(Right.READ)
    def list(
        self,
        period: PeriodRef | None = None,
        *,
        scope: str | None = None,
        key: FigureKey | str | None = None,
        every: bool = False,
        **paging: Unpack[Paging],
    ) -> Listing[BenchmarkRow]:
        """Return the current benchmarks by scope, figure and period. One statement.

        Args:
            period: Of one period.
            scope: Of one scope.
            key: Of one figure.
            every: Earlier entries too.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
        """
        with Checks() as check:
            span = (
                None if period is None else check.take(lambda: as_period(period, today=self._context.today), "period")
            )
            whose = None if scope is None else check.take(lambda: as_code(scope, "scope"))
            figure = None if key is None else check.take(lambda: FigureKey.parse(key))
            all_of_them = check.flag(every, "every")
        rows = reports.benchmarks(
            self._context.session,
            periods=None if span is None else [span],
            scope=whose,
            key=None if figure is None else str(figure),
            every=all_of_them,
        )
        return Known.of(self._context.session, rows, paging)


def unit_of(figure: FigureKey) -> FigureUnit:
    """Return the unit of a figure."""
    return FigureUnit.BASIS_POINTS if figure.derived else FigureUnit(figure.measure.unit)


def _read(unit: FigureUnit, value: object) -> int:
    match unit:
        case FigureUnit.BASIS_POINTS:
            return as_points(value)
        case FigureUnit.COUNT:
            return _count(value)
    return _amount(value, unit.value.upper())


def _amount(value: object, currency: str) -> int:
    money = as_money(value)
    if money.currency != currency:
        raise InvalidInput(
            problem(
                N_("This figure is in {currency}, not in {other}."),
                N_("Write the amount in {currency}."),
                field="value",
                code="currency",
                currency=currency,
                other=money.currency,
            )
        )
    return money.minor


def _count(value: object) -> int:
    number = int(value) if isinstance(value, str) and value.strip().isdecimal() and len(value) < 18 else value  # noqa: PLR2004
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MAX_MINOR:
        raise InvalidInput(
            problem(
                N_('"{value}" is not a number of records.'),
                N_("Write a whole number of at least 0."),
                field="value",
                code="count",
                value=str(value)[:40],
            )
        )
    return number
