"""Count the SQL statements a piece of code sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
