"""Count the SQL statements a piece of code sends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from crm.models import Staff

# What only frames the work: the transaction, its savepoints, a connection's settings.
_FRAME = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA|SET TRANSACTION)\b", re.IGNORECASE)


class Statements(list[str]):
    """The statements seen, in order; a failing comparison of its length shows them all."""

    def matching(self, pattern: str) -> list[str]:
        """Return those in which the regular expression is found, whatever the case."""
        return [statement for statement in self if re.search(pattern, statement, re.IGNORECASE)]


@contextmanager
def statements(bind: Engine | Connection | Session) -> Iterator[Statements]:
    """Record every statement that goes to the driver inside the block; a batch of rows in one call counts once."""
    target = bind.get_bind(Staff) if isinstance(bind, Session) else bind
    seen = Statements()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not _FRAME.match(statement):
            seen.append(statement)

    event.listen(target, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(target, "before_cursor_execute", note)


def plans(session: Session, act: Callable[[], object], only: str = "") -> list[str]:
    """Return the lines of the plans of every statement that an act sends, or of those that have a word."""
    connection = session.connection()
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if only in statement:
            sent.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    cursor = connection.connection.cursor()
    lines: list[str] = []
    for statement, parameters in sent:
        cursor.execute(f"{how} {statement}", parameters)
        lines += [str(row[-1]) for row in cursor.fetchall()]
    return lines
