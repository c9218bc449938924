"""Problems of a call or a file, collected and refused together, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, Self, TypeVar, overload

from crm.errors import N_, BeginAgain, InvalidInput, Problem, Refused, problem
from crm.rules.kernel.fields import Record, declared, ensure_past, whole_number, yes_no
from crm.rules.kernel.paging import Paging, Window, as_place
from crm.values.moments import as_date
from crm.values.text import as_choice, as_items, clean, text_problem

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
#: Adds the place in a file to a problem: row, line, column or key.
Place = Callable[[Problem], Problem]


class Checks:
    """Collects every problem of a call or a file, so that one refusal names them all.

    A value that cannot be read comes back as None; :meth:`settle` then raises, before anything is written.
    """

    def __init__(self) -> None:
        self.refusals: list[Refused] = []
        #: The records that fields refer to, by field.
        self.records: dict[str, Any] = {}
        self._whole: tuple[Checks, Place] | None = None

    def within(self, place: Place) -> Checks:
        """Return the checks of a part; its problems are noted here too, at *place*."""
        part = Checks()
        part._whole = self, place
        return part

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems so far."""
        return tuple(flaw for refusal in self.refusals for flaw in refusal.problems)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        """Raise the collected problems, unless another error came first."""
        if kind is None:
            self.settle()

    def add(self, *problems: Problem) -> None:
        """Note problems found elsewhere."""
        if problems:
            self.note(InvalidInput(*problems))

    def wrong(
        self, text: str, way_out: str = "", /, *, field: str | None = None, code: str = "", **params: object
    ) -> None:
        """Note a problem; see :func:`crm.errors.problem`."""
        self.add(problem(text, way_out, field=field, code=code, **params))

    def note(self, refusal: Refused) -> None:
        """Note a refusal."""
        self.refusals.append(refusal)
        if self._whole is not None:
            whole, place = self._whole
            whole.note(type(refusal)(*map(place, refusal.problems)))

    def take(self, read: Callable[[], T], field: str | None = None, *, renamed: bool = False) -> T | Any:
        """Return the result of *read*, or note its refusal for *field* and return None.

        Args:
            read: Reads a value.
            field: What its problems are about, where they do not say so.
            renamed: They are about *field* whatever they say.
        """
        try:
            return read()
        except BeginAgain:
            raise
        except Refused as refusal:
            if field is not None:
                refusal.problems = tuple(
                    replace(flaw, field=field if renamed else flaw.field or field) for flaw in refusal.problems
                )
            self.note(refusal)
            return None

    @overload
    def text(self, value: object, field: str, limit: int) -> str: ...
    @overload
    def text(self, value: object, field: str, limit: int, *, required: bool) -> str | None: ...
    def text(self, value: object, field: str, limit: int, *, required: bool = True) -> str | None:
        """Return a cleaned text; an empty one that is not required is None."""
        wrong = text_problem(value, field, limit=limit, required=required)
        if wrong is not None:
            self.add(wrong)
            return "" if required else None
        return (clean(str(value)) or None) if value is not None else None

    def choice(self, kind: type[E], value: object, field: str) -> E:
        """Return a member of an enum, by its value."""
        member = self.take(lambda: as_choice(kind, value, field))
        return next(iter(kind)) if member is None else member

    def fields(
        self,
        noun: type,
        arguments: Mapping[str, object],
        *,
        whole: bool = False,
        today: date | None = None,
        **readers: Callable[[Any], object] | None,
    ) -> dict[str, Any]:
        """Return the given values of a noun's declared fields, by column, in the form of the columns.

        Args:
            noun: The TypedDict of the fields.
            arguments: What was passed, by field.
            whole: Every field, empty if not given.
            today: The day after which no past day may lie.
            **readers: By field, what reads those that take the database or the policy. A record that it returns is
                noted in *records*, and its number is kept. None: the field's own.

        Raises:
            TypeError: A name that is none of the fields, as for any other function.
        """
        known = declared(noun)
        if strange := arguments.keys() - known.keys():
            message = f"unexpected keyword arguments: {', '.join(sorted(strange))}"
            raise TypeError(message)
        values: dict[str, Any] = {}
        for name, field in known.items():
            if whole or name in arguments:
                read = partial(field.value, arguments.get(name), name, read=readers.get(name), today=today)
                value = self.take(read, name)
                if isinstance(value, Record):
                    self.records[name], value = value, value.id
                values |= field.columns(value)
        return values

    def items(self, value: object, field: str) -> tuple[Any, ...]:
        """Return the items of a list; a text is one item, not a list of characters, and is refused."""
        items: tuple[Any, ...] | None = self.take(lambda: as_items(value, field))
        return items or ()

    def flag(self, value: object, field: str) -> bool:
        """Return a yes or no."""
        return self.take(lambda: yes_no(value, field)) is True

    def count(self, value: object, field: str) -> int | None:
        """Return a whole number of at least 0 that a database can store; None stays None."""
        number: int | None = None if value is None else self.take(lambda: whole_number(value, field))
        return number

    def window(self, paging: Paging, *, limit: int | None = None, among: type = Paging) -> Window:
        """Return the part of a list that was asked for.

        Args:
            paging: What was passed by name.
            limit: How many rows the list has by default.
            among: The TypedDict of all that may be passed.

        Raises:
            TypeError: A name that is none of these, as for any other function.
        """
        if strange := paging.keys() - among.__annotations__.keys():
            message = f"unexpected keyword arguments: {', '.join(sorted(strange))}"
            raise TypeError(message)
        after = paging.get("after")
        return Window(
            limit=self.count(paging.get("limit", limit), "limit"),
            offset=self.count(paging.get("offset", 0), "offset") or 0,
            after=None if after is None else self.take(lambda: as_place(after), "after"),
        )

    def day(self, value: date | str | None, field: str, *, not_after: date | None = None) -> Any:
        """Return a day, refusing one after *not_after*; None stays None."""
        if value is None:
            return None
        day = self.take(lambda: as_date(value, field))
        if day is not None and not_after is not None:
            self.take(lambda: ensure_past(day, field, not_after))
        return day

    def settle(self) -> None:
        """Raise the collected problems: a single one as it is, several together."""
        if not self.refusals:
            return
        kinds = {type(refusal) for refusal in self.refusals}
        if len(self.refusals) == 1:
            raise self.refusals[0]
        kind = InvalidInput if len(kinds) > 1 else kinds.pop()
        raise kind(*self.problems)


#: The number of named problems; a wrong file would have one for every cell.
MOST_NAMED = 50


def capped(wrong: Iterable[Problem], field: str = "rows") -> list[Problem]:
    """Return the first problems of *field*, and how many more there are."""
    found = list(wrong)
    if len(found) <= MOST_NAMED:
        return found
    more = problem(
        N_("And {count} more."),
        N_("Correct these first, or check that it is the right file."),
        field=field,
        code="more",
        count=len(found) - MOST_NAMED,
    )
    return [*found[:MOST_NAMED], more]


def standing_at(where: str, field: str, **params: object) -> Place:
    """Say where in a file or in a list problems stand: *where* is a sentence that ends with their own, ``{why}``."""

    def placed(flaw: Problem) -> Problem:
        return problem(
            where, N_("Correct the file; nothing was loaded."), field=field, code=flaw.code, why=flaw, **params
        )

    return placed


def in_row(number: int) -> Place:
    """Say in which row of what was passed problems stand."""
    return standing_at(N_("Row {row}: {why}"), "rows", row=number)
