"""The pages of figures, closings and benchmarks."""

from __future__ import annotations

from fractions import Fraction

from crm.cli.printing.fields import date_of, described, field
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column
from crm.errors import N_
from crm.exchange.writing import Writer
from crm.reads.figures.published import BenchmarkRow
from crm.reads.figures.queries import Counted
from crm.reports.year.words import figure_words, part_words
from crm.rules.figures.benchmarks import BenchmarkFields
from crm.rules.figures.measures import FigureKey
from crm.rules.ledgers.capital import CapitalPolicy
from crm.values.money import Money
from crm.values.sentences import Words


def period_of(name: str, heading: str) -> Column:
    """Return a column of a field that is a period."""
    return Column(heading, lambda reader, row: Writer(reader.language).period(getattr(row, name)))


def _value(reader: Reader, row: BenchmarkRow) -> str:
    write = Writer(reader.language)
    value = row.value
    if isinstance(value, Money):
        return write.money(value)
    return write.percent(value, signed=".growth" in row.key) if isinstance(value, Fraction) else write.number(value)


def benchmarks(policy: CapitalPolicy) -> tuple[Column, ...]:
    """Return the columns of benchmarks, with the names of the reports."""

    def called(reader: Reader, row: BenchmarkRow) -> str:
        return Writer(reader.language).words(figure_words(FigureKey.parse(row.key), policy))

    return described(
        BenchmarkFields,
        "scope",
        Column(N_("Figure"), called, least=12),
        period_of("period", N_("Period")),
        Column(N_("Value"), _value, right=True),
        "source",
        field("entered_by", N_("Entered by"), drops=3),
        field("number", N_("Edition"), drops=2, right=True),
    )


CLOSINGS = (
    field("id", N_("No."), drops=3, right=True),
    period_of("period", N_("Period")),
    field("edition", N_("Edition"), right=True),
    date_of("closed_on", N_("Closed on")),
    field("closed_by", N_("By"), drops=1),
    field("figures", N_("Figures"), drops=2, right=True),
    field("method", N_("Method"), drops=4),
    field("reason", N_("Reason"), least=8),
)


def counted(reader: Reader, found: Counted, policy: CapitalPolicy) -> list[tuple[str, str, str]]:
    """Return a figure and its parts as lines: breakdown, part, value."""
    write = Writer(reader.language)

    def text(value: int) -> str:
        if found.measure.unit == "count":
            return write.number(value)
        return write.money(Money(value, found.measure.unit.upper()))

    lines = [(write.say(found.measure.label), "", text(found.value))]
    for dimension, parts in found.by.items():
        rest: list[tuple[Words | None, int]] = [
            (None if code is None else part_words(FigureKey(found.measure, dimension, code), policy), value)
            for code, value in sorted(parts.items(), key=lambda part: (-part[1], str(part[0])))
        ]
        for words, value in rest:
            lines.append(
                (reader.word("dimension", dimension), "–" if words is None else write.words(words), text(value))
            )
    return lines


COUNTED: tuple[Column, ...] = (
    Column(N_("Figure"), lambda _, row: row[0]),
    Column(N_("Part"), lambda _, row: row[1]),
    Column(N_("Value"), lambda _, row: row[2], right=True),
)
