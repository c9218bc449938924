"""The mark of a verb that writes: its transaction begins as a writer's, before its first read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.orm import Session

from crm.models import Staff
from crm.models.sqlite import begin_writing
from crm.services.kernel.context import Context


class Service(Protocol):
    """What hands out verbs."""

    _context: Context


P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Service)


def writes(verb: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Mark a public method that writes.

    What it checks and what it writes are of one transaction: on SQLite it takes the write lock first, unless the
    caller's transaction has begun already. On PostgreSQL :mod:`crm.services.kernel.locks` locks what a verb counts.
    """

    @wraps(verb)
    def written(self: S, /, *args: P.args, **kw: P.kwargs) -> R:
        begin(self._context.session)
        return verb(self, *args, **kw)

    written.writes = True  # type: ignore[attr-defined]  # read by the law about verbs that write
    return written


def begin(session: Session) -> None:
    """Begin a session's transaction as a writer's, unless it has begun; see :func:`crm.models.sqlite.begin_writing`."""
    begin_writing(session.connection({"mapper": Staff}))
