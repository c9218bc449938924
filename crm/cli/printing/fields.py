"""Columns of rows by the type of a field: text, code, day, amount, moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

from rich.console import RenderableType

from crm.cli.printing.formatting import amount, day, moment, shown
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, bracketed, facts, is_withdrawn, panel
from crm.errors import N_
from crm.rules.kernel.fields import Field, country, declared, listed
from crm.values.moments import LocalTime
from crm.values.numbers import lettered

if TYPE_CHECKING:
    from crm.reads.kernel.rows import Withdrawal


def field(name: str, heading: str, *, drops: int = 0, least: int = 0, right: bool = False) -> Column:
    """Return a column of a field that is text or a number."""
    value = attrgetter(name)
    return Column(
        heading, lambda _, row: _text(value(row)), drops=drops, least=least, right=right, key=name, value=value
    )


def word(name: str, heading: str, context: str, *, drops: int = 0) -> Column:
    """Return a column of a field that is a code."""
    return Column(heading, lambda reader, row: reader.word(context, getattr(row, name) or ""), drops=drops, key=name)


def date_of(name: str, heading: str, *, drops: int = 0) -> Column:
    """Return a column of a field that is a day."""
    value = attrgetter(name)
    return Column(
        heading, lambda reader, row: day(reader.language, value(row), short=True), drops=drops, key=name, value=value
    )


def money_of(name: str, heading: str, *, drops: int = 0) -> Column:
    """Return a column of a field that is an amount."""
    value = attrgetter(name)
    return Column(
        heading,
        lambda reader, row: amount(reader.language, value(row), short=True),
        drops=drops,
        right=True,
        key=name,
        value=value,
        money=True,
    )


def moment_of(name: str, heading: str, *, drops: int = 0) -> Column:
    """Return a column of a field that is a local time."""
    value = attrgetter(name)
    return Column(
        heading, lambda reader, row: moment(reader.language, value(row), short=True), drops=drops, key=name, value=value
    )


def due_of() -> Column:
    """Return the column of a due day; of a planned visit with its hour."""

    def when(row: object) -> object:
        return getattr(row, "at", None) or getattr(row, "due_on", None)

    def shown_as(reader: Reader, row: object) -> str:
        value = when(row)
        if isinstance(value, LocalTime):
            return moment(reader.language, value, short=True)
        return day(reader.language, value if isinstance(value, date) else None, short=True)

    return Column(N_("Due"), shown_as, key="due_on", value=when)


def joined(name: str, heading: str, *, drops: int = 0, least: int = 0) -> Column:
    """Return a column of a field with several texts, each on a line of its own."""
    return Column(heading, lambda _, row: "\n".join(getattr(row, name)), drops=drops, least=least, key=name)


def described(noun: type, *places: Column | str) -> tuple[Column, ...]:
    """Return the columns of a noun's declared fields that lists show.

    Args:
        noun: The TypedDict of its fields.
        *places: The columns of the list, with names of fields between them; fields that none of them shows follow.
    """
    own = {place.key for place in places if isinstance(place, Column) and place.key}
    rest = (name for name in listed(noun) if name not in places and declared(noun)[name].key not in own)
    return tuple(column_of(noun, item) if isinstance(item, str) else item for item in (*places, *rest))


def column_of(noun: type, name: str) -> Column:
    """Return the column of a declared field."""
    declaration = declared(noun)[name]
    return Column(
        declaration.label,
        lambda reader, row: value_text(reader, declaration, kept_in(declaration, row), short=True),
        drops=declaration.column or 0,
        least=declaration.least,
        right=declaration.right,
        key=declaration.key,
        value=None
        if declaration.words or declaration.show or declaration.many
        else lambda row: kept_in(declaration, row),
        money=any(column.endswith("_minor") for column in declaration.kept),
    )


def facts_of(
    reader: Reader, noun: type, *rows: object, places: Sequence[str | tuple[str, str]] = (), but: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Return labels and values of a noun's declared fields, as a card shows them.

    Args:
        reader: Whose language it is in.
        noun: The TypedDict of its fields.
        *rows: Where the values are.
        places: The whole card: labels and values of its own, names of fields, and names with values that it writes
            itself; fields that are not named follow.
        but: Fields that the card shows elsewhere.
    """
    known = declared(noun)

    def fact(name: str) -> tuple[str, str]:
        declaration = known[name]
        return declaration.label, value_text(reader, declaration, kept_in(declaration, *rows))

    placed = {place if isinstance(place, str) else place[0] for place in places} | set(but)
    whole = (*places, *(name for name in known if name not in placed))
    pairs = (fact(item) if isinstance(item, str) else item for item in whole)
    return [(known[label].label if label in known else label, value) for label, value in pairs]


def kept_in(field: Field, *rows: object) -> object:
    """Return the value of a declared field in the first of *rows* that has it, as an attribute or in ``described``."""
    missing = object()
    found = (getattr(row, field.key, getattr(row, "described", {}).get(field.key, missing)) for row in rows)
    return next(value for value in found if value is not missing)


def value_text(reader: Reader, declared_as: Field, value: object, *, short: bool = False) -> str:
    """Return the value of a declared field as people read it; *short* for a table's column."""
    if value is None:
        return ""
    if declared_as.show is not None:
        return declared_as.show(value)
    if isinstance(value, bool):
        return reader.say("yes") if value else ""
    if isinstance(value, list | tuple):
        words = declared_as.words
        return reader.language.listed(str(item) if words is None else reader.word(words, item) for item in value)
    return _single_text(reader, declared_as, value, short=short)


def _single_text(reader: Reader, declared_as: Field, value: object, *, short: bool) -> str:
    """Return a value that is neither yes or no nor several."""
    if declared_as.words:
        return reader.word(declared_as.words, value)
    if declared_as.kinds:
        parts = (part.partition(" ") for part in str(value).split("; "))
        return "\n".join(f"{reader.word(declared_as.kinds, kind)} {number}" for kind, _, number in parts)
    if declared_as.read is country and not short:
        return country_text(reader, str(value))
    return str(shown(reader.language, value, short=short))


def country_text(reader: Reader, code: str) -> str:
    """Return the name of a country with its code."""
    from crm.exchange.writing import Writer

    return Writer(reader.language).country(code) + bracketed(reader, code)


class Dated(Protocol):
    """A row with a deadline."""

    @property
    def days_left(self) -> int | None:
        """Days of the calendar until then, negative when it is overdue, or None."""


def time_left(reader: Reader, row: Dated) -> str:
    """Return the days until a deadline, or since it."""
    if row.days_left is None:
        return ""
    if row.days_left < 0:
        return reader.say_n("{count} day overdue", "{count} days overdue", -row.days_left)
    return (
        reader.say("today") if row.days_left == 0 else reader.say_n("in {count} day", "in {count} days", row.days_left)
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


class OfInvestor(Protocol):
    """A row about an investor."""

    @property
    def investor(self) -> str | None:
        """Its name; None if it is hidden from the reader."""


def investor_of(reader: Reader, row: OfInvestor) -> str:
    """Return the investor of a lead, or the word for a hidden one."""
    return row.investor if row.investor is not None else reader.say("(confidential)")


class Withdrawn(Protocol):
    """A row of a record that can be withdrawn."""

    @property
    def withdrawn(self) -> Withdrawal | None:
        """When it was withdrawn, by whom and why; None if it stands."""


def withdrawn_text(reader: Reader, row: Withdrawn) -> str:
    """Return when a record was withdrawn, by whom and why; nothing of one that stands."""
    withdrawal = row.withdrawn
    if withdrawal is None:
        return ""
    return "  ".join(filter(None, (str(shown(reader.language, withdrawal.at)), withdrawal.by, withdrawal.reason)))


def record_panel(reader: Reader, title: str, row: Withdrawn, pairs: Iterable[tuple[str, str]]) -> RenderableType:
    """Return the frame of a record's card; that of a withdrawn one says so, and its values are struck through."""
    gone = [(N_("Withdrawn"), withdrawn_text(reader, row))] if is_withdrawn(row) else []
    return panel(
        title,
        *([facts(reader, gone)] if gone else []),
        facts(reader, pairs, struck=bool(gone)),
        style="red" if gone else "cyan",
    )


#: Whether a record is withdrawn; in no list without one that is.
WITHDRAWN = Column(N_("Withdrawn"), withdrawn_text, drops=1, least=12)
NUMBER = field("id", N_("No."), right=True)


def number_of(noun: str, name: str = "id", heading: str = N_("No.")) -> Column:
    """Return a column of the numbers of a noun's records, with its letter."""
    return Column(
        heading,
        lambda _, row: "" if getattr(row, name) is None else lettered(noun, getattr(row, name)),
        right=True,
        key=name,
    )


def named(noun: str, number: int | None, name: str | None) -> str:
    """Return a record as a card names it: its number with the letter of its noun, and its name."""
    return "" if number is None else f"{lettered(noun, number)} · {name}"
