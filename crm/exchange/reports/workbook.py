"""A report as an XLSX workbook: sheets for the figures, each table, the notes, and the records behind the figures."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from crm.errors import N_, InvalidInput
from crm.exchange.reports.csv_file import facts
from crm.exchange.reports.entries import ReportEntries
from crm.exchange.writing import Writer
from crm.refusals import not_installed
from crm.reports.sheet import Cell, Kind, Report, Table, kind_in
from crm.values.money import Money, exponent
from crm.values.sentences import NotAvailable
from crm.values.text import cells

_FORMATS: dict[str, str] = {
    "count": "#,##0",
    "share": "0.00%",
    "growth": "+0.00%;-0.00%;0%",
    "points": "+0.00;-0.00;0",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "days": "#,##0.##",
    "due": "#,##0",
    "number": "#,##0.##",
    "times": "#,##0.##",
}
#: The valid characters and length of a sheet's name.
_NAME, _FORBIDDEN = 31, re.compile(r"[\[\]:*?/\\']")
_WIDEST, _NARROWEST, _PADDING = 60, 9, 2
_FONT = {"font_name": "Arial", "font_size": 10, "valign": "top"}


def render(report: Report, writer: Writer, behind: ReportEntries | None = None) -> bytes:
    """Return a report as an XLSX file; the same report gives the same bytes.

    Raises:
        InvalidInput: The extra ``reports`` is not installed.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra, and only workbooks need it
    except ImportError as error:
        raise InvalidInput(not_installed(N_("Workbooks need the library XlsxWriter."))) from error
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    # The time in the file is the instant of the report, not of the writing.
    book.set_properties(
        {"title": writer.words(report.title), "created": report.as_of.astimezone(UTC).replace(tzinfo=None)}
    )
    Workbook(book, writer).fill(report, behind)
    book.close()
    return out.getvalue()


class Workbook:
    """A workbook that is being filled."""

    def __init__(self, book: Any, writer: Writer) -> None:
        """Take the book of xlsxwriter, and who writes texts."""
        self.book = book
        self.writer = writer
        self._formats: dict[tuple[str, bool], Any] = {}
        self._names: set[str] = set()

    def fill(self, report: Report, behind: ReportEntries | None) -> None:
        """Write a report."""
        self._figures(report)
        for table in report.tables:
            self._table(table)
        self._notes(report)
        for table in () if behind is None else behind.tables(report):
            self._table(table)

    def _figures(self, report: Report) -> None:
        sheet = self.sheet(self.writer.words(report.title))
        sheet.write_string(0, 0, self.writer.words(report.title), self.format("title"))
        period = "" if report.period is None else self.writer.words(report.period)
        as_of = self.writer.say(N_("As of {moment}"), moment=report.as_of)
        sheet.write_string(1, 0, "   ".join(filter(None, (period, as_of))), self.format("note"))
        widths = [_NARROWEST, _NARROWEST]
        for row, figure in enumerate(report.figures, 3):
            label = self.writer.words(figure.label)
            sheet.write_string(row, 0, label, self.format("text"))
            self.cell(sheet, row, 1, figure.kind, figure.value, strong=True)
            widths[0] = max(widths[0], cells(label))
            widths[1] = max(widths[1], cells(self.writer.cell(figure.kind, figure.value)))
            for at, (words, kind, value) in enumerate(figure.beside):
                sheet.write_string(row, 2 + 2 * at, self.writer.words(words), self.format("note"))
                self.cell(sheet, row, 3 + 2 * at, kind, value)
        for column, wide in enumerate(widths):
            sheet.set_column(column, column, min(wide + _PADDING, _WIDEST))
        sheet.set_column(2, 9, 16)

    def _table(self, table: Table) -> None:
        sheet = self.sheet(self.writer.words(table.title))
        widths = []
        for at, column in enumerate(table.columns):
            heading = self.writer.words(column.heading)
            sheet.write_string(0, at, heading, self.format("heading" if column.kind == "text" else "heading right"))
            texts = [line for row in table.rows for line in self.writer.cell(column.kind, row[at]).split("\n")]
            widths.append(max([cells(heading), *map(_width, texts)], default=0))
        for number, row in enumerate(table.rows, 1):
            self._row(sheet, number, table, row)
        if table.total is not None:
            self._row(sheet, len(table.rows) + 1, table, table.total, strong=True)
        for at, wide in enumerate(widths):
            sheet.set_column(at, at, min(max(wide, _NARROWEST) + _PADDING, _WIDEST))
        sheet.freeze_panes(1, 1)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        if table.note is not None:
            below = len(table.rows) + (3 if table.total is not None else 2)
            sheet.write_string(below, 0, self.writer.words(table.note), self.format("note"))
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_paper(9)

    def _row(self, sheet: object, number: int, table: Table, row: Sequence[Cell], *, strong: bool = False) -> None:
        for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            self.cell(sheet, number, at, column.kind, value, strong=strong)

    def _notes(self, report: Report) -> None:
        sheet = self.sheet(self.writer.say(N_("Notes")))
        for row, (label, text) in enumerate(facts(report, self.writer)):
            sheet.write_string(row, 0, label, self.format("heading"))
            sheet.write_string(row, 1, text, self.format("text"))
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 100)

    def cell(self, sheet: Any, row: int, at: int, kind: Kind, value: Cell | datetime, *, strong: bool = False) -> None:
        """Write one cell: a number stays a number, an amount in whole units with its currency as the format."""
        if isinstance(value, datetime):
            sheet.write_datetime(row, at, value, self.format("moment", strong=strong))
            return
        kind = kind_in(kind, value)
        match value:
            case None:
                sheet.write_blank(row, at, None, self.format("text", strong=strong))
            case Money():
                sheet.write_number(row, at, value.major, self.format(f"money {value.currency}", strong=strong))
            case tuple() if len(value) == 1:
                self.cell(sheet, row, at, kind, value[0], strong=strong)
            case NotAvailable() | tuple():
                sheet.write_string(row, at, self.writer.cell(kind, value), self.format("right", strong=strong))
            case int() | Fraction() | Decimal():
                # A spreadsheet has binary fractions alone; its sixteen digits hold every share, and every amount there
                # is.
                number = (
                    Decimal(value) if not isinstance(value, Fraction) else Decimal(value.numerator) / value.denominator
                )
                sheet.write_number(row, at, number, self.format(kind, strong=strong))
            case date():
                sheet.write_datetime(row, at, value, self.format("day", strong=strong))
            case _:
                sheet.write_string(row, at, self.writer.words(value), self.format("text", strong=strong))

    def sheet(self, title: str) -> Any:
        """Return a new sheet."""
        sheet = self.book.add_worksheet(_sheet_name(title, self._names))
        sheet.hide_gridlines(2)
        return sheet

    def format(self, kind: str, *, strong: bool = False) -> Any:
        """Return the format of a kind of cell."""
        key = (kind, strong)
        if key not in self._formats:
            self._formats[key] = self.book.add_format(_style(kind, strong=strong))
        return self._formats[key]


def _style(kind: str, *, strong: bool) -> dict[str, Any]:
    style: dict[str, object] = dict(_FONT)
    word, _, currency = kind.partition(" ")
    match word:
        case "title":
            style |= {"bold": True, "font_size": 16}
        case "note":
            style |= {"font_color": "#5b6472"}
        case "heading":
            style |= {"bold": True, "bottom": 1, "bg_color": "#eef2f8", "text_wrap": True}
            style |= {"align": "right"} if currency == "right" else {}
        case "money":
            digits = exponent(currency)
            style |= {
                "num_format": "#,##0" + ("." + "0" * digits if digits else "") + f' "{currency}"',
                "align": "right",
            }
        case "right":
            style |= {"align": "right", "text_wrap": True}
        case "text":
            style |= {"text_wrap": True}
        case _:
            style |= {"num_format": _FORMATS[word], "align": "right"}
    return style | ({"bold": True, "top": 1} if strong else {})


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a valid and unique name of a sheet."""
    plain = _FORBIDDEN.sub(" ", title).strip()[:_NAME] or "–"
    name, number = plain, 2
    while name.casefold() in taken:
        more = f" {number}"
        name, number = plain[: _NAME - len(more)] + more, number + 1
    taken.add(name.casefold())
    return name


def _width(text: str) -> int:
    return cells(text) + 1
