"""Lists that are read whole, page by page, or one row after another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, Self, TypeVar

from attrs import evolve, frozen
from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeDecorator

from crm.errors import InvalidInput
from crm.reads.kernel.html import html_table
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging, Window, as_place, cursor, no_place

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
#: The number of rows fetched and made at a time.
CHUNK = 500
_WHOLE = Window()


class Page(tuple[R_co, ...]):  # noqa: SLOT001 - a tuple can have no slots that hold something
    """Rows of a list, as a tuple with the number of rows and the position of the next page.

    Attributes:
        more: Whether rows follow it.
        after: What the list takes to return those: ``crm.leads.list(after=page.after)``. None if no rows follow, and
            for a list whose order has no cursor: it takes an offset.
    """

    more: bool
    after: str | None
    _count: Callable[[], int]

    @classmethod
    def of(
        cls, rows: Iterable[R], *, count: Callable[[], int], after: str | None = None, more: bool = False
    ) -> Page[R]:
        """Return a page of these rows; *count* returns the number of all rows of the list."""
        page: Page[R] = cls(rows)  # type: ignore[assignment,arg-type]
        page.more, page.after, page._count = more, after, count
        return page

    @cached_property
    def total(self) -> int:
        """The number of all rows of the list, on every page of it; counted by a statement unless it is known."""
        return self._count()

    def _repr_html_(self) -> str:
        """Return the rows as a table, which a notebook shows."""
        return html_table(self)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle and copy the rows alone: what counts them holds the session."""
        return tuple, (tuple(self),)


@frozen
class Key:
    """A key of the order of a list; the last key is unique.

    Attributes:
        expression: The expression, which is never null.
        row: The attribute of the row that has its value.
        descending: The highest first.
    """

    expression: ColumnElement[Any] | InstrumentedAttribute[Any]
    row: str
    descending: bool = False

    def ordering(self) -> ColumnElement[Any]:
        """Return the element of ORDER BY."""
        return self.expression.desc() if self.descending else self.expression.asc()

    def typed(self, value: str | int) -> object:
        """Return the value of a cursor in the type of the expression."""
        type_ = self.expression.type
        kind = (type_.impl_instance if isinstance(type_, TypeDecorator) else type_).python_type
        if issubclass(kind, datetime):
            return datetime.fromisoformat(str(value))
        if issubclass(kind, date):
            return date.fromisoformat(str(value))
        return int(value) if issubclass(kind, int) else str(value)


@frozen(kw_only=True)
class Listing(ABC, Generic[R]):
    """A list that is not read yet.

    Attributes:
        session: The session.
        keys: What it is ordered by, so that it has a cursor.
        window: The part that was asked for.
    """

    session: Session
    keys: tuple[Key, ...] = ()
    window: Window = _WHOLE

    def within(self, window: Window) -> Self:
        """Return this part of it."""
        return evolve(self, window=window)

    def all(self) -> tuple[R, ...]:
        """Return the rows that were asked for."""
        return tuple(self._rows(self.window))

    def page(self) -> Page[R]:
        """Return the rows that were asked for, and what follows them; :attr:`Page.total` counts them when asked."""
        most, begin = self.window.limit, self.window.offset
        rows = [*self._rows(evolve(self.window, limit=None if most is None else most + 1))]
        more = most is not None and len(rows) > most
        rows = rows[:most]
        known = not more and self.window.after is None and (bool(rows) or not begin)
        found = begin + len(rows)
        return Page.of(
            rows,
            more=more,
            after=cursor(self._place(rows[-1])) if more and rows and self.keys else None,
            count=(lambda: found) if known else self.total,
        )

    @abstractmethod
    def _rows(self, window: Window) -> Iterable[R]:
        """Return the rows of a part, read at once."""

    @abstractmethod
    def stream(self) -> Iterator[R]:
        """Yield the rows that were asked for while they are fetched, :data:`CHUNK` at a time."""

    @abstractmethod
    def total(self) -> int:
        """Return the number of its rows, whatever part was asked for."""

    def _place(self, row: R) -> Iterator[str | int | date]:
        return (attrgetter(key.row)(row) for key in self.keys)


@frozen(kw_only=True)
class _Queried(Listing[R]):
    """A list whose rows a statement orders and counts.

    Attributes:
        statement: Selects its rows; ordered, if it has no *keys*.
    """

    statement: Select[*tuple[Any, ...]]

    def total(self) -> int:
        """Return the number of its rows. One statement."""
        every = self.statement.order_by(None).with_only_columns(literal(1), maintain_column_froms=True).subquery()
        return self.session.execute(select(func.count()).select_from(every)).scalar_one()

    def _selected(self, window: Window) -> Select[*tuple[Any, ...]]:
        statement = self.statement
        if self.keys:
            statement = statement.order_by(None).order_by(*(key.ordering() for key in self.keys))
        if window.after is not None:
            statement = statement.where(self._behind(window.after))
        return statement.limit(window.limit).offset(window.offset or None)

    def _behind(self, place: tuple[str | int, ...]) -> ColumnElement[bool]:
        """Return the condition that a row comes after a position.

        Raises:
            InvalidInput: It is no place in this order.
        """
        try:
            values = [key.typed(value) for key, value in zip(self.keys, place, strict=True)]
        except ValueError as error:
            raise InvalidInput(no_place(cursor(place))) from error
        if not values:
            raise InvalidInput(no_place(cursor(place)))
        bound = [literal(value, key.expression.type) for key, value in zip(self.keys, values, strict=True)]
        if len({key.descending for key in self.keys}) == 1:
            # Row values compare by an index.
            row, last = tuple_(*(key.expression for key in self.keys)), tuple_(*bound)
            return row < last if self.keys[0].descending else row > last
        same: list[ColumnElement[bool]] = []
        behind: list[ColumnElement[bool]] = []
        for key, value in zip(self.keys, bound, strict=True):
            further = key.expression < value if key.descending else key.expression > value
            behind.append(and_(*same, further))
            same.append(key.expression == value)
        return or_(*behind)


@frozen(kw_only=True)
class Selected(_Queried[R]):
    """A list whose rows are made of those of one statement.

    Attributes:
        make: Makes rows of at most :data:`CHUNK` selected ones.
    """

    make: Callable[[Sequence[Any]], Iterable[R]]

    def _rows(self, window: Window) -> Iterator[R]:
        for rows in self.session.execute(self._selected(window)).partitions(CHUNK):
            yield from self.make(rows)

    def stream(self) -> Iterator[R]:
        """Yield the rows; on PostgreSQL by a cursor of the server, so that memory does not grow with the list."""
        options = {"yield_per": CHUNK}
        with closing(self.session.execute(self._selected(self.window), execution_options=options)) as result:
            for rows in result.partitions():
                yield from self.make(rows)


@frozen(kw_only=True)
class Gathered(_Queried[R]):
    """A list whose records are chosen by an inner statement, and whose rows are gathered by an outer one.

    Attributes:
        gather: Returns the rows of the records that a statement chooses, in the order of the keys.
    """

    gather: Callable[[Select[*tuple[Any, ...]]], Sequence[R]]

    def _rows(self, window: Window) -> Sequence[R]:
        return self.gather(self._selected(window))

    def stream(self) -> Iterator[R]:
        """Yield the rows; each statement begins behind the rows of the one before."""
        part, left = self.window, self.window.limit
        while True:
            most = CHUNK if left is None else min(CHUNK, left)
            rows = self._rows(evolve(part, limit=most))
            yield from rows
            if len(rows) < CHUNK:
                return
            left = None if left is None else left - most
            # What the cursor's text would hold.
            after = as_place(cursor(self._place(rows[-1])))
            part = Window(after=after)


@frozen(kw_only=True)
class Known(Listing[R]):
    """A list that is read whole, because it is short or its rows are computed together."""

    rows: Sequence[R]

    @classmethod
    def of(cls, session: Session, rows: Sequence[R], paging: Paging) -> Self:
        """Return the part of it that was asked for.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
        """
        with Checks() as check:
            window = check.window(paging)
            if window.after is not None:
                check.add(no_place(paging["after"]))
        return cls(session=session, rows=rows, window=window)

    def _rows(self, window: Window) -> Sequence[R]:
        return self.rows[window.offset :][: window.limit]

    def stream(self) -> Iterator[R]:
        """Yield the rows that were asked for."""
        return iter(self._rows(self.window))

    def total(self) -> int:
        """Return the number of its rows."""
        return len(self.rows)
