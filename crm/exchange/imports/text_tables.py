"""CSV and tab-separated files, read line by line."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from attrs import field, frozen

from crm.errors import N_
from crm.exchange.imports.bounds import (
    MOST_COLUMNS,
    MOST_LINE,
    MOST_ROWS,
    refusal,
    too_long_cell,
    too_long_line,
    too_many_columns,
    too_many_rows,
)
from crm.exchange.imports.cells import Merged, RawRow, from_text
from crm.exchange.texts import Decoding, not_in

_SEPARATORS = ",\t;|"
#: The number of lines from which the separator is recognised.
_LOOKED_AT = 40


@frozen
class TextTable:
    """A text file with separators."""

    file: Path
    decoding: Decoding
    name: str = ""
    merged: tuple[Merged, ...] = field(default=())
    is_1904: bool = False

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows; a row's number is that of its last line.

        Raises:
            InvalidInput: A line cannot be read, or is too long, or there are too many.
        """
        separator = self._separator()
        with self._opened() as stream:
            reader = csv.reader(_lines(stream), delimiter=separator, strict=True)
            for count, cells in enumerate(_rows(reader, self.decoding)):
                if count >= MOST_ROWS:
                    raise too_many_rows()
                if len(cells) > MOST_COLUMNS:
                    raise too_many_columns(reader.line_num)
                if reader.line_num == 1 and len(cells) == 1 and cells[0].startswith("sep="):
                    continue
                yield RawRow(reader.line_num, tuple(from_text(cell, reader.line_num) for cell in cells))

    def _opened(self) -> IO[str]:
        return self.file.open(encoding=self.decoding.codec, newline="")

    def _separator(self) -> str:
        """Return the separator with which most lines have the same number of cells, the first line's word aside."""
        with self._opened() as stream:
            try:
                head = [line for line, _ in zip(_lines(stream), range(_LOOKED_AT), strict=False)]
            except UnicodeDecodeError as error:
                raise not_in(self.decoding) from error
        if head and head[0].startswith("sep=") and len(head[0].strip()) == len("sep=,"):
            return head[0].strip()[-1]

        def evenness(separator: str) -> tuple[int, int]:
            try:
                widths = Counter(len(cells) for cells in csv.reader(head, delimiter=separator))
            except csv.Error:
                return 0, 0
            return max(((number, width) for width, number in widths.items() if width > 1), default=(0, 0))

        return max(_SEPARATORS, key=evenness)


def _lines(stream: IO[str]) -> Iterator[str]:
    number = 0
    while line := stream.readline(MOST_LINE + 1):
        number += 1
        if len(line) > MOST_LINE:
            raise too_long_line(number)
        yield line.removeprefix("\ufeff") if number == 1 else line


def _rows(reader: Iterator[list[str]], decoding: Decoding) -> Iterator[list[str]]:
    try:
        yield from reader
    except UnicodeDecodeError as error:
        raise not_in(decoding) from error
    except csv.Error as error:
        row = reader.line_num  # type: ignore[attr-defined]
        if "limit" in str(error):
            raise too_long_cell(row) from error
        raise refusal(
            N_("Line {row} cannot be read: {why}"),
            N_("Check its quotation marks."),
            code="csv",
            row=row,
            why=str(error),
        ) from error
