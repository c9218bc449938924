"""The declaration of fields: how a field is read, labelled, shown, merged and digested.

A noun's fields are keys of a :class:`typing.TypedDict`, each ``Annotated[type, Field(…)]``. The type says what a caller
may pass; None in it means that the field may be empty. A verb unpacks the TypedDict in its signature, so that a type
checker refuses a wrong name and a wrong type. An absent field stays as it is; None clears a field, and so does an empty
text unless the field names a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType, NoneType
from typing import Any, Protocol, get_args, get_type_hints, runtime_checkable
from uuid import UUID

from attrs import evolve, frozen

from crm.errors import N_, InvalidInput, problem
from crm.refusals import in_future, no_day, not_positive, too_small, wrong_type
from crm.values.identifiers import as_country
from crm.values.moments import LocalTime, as_date, as_moment, as_zone, bureau_day
from crm.values.money import Money, as_money
from crm.values.period import Period, as_period
from crm.values.plain import plain
from crm.values.text import as_choice, as_items, clean, require_text


@runtime_checkable
class Record(Protocol):
    """A record that a field refers to; the rules use its id only."""

    @property
    def id(self) -> int:
        """Its number."""


#: What a caller may pass for a record: itself, its number, its uid, or a text that names it.
Ref = Record | int | UUID | str


@frozen
class Field:
    """A field of a noun; its name is its key in the TypedDict, the argument of the verbs and its option.

    Attributes:
        label: Its name on cards, in lists and in the audit.
        help: The help of its option.
        read: Returns the stored form of a passed value; takes the name of the field for its refusal. None
            if the verb reads it, because this needs the database or the policy.
        key: Its key in rows and in JSON, and its column, where they are not called as it is.
        kept: Its columns, where it is not one called as its key: the number of a record, an amount with its currency.
        metavar: What stands for the value in the help of its option.
        flag: Its option, where it is a yes or no.
        option: Its option, where it is not called as it is, without the dashes.
        many: Holds several values; its option is repeated.
        words: The context of its words, where it is a code.
        kinds: The context of the words that its parts begin with, where it has parts with a semicolon between them.
        show: Writes what its column keeps, where that is neither text, code, day nor amount.
        past: A day that does not lie in the future.
        gate: The gate that asks for it: of a lead that has passed the gate it is not cleared.
        masked: Left out for those who may not see the record, where it is confidential.
        personal: Personal data, of which the audit keeps a digest alone.
        column: Its place in lists; None where only the card shows it. 0 stays in every table, the highest leaves first.
        least: The width down to which a list may break it; 0: it is not broken.
        right: Stands on the right of its column, as numbers do.
        unmerged: Why a merge does not carry it; None where it does.
        counts_empty: Part of the digest of a call even where it is empty. For the fields of the first version alone: a
            later one counts where it is given, so that a call that an earlier version accepted is the same call still.
        optional: Whether it may be empty; read from its type.
    """

    label: str
    help: str
    read: Callable[[object, str], object] | None = None
    key: str = ""
    kept: tuple[str, ...] = ()
    metavar: str = "TEXT"
    flag: str | None = None
    option: str | None = None
    many: bool = False
    words: str | None = None
    kinds: str | None = None
    show: Callable[[object], str] | None = None
    past: bool = False
    gate: str | None = None
    masked: bool = True
    personal: bool = False
    column: int | None = None
    least: int = 0
    right: bool = False
    unmerged: str | None = None
    counts_empty: bool = False
    optional: bool = False

    def clears(self, raw: object) -> bool:
        """Return whether a passed value empties the field: None, or an empty text unless it names a record."""
        blank = self.read is not None and isinstance(raw, str) and not clean(raw)
        return self.optional and (raw is None or blank)

    def value(
        self,
        raw: object,
        name: str,
        *,
        read: Callable[[object], object] | None = None,
        today: date | None = None,
    ) -> object:
        """Return the stored form of a value, read by *read* if there is one.

        Raises:
            InvalidInput: It cannot be meant, or is a day after *today* that must not be.
        """
        if self.clears(raw):
            return None
        if read is not None:
            return read(raw)
        if self.read is None:
            message = f"{name} is read by its verb"
            raise TypeError(message)
        value = self.read(raw, name)
        day = value.get(self.kept[0]) if isinstance(value, Mapping) else value
        if self.past and today is not None and isinstance(day, date):
            ensure_past(day, name, today)
        return value

    def columns(self, value: object) -> dict[str, object]:
        """Return the values of its columns for a value that was read; a mapping is already by column."""
        if isinstance(value, Mapping):
            return dict(value)
        if isinstance(value, Money):
            return dict(zip(self.kept, (value.minor, value.currency), strict=True))
        if isinstance(value, LocalTime):
            return dict(zip(self.kept, (value.utc, value.zone), strict=True))
        if isinstance(value, Period):
            return dict(zip(self.kept, (value.start, value.last), strict=True))
        return dict.fromkeys(self.kept) if value is None else {self.kept[0]: value}


@cache
def declared(noun: type) -> Mapping[str, Field]:
    """Return the fields of a noun's TypedDict by name, in their order."""
    hints = get_type_hints(noun, include_extras=True)
    return MappingProxyType(
        {
            name: evolve(
                field,
                optional=NoneType in get_args(get_args(hint)[0]),
                key=field.key or name,
                kept=field.kept or (field.key or name,),
            )
            for name, hint in hints.items()
            for field in get_args(hint)[1:]
            if isinstance(field, Field)
        }
    )


def label(nouns: Iterable[type], name: str) -> str | None:
    """Return the label of a field of the first of several nouns that declares it; None where none does."""
    return next((known[name].label for known in map(declared, nouns) if name in known), None)


@cache
def by_column(noun: type) -> Mapping[str, tuple[str, Field]]:
    """Return the name and the field for each column of a field."""
    return MappingProxyType({column: (name, field) for name, field in declared(noun).items() for column in field.kept})


def listed(noun: type) -> tuple[str, ...]:
    """Return the names of the fields that lists show."""
    return tuple(name for name, field in declared(noun).items() if field.column is not None)


def unlisted(noun: type) -> tuple[str, ...]:
    """Return the names of the fields that only the card shows."""
    return tuple(name for name, field in declared(noun).items() if field.column is None)


def merged(noun: type) -> tuple[str, ...]:
    """Return the names of the fields that a merge carries."""
    return tuple(name for name, field in declared(noun).items() if field.unmerged is None)


def personal(noun: type) -> tuple[str, ...]:
    """Return the columns of the fields that are personal data."""
    return tuple(column for field in declared(noun).values() if field.personal for column in field.kept)


def cleared_gates(noun: type, arguments: Mapping[str, object]) -> tuple[str, ...]:
    """Return the gates that require fields which *arguments* empties."""
    fields = ((arguments[name], field) for name, field in declared(noun).items() if name in arguments)
    return tuple(field.gate for value, field in fields if field.gate is not None and field.clears(value))


def given(noun: type, arguments: Mapping[str, object], *beside: type) -> dict[str, object]:
    """Return the filters that were given.

    Args:
        noun: The TypedDict of the filters.
        arguments: What was passed.
        *beside: The TypedDicts of what is passed besides.

    Raises:
        TypeError: A name that is none of these, as for any other function.
    """
    known = set(declared(noun)).union(*(kind.__annotations__ for kind in beside))
    if strange := arguments.keys() - known:
        message = f"unexpected keyword arguments: {', '.join(sorted(strange))}"
        raise TypeError(message)
    return {name: value for name, value in arguments.items() if name in declared(noun) and value is not None}


def counted(noun: type, values: Mapping[str, object]) -> dict[str, Any]:
    """Return the part of *values*, by column, that enters the digest of a call, as JSON; all other values enter too."""
    known = by_column(noun)
    return {
        name: plain(value)
        for name, value in values.items()
        if value is not None or name not in known or known[name][1].counts_empty
    }


def ensure_past(value: date, field: str, today: date) -> None:
    """Refuse a day in the future.

    Raises:
        InvalidInput: It lies after *today*.
    """
    if value > today:
        raise InvalidInput(in_future(value, today, field, N_("Record it after it has happened.")))


def one_of(kind: type[StrEnum]) -> Callable[[object, str], object]:
    """Return the reader of a code."""
    return lambda value, name: as_choice(kind, value, name)


def text(limit: int) -> Callable[[object, str], object]:
    """Return the reader of a text of at most *limit* characters."""
    return lambda value, name: require_text(value, name, limit=limit)


def texts(limit: int) -> Callable[[object, str], object]:
    """Return the reader of a list of texts of at most *limit* characters each."""
    return lambda value, name: [require_text(item, name, limit=limit) for item in as_items(value, name)]


def day(value: object, name: str) -> object:
    """Return a day; None is refused as missing."""
    if value is None:
        raise InvalidInput(no_day(name))
    return as_date(value, name)


def period(value: object, name: str) -> object:
    """Return a period."""
    return as_period(value, name)


def country(value: object, _: str) -> object:
    """Return the code of a country."""
    return as_country(value)


def zone(value: object, _: str) -> object:
    """Return the name of a time zone."""
    return as_zone(value)


def day_or(missing: str, way_out: str) -> Callable[[object, str], object]:
    """Return the reader of a day with its own refusal."""

    def read(value: object, name: str) -> object:
        if value is None:
            raise InvalidInput(problem(missing, way_out, field=name, code="missing"))
        return as_date(value, name)

    return read


def day_of_moment(missing: str, way_out: str, kept: tuple[str, str, str]) -> Callable[[object, str], object]:
    """Return the reader of a day, or of a moment that counts on the bureau's day of it, into three columns.

    Args:
        missing: The refusal of None.
        way_out: What to do about it.
        kept: The columns: the day, the instant, its zone; the last two are empty where a day is given.
    """
    read_day = day_or(missing, way_out)

    def read(value: object, name: str) -> object:
        if (moment := as_moment(value, name)) is None:
            return dict.fromkeys(kept) | {kept[0]: read_day(value, name)}
        return dict(zip(kept, (bureau_day(moment.utc), moment.utc, moment.zone), strict=True))

    return read


def positive(way_out: str) -> Callable[[object, str], object]:
    """Return the reader of a positive amount."""

    def read(value: object, name: str) -> object:
        money = as_money(value)
        if money.minor <= 0:
            raise InvalidInput(not_positive(money, name, way_out))
        return money

    return read


def whole_number(value: object, name: str) -> int:
    """Return a whole number from 0 on that a database can hold.

    Raises:
        InvalidInput: It is none.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise InvalidInput(too_small(value, 0, name))
    return value


def yes_no(value: object, name: str) -> object:
    """Return a yes or no.

    Raises:
        InvalidInput: It is neither.
    """
    if not isinstance(value, bool):
        raise InvalidInput(
            wrong_type(N_("{field} must be yes or no, not {kind}."), value, N_("Pass True or False."), name)
        )
    return value
