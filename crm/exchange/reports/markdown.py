"""A report as Markdown, to be pasted into a message or a wiki; texts that people typed stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crm.errors import N_
from crm.exchange.reports.csv_file import facts
from crm.exchange.reports.entries import ReportEntries
from crm.exchange.writing import Writer
from crm.reports.sheet import Cell, Report, Table

#: Characters that mean something in Markdown, or begin a tag.
_MEANS = re.compile(r"[\\`*_{}\[\]<>&#|~!]")


def render(report: Report, writer: Writer, behind: ReportEntries | None = None) -> bytes:
    """Return a report as Markdown (CommonMark with tables): figures, tables, notes."""
    return ("\n".join(_lines(report, writer, behind)).rstrip() + "\n").encode()


def plain(text: str) -> str:
    """Return a text on one line whose characters mean nothing in Markdown."""
    return _MEANS.sub(r"\\\g<0>", " ".join(text.split()))


def _lines(report: Report, writer: Writer, behind: ReportEntries | None) -> Iterator[str]:
    yield f"# {plain(writer.words(report.title))}"
    yield ""
    period = [] if report.period is None else [writer.words(report.period)]
    yield " · ".join(map(plain, [*period, writer.say(N_("As of {moment}"), moment=report.as_of)]))
    yield ""
    for figure in report.figures:
        beside = [
            f"{label} {text}" if first else f"{text} {label}"
            for label, text, first in (writer.beside(*fact) for fact in figure.beside)
        ]
        value = writer.figure(figure.kind, figure.value) or "–"
        more = f" ({plain('; '.join(beside))})" if figure.beside else ""
        yield f"- {plain(writer.words(figure.label))}: **{plain(value)}**{more}"
    yield ""
    for table in (*report.tables, *(() if behind is None else behind.tables(report))):
        yield from _table(table, writer)
    yield f"## {plain(writer.say(N_('Notes')))}"
    yield ""
    for label, text in facts(report, writer)[1:]:
        yield f"- {plain(f'{label}: {text}' if label else text)}"


def _table(table: Table, writer: Writer) -> Iterator[str]:
    yield f"## {plain(writer.words(table.title))}"
    yield ""
    yield _row([writer.words(column.heading) for column in table.columns])
    yield "|" + "|".join(" --- " if column.kind in {"text", "day"} else " ---: " for column in table.columns) + "|"
    for row in (*table.rows, *(() if table.total is None else (table.total,))):
        yield _row(_texts(table, row, writer))
    yield ""
    if table.note is not None:
        yield plain(writer.words(table.note))
        yield ""


def _texts(table: Table, row: Sequence[Cell], writer: Writer) -> list[str]:
    return [writer.cell(column.kind, cell) for column, cell in zip(table.columns, row, strict=True)]


def _row(texts: Sequence[str]) -> str:
    return "| " + " | ".join(map(plain, texts)) + " |"
