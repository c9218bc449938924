"""A report as JSON: stable keys, untranslated codes, exact numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from crm.exchange.reports.entries import ReportEntries
from crm.exchange.writing import Writer
from crm.reports.sheet import Cell, Column, Kind, Report, Table, kind_in
from crm.values.money import Money
from crm.values.period import Period
from crm.values.ratios import rounded
from crm.values.sentences import Coded, Named, NotAvailable, Said, Words

#: Kinds whose numbers are parts of 1.
OF_ONE = frozenset({"share", "growth", "points"})


def tree(report: Report, writer: Writer, behind: ReportEntries | None = None) -> dict[str, object]:
    """Return a report as JSON; sentences are in the writer's language.

    A share, a growth or a difference of two is a percentage, rounded half up to two digits, beside its exact fraction;
    any other fraction is text. An amount is its minor units, its currency and its text.
    """
    period = report.period
    return {
        "report": report.name,
        "title": writer.words(report.title),
        "language": writer.language.code,
        "period": None
        if period is None
        else {"text": str(period), "first": str(period.start), "last": str(period.last)},
        "as_of": report.as_of.isoformat(),
        "method": {
            "version": report.method.version,
            "text": [writer.words(sentence) for sentence in report.method.text],
        },
        "denominators": [writer.words(denominator) for denominator in report.denominators],
        "left_out": [{"what": writer.words(omission.what), "count": omission.count} for omission in report.left_out],
        "figures": [
            {
                "key": figure.key,
                "label": writer.words(figure.label),
                "kind": figure.kind,
                "value": cell(figure.kind, figure.value, writer),
                "beside": [
                    {"label": writer.words(label), "kind": kind, "value": cell(kind, value, writer)}
                    for label, kind, value in figure.beside
                ],
                "entries": [{"record": found.record, "ids": list(found.ids)} for found in figure.entries],
            }
            for figure in report.figures
        ],
        "tables": [_table(table, writer) for table in report.tables],
        "charts": [
            {
                "key": chart.key,
                "title": writer.words(chart.title),
                "kind": chart.kind,
                "table": chart.table,
                "labels": chart.labels,
                "values": list(chart.values),
            }
            for chart in report.charts
        ],
        **({} if behind is None else {"entries": behind.tree()}),
    }


def render(report: Report, writer: Writer, behind: ReportEntries | None = None) -> bytes:
    """Return a report as a JSON file."""
    return (json.dumps(tree(report, writer, behind), ensure_ascii=False, indent=2) + "\n").encode()


def _table(table: Table, writer: Writer) -> dict[str, object]:
    return {
        "key": table.key,
        "title": writer.words(table.title),
        "adds_up": table.adds_up,
        "note": None if table.note is None else writer.words(table.note),
        "columns": [
            {"key": column.key, "heading": writer.words(column.heading), "kind": column.kind}
            for column in table.columns
        ],
        "rows": [_row(table.columns, row, writer) for row in table.rows],
        "total": None if table.total is None else _row(table.columns, table.total, writer),
    }


def _row(columns: Sequence[Column], row: Sequence[Cell], writer: Writer) -> dict[str, object]:
    return {column.key: cell(column.kind, value, writer) for column, value in zip(columns, row, strict=True)}


def cell(kind: Kind, value: Cell, writer: Writer) -> Any:
    """Return the value of a cell as JSON."""
    plain: object = value
    kind = kind_in(kind, value)
    match value:
        case NotAvailable():
            plain = {"not_available": writer.words(value.reason)}
        case Money():
            plain = {"minor": value.minor, "currency": value.currency, "text": str(value)}
        case tuple():
            plain = [cell(kind, item, writer) for item in value]
        case int() | Fraction() if kind in OF_ONE:
            plain = {"percent": str(rounded(Fraction(value) * 100, 2)), "exact": str(Fraction(value))}
        case Fraction() | Decimal():
            plain = exact(value)
        case date():
            plain = value.isoformat()
        case Said() | Coded() | Named() | Period() | str():
            plain = code(value, writer)
    return plain


def code(text: Words, writer: Writer) -> str:
    """Return the code of a text, if it has one."""
    match text:
        case Coded():
            return text.code
        case Named():
            return text.code or text.en
        case Period():
            return str(text)
    return writer.words(text)


def exact(value: Fraction | Decimal | int) -> str:
    """Return a number as a decimal if it is finite, else as a fraction."""
    number = Fraction(value)
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return str(number)
    digits = max(number.denominator.bit_length(), 1)
    text = f"{rounded(number, digits):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
