"""Decorators for the public verbs of the services: the required right, and whether the verb writes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast

from attrs import frozen
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from crm.errors import CRMError, InvalidInput
from crm.models import Staff
from crm.models.binding import ensure_untranslated
from crm.models.sqlite import begin_writing
from crm.reads.kernel.listing import Listing, Page
from crm.rules.access import Right
from crm.services.kernel.conflicts import as_refusal
from crm.services.kernel.context import Context


class Service(Protocol):
    """What hands out verbs."""

    _context: Context


#: What reading a value raises that is none of its column's type.
_OF_STORED_VALUES = (ValueError, TypeError, LookupError, AttributeError, OverflowError)

#: docs/embedding.md names the loggers.
_LOG = logging.getLogger("crm.verbs")

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
        dangerous: Whether no other method takes it back, it decides who may act, or it hands out everything about
            somebody or of the database. A program asks a person before it calls such a method.
    """

    right: Right | None
    writes: bool = False
    by_record: bool = False
    dangerous: bool = False

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
            context = self._context
            context.depth += 1
            try:
                with _refusing(context.session):
                    if verb.writes:
                        begin(context.session)
                    verb.permit(context)
                    return method(self, *args, **kw)
            except CRMError as refusal:
                if context.depth == 1:  # a refusal of a nested call may be handled by the caller
                    from crm.rules.kernel.argument_names import name_arguments

                    name_arguments(refusal, method, args, kw)
                    _log(f"{type(self).__name__}.{method.__name__}", refusal)
                raise
            finally:
                context.depth -= 1

        vars(called)["verb"] = verb
        return called

    return mark


def _log(method: str, refusal: CRMError) -> None:
    """Log that a method refused, and by which codes: its sentences may name persons."""
    if _LOG.isEnabledFor(logging.INFO):
        codes = dict.fromkeys(flaw.code or "refused" for flaw in refusal.problems)
        _LOG.info("%s refused: %s: %s", method, type(refusal).__name__, ", ".join(codes))


@contextmanager
def _refusing(session: Session) -> Iterator[None]:
    """Turn an error of the driver into a refusal, and one that a damaged record causes into the one that names it."""
    try:
        yield
    except DBAPIError as error:
        raise as_refusal(error) from error
    except (*_OF_STORED_VALUES, InvalidInput) as error:
        if isinstance(error, InvalidInput) and not _is_of_a_sum(error):
            raise
        damaged = _damage(session)
        if damaged is None:
            raise
        raise damaged from error


def _is_of_a_sum(error: InvalidInput) -> bool:
    """Say whether an amount is no whole number, as a sum of stored ones may be. A wrong argument has a field."""
    return any(flaw.code == "type" and flaw.field is None for flaw in error.problems)


def _damage(session: Session) -> Exception | None:
    """Return the error that names a damaged record, where one may be why a verb failed."""
    from crm.reads.audit.unreadable import damage

    try:
        return damage(session)
    except SQLAlchemyError:  # the transaction is over: the first error is raised
        return None


def reads(
    right: Right, *, by_record: bool = False, dangerous: bool = False
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Mark a public method that only reads; see :class:`Verb`."""
    return _marked(Verb(right, by_record=by_record, dangerous=dangerous))


def lists(
    right: Right, *, by_record: bool = False
) -> Callable[[Callable[Concatenate[S, P], Listing[R]]], Callable[Concatenate[S, P], Page[R]]]:
    """Mark a public method that only reads, and says what a list is: a caller gets a page of it.

    The list itself is in the attribute ``listing`` of the method, for :func:`stream`.
    """

    def mark(method: Callable[Concatenate[S, P], Listing[R]]) -> Callable[Concatenate[S, P], Page[R]]:
        @wraps(method)
        def page(self: S, /, *args: P.args, **kw: P.kwargs) -> Page[R]:
            return method(self, *args, **kw).page()

        page.__annotations__ = {**method.__annotations__, "return": _paged(method)}
        marked = reads(right, by_record=by_record)(page)
        vars(marked)["listing"] = reads(right, by_record=by_record)(method)
        return marked

    return mark


def _paged(method: Callable[..., object]) -> object:
    returned = method.__annotations__["return"]
    return f"Page[{returned.partition('[')[2]}" if isinstance(returned, str) else returned


class _ListVerb(Protocol):
    """A method of a service that :func:`lists` marks."""

    @property
    def __self__(self) -> Service: ...
    @property
    def listing(self) -> Callable[..., Listing[object]]: ...


def stream(verb: Callable[P, Page[R]], /, *args: P.args, **kw: P.kwargs) -> Iterator[R]:
    """Return the rows of a list while they are fetched; see :meth:`crm.CRM.stream`."""
    if isinstance(verb, partial):
        return stream(verb.func, *verb.args, *args, **{**verb.keywords, **kw})
    bound = cast("_ListVerb", verb)
    listing = cast("Listing[R]", bound.listing(bound.__self__, *args, **kw))

    def rows() -> Iterator[R]:
        with _refusing(listing.session):
            yield from listing.stream()

    return rows()


def writes(
    right: Right | None, *, by_record: bool = False, dangerous: bool = False
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Mark a public method that writes; see :class:`Verb`.

    It checks and writes in one transaction: on SQLite it takes the write lock first, unless the caller's transaction
    has begun already. On PostgreSQL :mod:`crm.services.kernel.locks` locks the counted rows.
    """
    return _marked(Verb(right, writes=True, by_record=by_record, dangerous=dangerous))


def begin(session: Session) -> None:
    """Begin a session's transaction for writing, unless it has begun; see :func:`crm.models.sqlite.begin_writing`."""
    connection = session.connection({"mapper": Staff})
    ensure_untranslated(connection)
    begin_writing(connection)
