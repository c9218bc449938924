"""Decorators for the public verbs of the services: the required right, and whether the verb writes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from attrs import frozen
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from crm.models import Staff
from crm.models.sqlite import begin_writing
from crm.rules.access import Right
from crm.services.kernel.conflicts import as_refusal
from crm.services.kernel.context import Context


class Service(Protocol):
    """What hands out verbs."""

    _context: Context


#: What reading a value raises that is none of its column's type.
_OF_STORED_VALUES = (ValueError, TypeError, LookupError, AttributeError, OverflowError)

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Service)


@frozen
class Verb:
    """Right and kind of a public method of a service, in its attribute ``verb``.

    Attributes:
        right: What the actor must be allowed; None where nobody acts yet, as when the first admin is founded.
        writes: Whether it writes.
        by_record: Whether the actor may have the right on their own records alone. Such a verb asks once more, inside,
            when it knows the record: :meth:`crm.services.kernel.context.Context.require`.
    """

    right: Right | None
    writes: bool = False
    by_record: bool = False

    def permit(self, context: Context) -> None:
        """Refuse an actor without the right, as far as this can be decided before the record is known.

        Raises:
            AccessDenied: Nobody acts, or their role lacks the right.
        """
        if self.right is None:
            return
        if self.by_record:
            context.permit(self.right)
        else:
            context.require(self.right)


def _marked(verb: Verb) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    def mark(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        @wraps(method)
        def called(self: S, /, *args: P.args, **kw: P.kwargs) -> R:
            try:
                if verb.writes:
                    begin(self._context.session)
                verb.permit(self._context)
                return method(self, *args, **kw)
            except DBAPIError as error:
                raise as_refusal(error) from error
            except _OF_STORED_VALUES as error:
                damaged = _damage(self._context.session)
                if damaged is None:
                    raise
                raise damaged from error

        vars(called)["verb"] = verb
        return called

    return mark


def _damage(session: Session) -> Exception | None:
    """Return the error that names a damaged record, where one may be why a verb failed."""
    from crm.reads.audit.unreadable import damage

    try:
        return damage(session)
    except SQLAlchemyError:  # the transaction is over: what failed first is told
        return None


def reads(
    right: Right, *, by_record: bool = False
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Mark a public method that only reads; see :class:`Verb`."""
    return _marked(Verb(right, by_record=by_record))


def writes(
    right: Right | None, *, by_record: bool = False
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Mark a public method that writes; see :class:`Verb`.

    It checks and writes in one transaction: on SQLite it takes the write lock first, unless the caller's transaction
    has begun already. On PostgreSQL :mod:`crm.services.kernel.locks` locks the counted rows.
    """
    return _marked(Verb(right, writes=True, by_record=by_record))


def begin(session: Session) -> None:
    """Begin a session's transaction for writing, unless it has begun; see :func:`crm.models.sqlite.begin_writing`."""
    begin_writing(session.connection({"mapper": Staff}))
