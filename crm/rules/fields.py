"""What is said once of a field: how it is read, called, shown, merged and repeated.

A noun's fields are keys of a :class:`typing.TypedDict`, each ``Annotated[type, Field(…)]``. The type says what a caller
may pass, and None in it that the field may be empty. A verb unpacks the TypedDict in its signature, so that a type
checker refuses a wrong name and a wrong type. A field that is absent was not given; one that is None, or an empty text,
is cleared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType, NoneType
from typing import Any, get_args, get_type_hints

from attrs import evolve, frozen

from crm.values.text import as_choice, clean, require_text


@frozen
class Field:
    """A field of a noun; its name is its key in the TypedDict, its column, its key in JSON and its option.

    Attributes:
        label: What it is called: before its value on a card, above its column, in the audit.
        help: What its option says.
        read: Returns what the column keeps of a value that was passed; takes the name of the field for its refusal.
        metavar: What stands for the value in the help of its option.
        words: The context of its words, where it is a code.
        column: Its place in lists; None where only the card shows it. 0 stays in every table, the highest leaves first.
        least: The width down to which a list may break it; 0: it is not broken.
        unmerged: Why a merge does not carry it; None where it does.
        counts_empty: Part of the digest of a call even where it is empty. For the fields of the first version alone: a
            later one counts where it is given, so that a call that an earlier version accepted is the same call still.
        optional: Whether it may be empty; read from its type.
    """

    label: str
    help: str
    read: Callable[[object, str], object]
    metavar: str = "TEXT"
    words: str | None = None
    column: int | None = None
    least: int = 0
    unmerged: str | None = None
    counts_empty: bool = False
    optional: bool = False

    def value(self, given: object, name: str) -> object:
        """Return what the column keeps of a value.

        Raises:
            InvalidInput: It cannot be meant.
        """
        if self.optional and (given is None or (isinstance(given, str) and not clean(given))):
            return None
        return self.read(given, name)


@cache
def declared(noun: type) -> Mapping[str, Field]:
    """Return the fields of a noun's TypedDict by name, in their order."""
    hints = get_type_hints(noun, include_extras=True)
    return MappingProxyType(
        {
            name: evolve(each, optional=NoneType in get_args(get_args(hint)[0]))
            for name, hint in hints.items()
            for each in get_args(hint)[1:]
            if isinstance(each, Field)
        }
    )


def listed(noun: type) -> tuple[str, ...]:
    """Return the names of the fields that lists show."""
    return tuple(name for name, each in declared(noun).items() if each.column is not None)


def unlisted(noun: type) -> tuple[str, ...]:
    """Return the names of the fields that the card alone shows."""
    return tuple(name for name, each in declared(noun).items() if each.column is None)


def merged(noun: type) -> tuple[str, ...]:
    """Return the names of the fields that a merge carries."""
    return tuple(name for name, each in declared(noun).items() if each.unmerged is None)


def counted(noun: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of *values* that tells one call from another."""
    known = declared(noun)
    return {name: each for name, each in values.items() if each is not None or known[name].counts_empty}


def one_of(kind: type[StrEnum]) -> Callable[[object, str], object]:
    """Return the reader of a code."""
    return lambda value, name: as_choice(kind, value, name)


def text(limit: int) -> Callable[[object, str], object]:
    """Return the reader of a text of at most *limit* characters."""
    return lambda value, name: require_text(value, name, limit=limit)
