"""Rows as the driver gives them, value by value; an unreadable value is reported, and reading continues."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from attrs import frozen
from sqlalchemy import Boolean, ColumnElement, Select, text, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType, TypeEngine

from crm.models.binding import OURS, dialect_of, on_postgres

#: Rows in memory at a time.
BATCH = 2_000

_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError)


@frozen
class Unreadable:
    """A stored value that does not have the type of its column.

    Attributes:
        value: As the driver gave it.
    """

    value: Any

    def __str__(self) -> str:
        """Return the value as text."""
        return str(self.value)


@frozen
class Readable:
    """A SELECT of columns, prepared to be streamed.

    Attributes:
        types: Of its columns.
        statement: The SELECT, of the columns as the driver gives them.
    """

    types: tuple[TypeEngine[object], ...]
    statement: Select[*tuple[Any, ...]]


def readable(statement: Select[*tuple[Any, ...]]) -> Readable:
    """Prepare a SELECT of columns, to be streamed several times."""
    columns: list[ColumnElement[object]] = list(statement.selected_columns)
    plainly = (type_coerce(column, NullType()).label(f"c{number}") for number, column in enumerate(columns))
    return Readable(
        tuple(column.type for column in columns),
        statement.with_only_columns(*plainly).execution_options(yield_per=BATCH),
    )


def stream(
    session: Session, statement: Select[*tuple[Any, ...]] | Readable, **values: object
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a SELECT of columns; a value that cannot be read is an :class:`Unreadable`. One statement.

    Args:
        session: Whose transaction is read.
        statement: The SELECT.
        values: Its parameters.
    """
    prepared = statement if isinstance(statement, Readable) else readable(statement)
    dialect = dialect_of(session)
    processors = [
        _truth if isinstance(kind, Boolean) else kind.dialect_impl(dialect).result_processor(dialect, None)
        for kind in prepared.types
    ]
    processed = [(place, process) for place, process in enumerate(processors) if process is not None]
    for row in session.execute(prepared.statement, values, bind_arguments=OURS):
        found = list(row)
        try:
            for place, process in processed:
                found[place] = process(found[place])
        except _UNREADABLE:
            found = [_read(value, process) for value, process in zip(row, processors, strict=True)]
        yield tuple(found)


def _truth(value: Any) -> bool | None:
    """Return yes, no or null; what SQLite takes for true besides is neither."""
    return None if value is None else {0: False, 1: True}[value]


def _read(value: object, process: Callable[[object], object] | None) -> Any:
    try:
        return value if process is None else process(value)
    except _UNREADABLE:
        return Unreadable(value)


def sees_one_moment(session: Session) -> bool:
    """Say whether all statements of the session's transaction see the same moment. One statement on PostgreSQL."""
    if not on_postgres(session):
        return True
    return session.scalar(text("SHOW transaction_isolation"), bind_arguments=OURS) in {
        "repeatable read",
        "serializable",
    }
