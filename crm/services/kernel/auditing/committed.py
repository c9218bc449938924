"""Handlers of a session's changes: called after the caller's commit, never for what was rolled back.

Changes wait in the session until its outermost transaction ends. A savepoint that is rolled back takes back those that
were made in it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from crm.changes import Change, class_of
from crm.reads.audit.queries import numbered
from crm.services.kernel.auditing.signing import HANDLERS

C = TypeVar("C", bound=Change)
#: Entries that are read by one statement.
_MANY = 500
_LOG = logging.getLogger("crm.changes")


class Handlers:
    """The handlers of one session, and the changes to be delivered after its commit."""

    def __init__(self) -> None:
        """Begin without any."""
        self._handlers: list[tuple[type[Change], Callable[[Any], object]]] = []
        self._waiting: list[Change] = []
        #: By savepoint, how many changes waited when it began.
        self._before: WeakKeyDictionary[SessionTransaction, int] = WeakKeyDictionary()
        self._committed: list[Change] = []

    def add(self, kind: type[C], handler: Callable[[C], object]) -> None:
        """Add a handler, unless it is there."""
        if (kind, handler) not in self._handlers:
            self._handlers.append((kind, handler))

    def note(self, session: Session, entries: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
        """Read the entries that a handler waits for, as everybody else reads them. One statement for 500 of them."""
        kinds = tuple(kind for kind, _ in self._handlers)
        wanted = [
            number
            for number, row in entries
            if issubclass(class_of(row["verb"], row["record"], row["version"], row["changes"]), kinds)
        ]
        for first in range(0, len(wanted), _MANY):
            self._waiting += numbered(session, wanted[first : first + _MANY])

    def savepoint(self, _session: Session, begun: SessionTransaction) -> None:
        """Remember what waited before a savepoint."""
        if begun.nested:
            self._before[begun] = len(self._waiting)

    def rolled_back(self, _session: Session, ended: SessionTransaction) -> None:
        """Forget what was made in a savepoint that is rolled back."""
        if ended.nested:
            del self._waiting[self._before.pop(ended, 0) :]

    def committed(self, session: Session) -> None:
        """Take what waited, as the outermost transaction is committed."""
        if not session.in_nested_transaction():
            self._committed, self._waiting = self._waiting, []

    def ended(self, _session: Session, ended: SessionTransaction) -> None:
        """Call the handlers of what was committed; forget what was not."""
        if ended.parent is not None:
            return
        committed, self._committed, self._waiting = self._committed, [], []
        for change in committed:
            for kind, handler in tuple(self._handlers):
                if isinstance(change, kind):
                    _call(handler, change)


def _call(handler: Callable[[Any], object], change: Change) -> None:
    """Call a handler. Its errors are logged and not raised, because the commit has succeeded."""
    try:
        handler(change)
    except Exception:  # noqa: BLE001 - whatever it raises is logged
        _LOG.exception("a handler of %s failed, entry %d of the audit", type(change).__name__, change.id)


def listen(session: Session, kind: type[C], handler: Callable[[C], object]) -> None:
    """Call a handler for each change of a kind that the session commits from now on."""
    handlers = session.info.get(HANDLERS)
    if handlers is None:
        session.info[HANDLERS] = handlers = Handlers()
        event.listen(session, "after_transaction_create", handlers.savepoint)
        event.listen(session, "after_soft_rollback", handlers.rolled_back)
        event.listen(session, "after_commit", handlers.committed)
        event.listen(session, "after_transaction_end", handlers.ended)
    handlers.add(kind, handler)
