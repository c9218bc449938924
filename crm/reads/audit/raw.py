"""Rows as the driver gives them, read value by value: one that cannot be read is told, and does not end the reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from attrs import frozen
from sqlalchemy import Boolean, ColumnElement, Select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

#: Rows in memory at a time.
BATCH = 2_000

_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError)


@frozen
class Unreadable:
    """A stored value that is none of its column's type.

    Attributes:
        value: As the driver gave it.
    """

    value: Any

    def __str__(self) -> str:
        """Return the value as text."""
        return str(self.value)


def stream(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a SELECT of columns; a value that cannot be read is an :class:`Unreadable`. One statement."""
    columns: list[ColumnElement[Any]] = list(statement.selected_columns)
    dialect = session.get_bind().dialect
    processors = [
        _truth
        if isinstance(column.type, Boolean)
        else column.type.dialect_impl(dialect).result_processor(dialect, None)
        for column in columns
    ]
    plainly = statement.with_only_columns(
        *(type_coerce(column, NullType()).label(f"c{number}") for number, column in enumerate(columns))
    )
    processed = [(place, processor) for place, processor in enumerate(processors) if processor is not None]
    for row in session.execute(plainly.execution_options(yield_per=BATCH)):
        values = list(row)
        try:
            for place, process in processed:
                values[place] = process(values[place])
        except _UNREADABLE:
            values = [_read(value, process) for value, process in zip(row, processors, strict=True)]
        yield tuple(values)


def _truth(value: Any) -> bool | None:
    """Return yes, no or null; what SQLite takes for true besides is neither."""
    return None if value is None else {0: False, 1: True}[value]


def _read(value: Any, process: Callable[[Any], Any] | None) -> Any:
    try:
        return value if process is None else process(value)
    except _UNREADABLE:
        return Unreadable(value)
