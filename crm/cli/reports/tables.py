"""Reports on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, facts, layout, left_out, panel, plainly, width, wrapped
from crm.cli.printing.tables import draw as draw_rows
from crm.errors import N_
from crm.exchange.writing import Writer
from crm.reports.sheet import Cell, Figure, Report, Table

if TYPE_CHECKING:
    from crm.exchange.reports.entries import ReportEntries

#: The least width to which a text in a cell is broken.
_TEXT = 14


#: Before each sentence of a list; its further lines stand under the first.
_POINT = "· "


def draw(
    reader: Reader, report: Report, behind: ReportEntries | None = None, *, only: str | None = None
) -> Iterable[RenderableType]:
    """Return the parts of a report for a terminal; with a table key only that table."""
    writer = Writer(reader.language)
    if only is not None:
        yield from _table(reader, report.chosen_table(only), writer)
        return
    period = "" if report.period is None else writer.words(report.period)
    about = "   ".join(filter(None, (period, writer.say(N_("As of {moment}"), moment=report.as_of))))
    figures = [(writer.words(figure.label), _figure(figure, writer)) for figure in report.figures]
    yield panel(
        writer.words(report.title), Text(about, style="dim"), *((Text(), facts(reader, figures)) if figures else ())
    )
    tables = report.tables if behind is None else behind.tables(report)
    for table in tables:
        yield Text()
        yield from _table(reader, table, writer)
    if behind is not None:
        yield from _nothing(report, behind, writer)
    yield Text()
    yield from _rests_on(report, writer)


def _nothing(report: Report, behind: ReportEntries, writer: Writer) -> Iterable[RenderableType]:
    """Yield a line that names the figures without records."""
    labels = behind.nothing(report)
    if not behind.rows:
        said = writer.say(N_("This report has no figure to explain."))
    elif labels:
        parts = writer.say(N_(", ")).join(map(writer.words, labels))
        said = writer.say(N_("There are no records that you may see behind: {figures}."), figures=parts)
    else:
        return
    yield Text()
    yield Text(said)


def text(reader: Reader, report: Report, behind: ReportEntries | None = None, *, only: str | None = None) -> str:
    """Return the text for a file, with all columns."""
    return plainly(draw(reader, report, behind, only=only), to_file=True) + "\n"


def _figure(figure: Figure, writer: Writer) -> str:
    parts = [writer.figure(figure.kind, figure.value) or "–"]
    for comparison in figure.beside:
        label, value, first = writer.beside(*comparison)
        parts.append(f"{label} {value}" if first else f"{value} {label}".rstrip())
    return " · ".join(parts)


def _table(reader: Reader, table: Table, writer: Writer) -> Iterable[RenderableType]:
    rows = [*table.rows, *([] if table.total is None else [table.total])]
    columns = [_column(at, table, writer) for at in range(len(table.columns))]
    fitted = layout(reader, rows, columns)
    # Above the table rather than in it, because a narrow table would break the line.
    yield Text(writer.words(table.title), style="bold")
    yield draw_rows(reader, rows, fitted)
    yield from left_out(reader, fitted)
    if table.note is not None:
        yield _dim(writer.words(table.note))


def _column(at: int, table: Table, writer: Writer) -> Column:
    column = table.columns[at]
    number = column.kind not in {"text", "day"}

    def shown(_face: Reader, row: tuple[Cell, ...]) -> str:
        return writer.cell(column.kind, row[at])

    return Column(
        writer.words(column.heading),
        shown,
        # An empty column is informative too, unless it may be dropped.
        drops=column.drops,
        least=0 if number or column.whole else _TEXT,
        right=number,
        style=None if table.total is None else lambda row: "bold" if row is table.total else "",
    )


def _rests_on(report: Report, writer: Writer) -> Iterable[Text]:
    method = [writer.words(sentence) for sentence in report.method.text]
    yield from _said(f"{writer.say(N_('Method'))} {report.method.version}", method)
    yield from _said(writer.say(N_("Shares")), [writer.words(denominator) for denominator in report.denominators])
    yield from _said(
        writer.say(N_("Left out")),
        [writer.left_out(omission.what, omission.count) for omission in report.left_out],
    )


def _said(label: str, sentences: list[str]) -> Iterable[Text]:
    for number, sentence in enumerate(sentences):
        if not number:
            yield Text(label, style="bold")
        lines = wrapped(sentence, width() - len(_POINT))
        yield Text(_POINT + lines.replace("\n", "\n" + " " * len(_POINT)), style="dim")


def _dim(sentence: str) -> Text:
    return Text(wrapped(sentence, width()), style="dim")
