"""The data model of every report: figures, tables, charts and notes. exchange/ and the command line render it.

A text is a code, a name in two languages, a template of the catalogue or text typed by a user; no report depends on a
language. A number is exact: a count is an int, a share or a growth a Fraction, an amount Money. A value that cannot be
computed is :class:`NotAvailable`, with the reason, and never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import frozen

from crm.errors import N_, NotFound, problem
from crm.reads.kernel.rows import Entries
from crm.refusals import CHOOSE_ONE
from crm.values.money import Money
from crm.values.period import Period
from crm.values.sentences import Coded, Named, NotAvailable, Said, Words

Kind = Literal[
    "text", "count", "money", "exact", "share", "points", "growth", "day", "days", "due", "number", "times", "mixed"
]
ChartKind = Literal["bar", "stacked", "line", "funnel"]


#: Several amounts stand for sums in several currencies, which are never added up.
Cell: TypeAlias = Words | int | Decimal | Fraction | Money | tuple[Money, ...] | date | NotAvailable | None

_KINDS: Mapping[str, tuple[type, ...]] = {
    "text": (str, Said, Coded, Named, Period),
    "count": (int,),
    "money": (Money, tuple),
    "exact": (Money,),
    "share": (Fraction, int),
    "points": (Fraction, int),
    "growth": (Fraction, int),
    "day": (date,),
    "days": (int, Fraction, Decimal),
    "due": (int,),
    "number": (int, Fraction, Decimal),
    "times": (int, Fraction),
    "mixed": (int, Decimal, Fraction, Money),
}


def fits(kind: Kind, cell: Cell) -> bool:
    """Return whether a value fits a kind: floats never do, and booleans are not numbers."""
    if cell is None or isinstance(cell, NotAvailable):
        return True
    return isinstance(cell, _KINDS[kind]) and not isinstance(cell, bool | datetime)


def kind_in(kind: Kind, cell: Cell) -> Kind:
    """Return the kind of a cell of a column: in a mixed one its own value tells."""
    if kind != "mixed":
        return kind
    return next((own for sort, own in _MIXED if isinstance(cell, sort)), "text")


#: What the cells of a mixed column are.
_MIXED: tuple[tuple[type, Kind], ...] = ((Money, "money"), (int, "count"), (Fraction, "share"), (Decimal, "number"))


@frozen
class Column:
    """A column of a table.

    Attributes:
        key: Its name for machines, the same for ever.
        heading: Its name for people.
        kind: What stands in it. A share and a growth are of 1: a half is 50 %; points are a difference of two shares;
            an exact amount is written to its last digit; due is a number of days until a day, negative after it. In a
            mixed column an int is a count, a Fraction a share, a Decimal another number, an amount has its currency.
        drops: 0 stays on the narrowest page; of the others the highest leaves first.
        whole: Its texts are never broken: names that somebody types.
    """

    key: str
    heading: Words
    kind: Kind = "text"
    drops: int = 0
    whole: bool = False


@frozen(kw_only=True)
class Table:
    """A table.

    Attributes:
        key: Its name for machines.
        title: Its name for people.
        columns: Its columns, the first of which names the row.
        rows: Its rows, one cell for each column.
        adds_up: Whether the rows are parts of one whole; overlapping ones are not, and then there is no total.
        total: The row of the whole, or None.
        note: What the reader should know to read it.
    """

    key: str
    title: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    adds_up: bool
    total: tuple[Cell, ...] | None = None
    note: Words | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what the writer of a report got wrong."""
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"table {self.key} has a column twice: {keys}")
        if self.total is not None and not self.adds_up:
            raise ValueError(f"table {self.key} has a total of rows that do not add up")
        for row in (*self.rows, *(() if self.total is None else (self.total,))):
            if len(row) != len(keys):
                raise ValueError(f"table {self.key} has {len(keys)} columns, a row {len(row)} cells: {row}")
            for column, cell in zip(self.columns, row, strict=True):
                if not fits(column.kind, cell):
                    raise ValueError(f"table {self.key}: {cell!r} is no {column.kind} for column {column.key}")

    def at(self, key: str) -> int:
        """Return the index of a column in a row."""
        return [column.key for column in self.columns].index(key)

    def column(self, key: str) -> tuple[Cell, ...]:
        """Return the values of a column, without the total."""
        return tuple(row[self.at(key)] for row in self.rows)


@frozen(kw_only=True)
class Figure:
    """A main figure.

    Attributes:
        key: Its name for machines, such as ``landed``.
        label: Its name for people.
        value: The number.
        kind: What it is.
        beside: Further numbers that are read with it, such as its growth and its share, each with its kind.
        entries: The records behind it; empty unless they were asked for.
        name: Its key outside of this report, such as ``actual_fdi:section=C``, or None.
    """

    key: str
    label: Words
    value: Cell
    kind: Kind = "count"
    beside: tuple[tuple[Words, Kind, Cell], ...] = ()
    entries: tuple[Entries, ...] = ()
    name: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys for asking for it."""
        return (self.key,) if self.name in {None, self.key} else (self.key, str(self.name))

    def __attrs_post_init__(self) -> None:
        """Refuse what the writer of a report got wrong."""
        for kind, cell in ((self.kind, self.value), *((kind, cell) for _, kind, cell in self.beside)):
            if not fits(kind, cell):
                raise ValueError(f"figure {self.key}: {cell!r} is no {kind}")


@frozen
class LeftOut:
    """An exclusion of a report.

    Attributes:
        what: What, and why.
        count: How many, or None where the number is not known or would tell what is hidden.
    """

    what: Words
    count: int | None = None


@frozen(kw_only=True)
class Chart:
    """A chart of a table.

    Attributes:
        key: Its name for machines.
        title: What it shows.
        kind: How it is drawn; of stacked bars the values are parts of one whole.
        table: The key of the table it shows.
        labels: The key of the column that names the rows.
        values: The keys of the columns that are drawn.
    """

    key: str
    title: Words
    kind: ChartKind
    table: str
    labels: str
    values: tuple[str, ...]


@frozen
class Method:
    """The method (口径) of the figures.

    Attributes:
        text: In sentences.
        version: Its name, so that two reports can be told apart.
    """

    text: tuple[Words, ...]
    version: str


@frozen(kw_only=True)
class Report:
    """A report.

    Attributes:
        name: Its name for machines and files.
        title: Its name for people.
        period: What it is about; None: everything up to *as_of*.
        as_of: The instant it was read, aware.
        method: How it is counted.
        denominators: What each share is a share of.
        left_out: What does not count.
        figures: What is read out.
        tables: What is printed.
        charts: What is drawn.
        parts: Rows of its tables as figures of their own, with what is behind each; empty unless that was asked for.
    """

    name: str
    title: Words
    period: Period | None
    as_of: datetime
    method: Method
    denominators: tuple[Words, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    parts: tuple[Figure, ...] = ()

    @property
    def explained(self) -> tuple[Figure, ...]:
        """The figures and rows that can be explained by records."""
        return (*self.figures, *self.parts)

    def __attrs_post_init__(self) -> None:
        """Refuse what the writer of a report got wrong."""
        for sort, keys in (
            ("figure", [figure.key for figure in self.figures]),
            ("table", [table.key for table in self.tables]),
            ("chart", [chart.key for chart in self.charts]),
        ):
            if len(set(keys)) != len(keys):
                raise ValueError(f"report {self.name} has a {sort} twice: {keys}")
        for chart in self.charts:
            known = {column.key for column in self.table(chart.table).columns}
            if not {chart.labels, *chart.values} <= known:
                raise ValueError(f"chart {chart.key} draws columns that table {chart.table} does not have")

    def table(self, key: str) -> Table:
        """Return a table by its key.

        Raises:
            KeyError: It has no such table.
        """
        return {table.key: table for table in self.tables}[key]

    def chosen_table(self, key: str) -> Table:
        """Return the requested table.

        Raises:
            NotFound: It has no such table.
        """
        for table in self.tables:
            if table.key == key:
                return table
        raise NotFound(
            problem(
                N_('This report has no table "{key}".'),
                CHOOSE_ONE,
                field="table",
                code="not_found",
                key=key[:40],
                known=", ".join(table.key for table in self.tables),
            )
        )

    def figure(self, key: str) -> Figure:
        """Return a figure by its key.

        Raises:
            KeyError: It has no such figure.
        """
        return {figure.key: figure for figure in self.figures}[key]


# --- exact arithmetic -----------------------------------------------------------------------------------------------


def sum_of(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Return the sum of each currency, by its code."""
    sums: dict[str, int] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))
