"""A report as CSV for spreadsheets: UTF-8 with a BOM, exact numbers, and text that cannot run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from crm.errors import N_
from crm.exchange.reports.entries import ReportEntries
from crm.exchange.reports.json_file import OF_ONE, exact
from crm.exchange.writing import Writer
from crm.reports.sheet import Cell, Column, Kind, Report, Table, kind_in
from crm.values.money import Money
from crm.values.sentences import NotAvailable, said

#: First characters of formulas in spreadsheets, also in full width.
_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula: an apostrophe is put before one that looks like it."""
    return f"'{text}" if text.lstrip(" \N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}")[:1] in _STARTS and text else text


def render(report: Report, writer: Writer, behind: ReportEntries | None = None, *, table: str | None = None) -> bytes:
    """Return a report as CSV: its facts, figures and tables one below the other, an empty line between them.

    Args:
        report: The report.
        writer: Writes headings and texts.
        behind: The records behind the figures.
        table: The key of one table, which then stands alone.

    Raises:
        NotFound: The report has no such table.
    """
    out = io.StringIO()
    lines = csv.writer(out)
    if table is not None:
        lines.writerows(_table(report.chosen_table(table), writer))
    else:
        for number, part in enumerate(_parts(report, writer, behind)):
            lines.writerows([[], *part] if number else part)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _parts(report: Report, writer: Writer, behind: ReportEntries | None) -> Iterator[list[list[str]]]:
    yield [[harmless(label), harmless(text)] for label, text in facts(report, writer)]
    if report.figures:
        yield [
            [harmless(writer.words(figure.label)), _plain(figure.kind, figure.value, writer)]
            + [
                text
                for label, kind, value in figure.beside
                for text in (harmless(writer.words(label)), _plain(kind, value, writer))
            ]
            for figure in report.figures
        ]
    for table in (*report.tables, *(behind.tables(report) if behind else ())):
        yield [[harmless(writer.words(table.title))], *_table(table, writer)]


def facts(report: Report, writer: Writer) -> list[tuple[str, str]]:
    """Return the basis of a report, as labels and sentences."""
    found = [(N_("Report"), writer.words(report.title))]
    found += [] if report.period is None else [(N_("Period"), writer.words(report.period))]
    found += [(N_("As of"), writer.moment(report.as_of)), (N_("Method"), report.method.version)]
    found += [("", writer.words(sentence)) for sentence in report.method.text]
    found += [(N_("Shares"), writer.words(denominator)) for denominator in report.denominators]
    found += [(N_("Left out"), writer.left_out(omission.what, omission.count)) for omission in report.left_out]
    return [(writer.say(label) if label else "", text) for label, text in found]


def _table(table: Table, writer: Writer) -> Iterator[list[str]]:
    split = [_one_currency_each(table, at) for at in range(len(table.columns))]
    yield [text for column, two in zip(table.columns, split, strict=True) for text in _heading(column, writer, two=two)]
    for row in (*table.rows, *(() if table.total is None else (table.total,))):
        yield [
            text
            for column, cell, two in zip(table.columns, row, split, strict=True)
            for text in (_amount(cell, writer) if two else [_plain(column.kind, cell, writer)])
        ]


def _one_currency_each(table: Table, at: int) -> bool:
    """Return whether a column of amounts can be split into number and currency."""
    every = (*table.rows, *(() if table.total is None else (table.total,)))
    return table.columns[at].kind in {"money", "exact"} and not any(isinstance(row[at], tuple) for row in every)


def _heading(column: Column, writer: Writer, *, two: bool) -> Sequence[str]:
    text = harmless(writer.words(column.heading))
    return (text, writer.words(said(N_("Currency")))) if two else (text,)


def _amount(cell: Cell, writer: Writer) -> Sequence[str]:
    return (str(cell.major), cell.currency) if isinstance(cell, Money) else (_plain("money", cell, writer), "")


def _plain(kind: Kind, cell: Cell, writer: Writer) -> str:
    """Return a cell: numbers without thousands separators; texts that are safe in a spreadsheet."""
    kind = kind_in(kind, cell)
    match cell:
        case NotAvailable() | None:
            text = writer.cell(kind, cell)
        case tuple():
            text = "; ".join(f"{money.major} {money.currency}" for money in cell)
        case Money():
            text = f"{cell.major} {cell.currency}"
        case int() | Fraction() if kind in OF_ONE:
            text = writer.cell(kind, cell).replace(",", "")
        case int() | Fraction() | Decimal():
            text = exact(cell)
        case date():
            text = cell.isoformat()
        case _:
            text = harmless(writer.words(cell))
    return text
