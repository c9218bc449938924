"""Lists of any length, printed while they are read: a table line by line, a JSON array item by item."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest

from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, Layout, layout, left_out, unbounded, width, wrapped
from crm.cli.printing.widths import cells, folded, pad, printable

#: The widths of a table are those of so many rows; a longer text behind them moves the rest of its line.
MEASURED = 500
_GAP = "  "


def table_lines(reader: Reader, rows: Iterable[object], columns: Sequence[Column]) -> Iterator[str]:
    """Yield the lines of a table without colours, as :func:`crm.cli.printing.tables.table` draws it."""
    rows = iter(rows)
    first, following = list(islice(rows, MEASURED)), list(islice(rows, 1))
    fitted = layout(reader, first, columns, further=bool(following))
    headings = [reader.language.read(column.heading) for column in fitted.columns]
    broken = [wrapped(text, wide) for text, wide in zip(headings, fitted.widths, strict=True)]
    high = max(text.count("\n") for text in broken)
    yield from _lines(fitted, ["\n" * (high - text.count("\n")) + text for text in broken])
    yield "─" * (sum(fitted.widths) + len(_GAP) * (len(fitted.widths) - 1))
    for row in first:
        yield from _lines(fitted, fitted.texts[id(row)])
    for row in chain(following, rows):
        yield from _lines(fitted, fitted.write(row))
    for line in left_out(reader, fitted):
        yield from [line.plain] if unbounded() else wrapped(line.plain, width()).splitlines()


def _lines(fitted: Layout, texts: Sequence[str]) -> Iterator[str]:
    # The last lines of a long list may be wider than those that were measured; where everything is shown they stay so.
    whole = unbounded()
    parts = (
        text.split("\n") if whole or cells(text) <= wide else folded(text, wide)
        for text, wide in zip(texts, fitted.widths, strict=True)
    )
    for line in zip_longest(*parts, fillvalue=""):
        yield _GAP.join(
            " " * (wide - cells(text)) + text if column.right else pad(text, wide)
            for column, wide, text in zip(fitted.columns, fitted.widths, line, strict=True)
        ).rstrip()


def json_lines(reader: Reader, rows: Iterable[object], *, ascii_only: bool) -> Iterator[str]:
    """Yield the lines of a JSON array, as :func:`json.dumps` indents it.

    Args:
        reader: Whose language sentences are in.
        rows: The items.
        ascii_only: Whether the output takes no other characters.
    """
    from crm.cli.printing.plain import Form, plain

    form = Form(reader.language)
    items = (json.dumps(plain(row, form), ensure_ascii=ascii_only, indent=2) for row in rows)
    before = next(items, None)
    if before is None:
        yield "[]"
        return
    yield "["
    for item in items:
        yield _indented(before) + ","
        before = item
    yield _indented(before)
    yield "]"


def _indented(item: str) -> str:
    return printable("  " + item.replace("\n", "\n  "))
