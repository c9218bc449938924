"""A table: the rows of a file with the values of its recognised columns, streamed, and what is unsure about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from attrs import define, field, frozen

from crm.errors import N_, InvalidInput, Problem, problem
from crm.exchange.imports.cells import Grid, Raw, RawRow, shown
from crm.exchange.imports.headers import Header, no_row
from crm.exchange.imports.headings import Unit
from crm.exchange.imports.values import Column, open_words
from crm.rules.imports.fields import IMPORTABLE
from crm.rules.imports.rows import Cell, ColumnMapping, SourceRow
from crm.values.amount_units import TIMES
from crm.values.dates import plain_text

#: What is kept of the rows that were left out.
_MOST_SKIPPED = 1_000

#: The fields for the unit in which an amount was told.
_TOLD_IN = {"capital.amount": "capital.told_in"}
_UNITS = {times: unit.value for unit, times in TIMES.items()}


@frozen
class Unsure:
    """A column that has to be decided by a person.

    Attributes:
        header: Its heading.
        candidates: The fields that it may be; where another column has the first of them, the others.
        taken_by: The heading of the other column that has the first.
    """

    header: str
    candidates: tuple[str, ...]
    taken_by: str | None = None


@frozen
class Skipped:
    """A row that is not one of the table.

    Attributes:
        number: Its number.
        text: What it says.
        why: ``total``, ``note`` or ``header``, which is the header again.
    """

    number: int
    text: str
    why: str


@define
class Table:
    """A file that was opened: its columns are recognised, its rows not read yet.

    Attributes:
        file: The file.
        form: csv, xlsx, xls, ods, vcard, ical or jsonl.
        checksum: SHA-256 of its bytes, in hexadecimal.
        encoding: Of a text file; None of a workbook.
        sheet: The sheet that is read; empty where there are none.
        headers: The headings, in the order of the file.
        mapping: What the columns hold, as far as it is sure.
        unsure: The columns about which somebody has to decide; they are left out until then.
        unknown: The headings that nothing is known by; their columns are left out.
        header_row: The number of the row of the headings; None where there is none.
        skipped: The rows that were left out as :meth:`rows` came to them, the first thousand.
        source: Yields the number and the cells of each row below the header.
        is_1904: Whether serial numbers of days count from 1904.
    """

    file: Path
    form: str
    checksum: str
    encoding: str | None
    sheet: str
    headers: tuple[str, ...]
    mapping: ColumnMapping
    unsure: tuple[Unsure, ...]
    unknown: tuple[str, ...]
    header_row: int | None = None
    skipped: list[Skipped] = field(factory=list)
    source: Callable[[], Iterator[tuple[int, Sequence[Raw]]]] = field(default=lambda: iter(()), repr=False)
    is_1904: bool = False

    def rows(self) -> Iterator[SourceRow]:
        """Yield the rows, reading the file; it can be read again.

        Raises:
            InvalidInput: It cannot be read to its end, or has changed since it was opened.
        """
        columns = self._columns()
        headers = {column.path: column.header for _, column in columns}
        for number, cells in self.source():
            values, wrong = dict[str, Cell](), dict[str, Problem]()
            for at, column in columns:
                value = column.value(cells[at] if at < len(cells) else None)
                if isinstance(value, Problem):
                    wrong[column.path] = value
                elif isinstance(value, str) and isinstance(before := values.get(column.path), str):
                    values[column.path] = f"{before}\n{value}"  # a second column of a note
                elif value is not None or column.path not in values:
                    values[column.path] = value
                if value is not None and column.unit is not None and column.path in _TOLD_IN:
                    # 3.45 below 到资额(亿美元) was rounded by whoever told it.
                    values[_TOLD_IN[column.path]] = _UNITS.get(column.unit.factor)
            texts = {header: shown(cell) for header, cell in zip(self.headers, cells, strict=False) if header}
            yield SourceRow(number, values, texts, self.sheet, headers, wrong)

    def require_sure(self) -> None:
        """Return if no column is left to decide about.

        Raises:
            InvalidInput: There are such columns; each is named with the fields that it may be.
        """
        if self.unsure:
            raise InvalidInput(*map(_undecided, self.unsure))

    def _columns(self) -> list[tuple[int, Column]]:
        mapping = self.mapping
        words, starts, ends = open_words(mapping.open_values)
        return [
            (
                at,
                Column(
                    path,
                    header,
                    _unit(mapping, header),
                    self.is_1904,
                    mapping.year,
                    mapping.day_first,
                    words,
                    starts,
                    ends,
                    {plain_text(word): value for word, value in mapping.readings.get(header, {}).items()},
                ),
            )
            for at, header in enumerate(self.headers)
            if (path := mapping.columns.get(header)) is not None
        ]


def _unit(mapping: ColumnMapping, header: str) -> Unit | None:
    factor, currency = mapping.units.get(header, 1), mapping.currencies.get(header)
    return None if factor == 1 and currency is None else Unit(factor, currency)


def _undecided(column: Unsure) -> Problem:
    way_out = N_("Write a mapping with --draft-mapping FILE, fill it in, and pass it with --mapping FILE.")
    if column.taken_by is not None:
        return problem(
            N_('Column "{header}": it looks like {candidates}, which column "{other}" holds already.'),
            way_out,
            field="mapping",
            code="column",
            header=column.header,
            candidates=column.candidates[0],
            other=column.taken_by,
        )
    return problem(
        N_('Column "{header}": it may be {candidates}.'),
        way_out,
        field="mapping",
        code="column",
        header=column.header,
        candidates=", ".join(column.candidates),
    )


def rows_below(grid: Grid, header: Header, table: Table) -> Iterator[tuple[int, Sequence[Raw]]]:
    """Yield the rows of a table below its header."""
    uses = [table.mapping.columns.get(name) for name in header.names]
    filling = _Filling(grid, uses)
    table.skipped.clear()
    for row in grid.rows():
        if row.number <= header.row:
            continue
        filled = filling.filled(row)
        if not filled.filled:
            continue
        why = no_row(row, header, uses)
        if why is None:
            yield row.number, filled.cells
        elif len(table.skipped) < _MOST_SKIPPED:
            text = " ".join(shown(cell) for cell in row.cells if cell is not None)
            table.skipped.append(Skipped(row.number, text[:200], why))


class _Filling:
    """Gives the value of merged cells to each of their rows; an amount, which counts once, to the first alone."""

    def __init__(self, grid: Grid, uses: Sequence[str | None]) -> None:
        self._begins: dict[int, list[tuple[int, int]]] = {}
        self._open: dict[int, tuple[int, Raw]] = {}
        for top, left, bottom, _ in grid.merged:
            path = uses[left] if left < len(uses) else None
            field_of = IMPORTABLE[path].field if path is not None else None
            if bottom > top and path is not None and (field_of is None or field_of.metavar != "AMOUNT"):
                self._begins.setdefault(top + 1, []).append((left, bottom + 1))

    def filled(self, row: RawRow) -> RawRow:
        """Return a row with what is merged into it."""
        for column, last in self._begins.get(row.number, ()):
            if column < len(row.cells):
                self._open[column] = (last, row.cells[column])
        if not self._open:
            return row
        cells = list(row.cells)
        for column, (last, value) in tuple(self._open.items()):
            if row.number > last:
                del self._open[column]
            elif column < len(cells) and cells[column] is None:
                cells[column] = value
        return RawRow(row.number, tuple(cells))
