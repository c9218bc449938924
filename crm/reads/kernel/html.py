"""Rows as a table of HTML, for notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import attrs

from crm.reads.kernel.rows import BESIDE


def html_table(rows: Sequence[object]) -> str:
    """Return rows as a table: a column for each attribute that some row has a value of.

    Args:
        rows: Frozen rows of one kind; values are escaped.
    """
    made = [dict(_cells(row)) for row in rows]
    heads = list(dict.fromkeys(name for cells in made for name, value in cells.items() if value not in (None, "", ())))
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(_text(cells.get(name)))}</td>' for name in heads)}</tr>" for cells in made
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: object) -> Iterator[tuple[str, object]]:
    kind = type(row)
    if attrs.has(kind):
        for field in attrs.fields(kind):
            value = getattr(row, field.name)
            if field.metadata == BESIDE:
                yield from value.items()
            else:
                yield field.name, value
    else:
        yield "", row


def _text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
