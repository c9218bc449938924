"""A report as one self-contained HTML page, without network, script or font, for screens, telephones and A4."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crm.errors import N_, InvalidInput
from crm.exchange.reports.charts import draw, left_to_the_table
from crm.exchange.reports.entries import ReportEntries
from crm.exchange.writing import Writer
from crm.refusals import not_installed
from crm.reports.sheet import Cell, Column, Report, Table
from crm.values.sentences import Coded, NotAvailable
from crm.values.text import cells

_FOLDER = Path(__file__).parent / "templates"
#: A text of more columns than these gets room on a narrow page.
_LONG = 16
#: BCP 47 tags of the languages.
_TAGS = {"zh": "zh-CN", "en": "en"}


def render(report: Report, writer: Writer, behind: ReportEntries | None = None) -> bytes:
    """Return a report as an HTML page; the same report gives the same bytes.

    Raises:
        InvalidInput: The extra ``reports`` is not installed.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - an extra
        from markupsafe import Markup  # noqa: PLC0415 - comes with it
    except ImportError as error:
        raise InvalidInput(not_installed(N_("Pages need the library Jinja2."))) from error
    pages = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    charts = [
        {
            "key": chart.key,
            "title": writer.words(chart.title),
            # Our own picture, whose texts its library has escaped.
            "svg": Markup(draw(report, chart, writer)),  # noqa: S704 - see above
            "rest": _rest(left_to_the_table(report, chart), writer),
        }
        for chart in report.charts
    ]
    style = Markup((_FOLDER / "report.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    page = pages.get_template("report.html").render(
        lang=_TAGS.get(writer.language.code, writer.language.code),
        style=style,
        charts=charts,
        words=_labels(writer),
        **_contents(report, writer, behind),
    )
    return (page.rstrip("\n") + "\n").encode()


def _contents(report: Report, writer: Writer, behind: ReportEntries | None) -> dict[str, object]:
    return {
        "title": writer.words(report.title),
        "period": "" if report.period is None else writer.words(report.period),
        "as_of": writer.say(N_("As of {moment}"), moment=report.as_of),
        "figures": [
            {
                "key": figure.key,
                "label": writer.words(figure.label),
                "value": (value := writer.figure(figure.kind, figure.value) or "–"),
                "cells": cells(value),
                "beside": [(*writer.beside(*fact), _state(fact[2])) for fact in figure.beside],
            }
            for figure in report.figures
        ],
        "tables": [
            _table(table, writer) for table in (*report.tables, *(() if behind is None else behind.tables(report)))
        ],
        "method": [writer.words(sentence) for sentence in report.method.text],
        "version": report.method.version,
        "denominators": [writer.words(denominator) for denominator in report.denominators],
        "left_out": [writer.left_out(omission.what, omission.count) for omission in report.left_out],
    }


def _labels(writer: Writer) -> dict[str, str]:
    return {
        "figures": writer.say(N_("Figures")),
        "charts": writer.say(N_("Pictures")),
        "rests": writer.say(N_("Basis of the figures")),
        "method": writer.say(N_("Method")),
        "shares": writer.say(N_("Shares")),
        "left_out": writer.say(N_("Left out")),
    }


def _rest(count: int, writer: Writer) -> str:
    return writer.say(N_("{count} more in the table"), count=count) if count else ""


def _table(table: Table, writer: Writer) -> dict[str, object]:
    """Return a table without the columns that are empty in every row; the first names the rows."""
    lines = [*table.rows, *(() if table.total is None else (table.total,))]
    shown = [
        at for at in range(len(table.columns)) if at == 0 or not lines or any(row[at] is not None for row in lines)
    ]
    columns = [table.columns[at] for at in shown]

    def kept(row: Sequence[Cell]) -> list[Cell]:
        return [row[at] for at in shown]

    return {
        "key": table.key,
        "title": writer.words(table.title),
        "note": "" if table.note is None else writer.words(table.note),
        "columns": [
            {"heading": writer.words(column.heading), "number": column.kind not in {"text", "day"}}
            for column in columns
        ],
        "rows": [_row(columns, kept(row), writer) for row in table.rows],
        "total": None if table.total is None else _row(columns, kept(table.total), writer),
    }


def _state(value: Cell) -> str:
    """Return what the colour of a value says: behind, none where there is none, or nothing."""
    if isinstance(value, NotAvailable) or value == Coded("standing", "not_available"):
        return "none"
    return "behind" if isinstance(value, Coded) and (value.context, value.code) in _BEHIND else ""


#: What is shown in red.
_BEHIND = {("standing", "behind"), ("standing", "missed")}


def _row(columns: Sequence[Column], row: Sequence[Cell], writer: Writer) -> list[dict[str, object]]:
    texts = [writer.cell(column.kind, value) for column, value in zip(columns, row, strict=True)]
    return [
        {
            "text": text,
            "cells": cells(text),
            "long": cells(text) > _LONG,
            "number": column.kind not in {"text", "day"},
            "state": _state(value),
            "why": writer.words(value.reason) if isinstance(value, NotAvailable) else "",
        }
        for column, value, text in zip(columns, row, texts, strict=True)
    ]
