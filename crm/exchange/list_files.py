"""A list of any length as CSV or XLSX, written while it is read. What a cell becomes is as in reports."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

from crm.errors import N_, InvalidInput, problem
from crm.exchange.reports.csv_file import harmless
from crm.exchange.reports.workbook import Workbook
from crm.exchange.writing import Writer
from crm.refusals import not_installed
from crm.reports.sheet import Kind
from crm.values.money import Money
from crm.values.sentences import said
from crm.values.text import cells

#: What stands in a cell; an instant is the local one, without a zone.
Value: TypeAlias = str | int | date | datetime | Money | None
#: A spreadsheet has no more rows, the heading included.
MOST_ROWS = 1_048_576
_WIDEST, _NARROWEST, _PADDING = 60, 9, 2
_CHUNK = 1 << 20


@frozen
class Heading:
    """A column of a list.

    Attributes:
        text: Its heading, in the language of the reader.
        money: Whether it has amounts, which CSV splits into number and currency.
    """

    text: str
    money: bool = False


def csv_parts(headings: Sequence[Heading], rows: Iterable[Sequence[Value]], writer: Writer) -> Iterator[bytes]:
    """Yield a list as CSV in UTF-8 with a BOM: exact numbers, days in ISO 8601, text that runs as no formula."""
    out = io.StringIO()
    lines = csv.writer(out)
    currency = writer.words(said(N_("Currency")))
    lines.writerow(
        text
        for heading in headings
        for text in ((harmless(heading.text), currency) if heading.money else (harmless(heading.text),))
    )
    yield b"\xef\xbb\xbf"
    for row in rows:
        lines.writerow(
            text for heading, value in zip(headings, row, strict=True) for text in _texts(value, money=heading.money)
        )
        if out.tell() >= _CHUNK:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _texts(value: Value, *, money: bool) -> Sequence[str]:
    match value:
        case Money():
            return (str(value.major), value.currency) if money else (f"{value.major} {value.currency}",)
        case datetime():
            text = value.isoformat(" ", "minutes")
        case date():
            text = value.isoformat()
        case str():
            text = harmless(value)
        case _:
            text = "" if value is None else str(value)
    return (text, "") if money else (text,)


def workbook_parts(
    title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Value]], writer: Writer
) -> Iterator[bytes]:
    """Yield a list as an XLSX file: typed cells, widths, a frozen heading, and text that stays text, digits included.

    Rows are kept in a temporary file, not in memory.

    Raises:
        InvalidInput: The extra ``reports`` is not installed, or a sheet cannot have so many rows.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra, and only workbooks need it
    except ImportError as error:
        raise InvalidInput(not_installed(N_("Workbooks need the library XlsxWriter."))) from error
    with tempfile.TemporaryDirectory(prefix="crm-") as folder:
        path = Path(folder) / "list.xlsx"
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(path, options) as book:
            _fill(Workbook(book, writer), title, headings, rows)
        with path.open("rb") as file:
            while part := file.read(_CHUNK):
                yield part


def _fill(book: Workbook, title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Value]]) -> None:
    sheet = book.sheet(title)
    widths = [cells(heading.text) for heading in headings]
    for at, heading in enumerate(headings):
        sheet.write_string(0, at, heading.text, book.format("heading"))
    last = 0
    for last, row in enumerate(rows, 1):
        if last >= MOST_ROWS:
            raise InvalidInput(
                problem(
                    N_("A sheet has at most {most} rows, and the list has more."),
                    N_("Narrow the list by its filters, or write CSV: --format csv"),
                    field="output",
                    code="rows",
                    most=MOST_ROWS - 1,
                )
            )
        for at, value in enumerate(row):
            widths[at] = max(widths[at], max(map(cells, str(value).splitlines()), default=0))
            book.cell(sheet, last, at, _kind(value), value)
    for at, wide in enumerate(widths):
        sheet.set_column(at, at, min(max(wide, _NARROWEST) + _PADDING, _WIDEST))
    sheet.freeze_panes(1, 0)
    if last:
        sheet.autofilter(0, 0, last, len(headings) - 1)


def _kind(value: Value) -> Kind:
    return "money" if isinstance(value, Money) else "number" if isinstance(value, int) else "text"
