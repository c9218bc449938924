"""Columns of rows by what a field holds: a text, a word of a code, a day, an amount, a moment."""

from __future__ import annotations

from typing import Any

from crm.cli.printing.reader import Reader
from crm.cli.printing.shown import amount, day, moment
from crm.cli.printing.tables import Column
from crm.errors import N_


def field(name: str, heading: str, *, drops: int = 0, least: int = 0, right: bool = False) -> Column:
    """Return a column of a field that is text or a number."""
    return Column(heading, lambda _, row: _text(getattr(row, name)), drops=drops, least=least, right=right)


def word(name: str, heading: str, context: str, *, drops: int = 0) -> Column:
    """Return a column of a field that is a code."""
    return Column(heading, lambda reader, row: reader.word(context, getattr(row, name) or ""), drops=drops)


def date_of(name: str, heading: str, *, drops: int = 0) -> Column:
    """Return a column of a field that is a day."""
    return Column(heading, lambda reader, row: day(reader.language, getattr(row, name), short=True), drops=drops)


def money_of(name: str, heading: str, *, drops: int = 0) -> Column:
    """Return a column of a field that is an amount."""
    return Column(
        heading, lambda reader, row: amount(reader.language, getattr(row, name), short=True), drops=drops, right=True
    )


def moment_of(name: str, heading: str, *, drops: int = 0) -> Column:
    """Return a column of a field that is a local time."""
    return Column(heading, lambda reader, row: moment(reader.language, getattr(row, name), short=True), drops=drops)


def joined(name: str, heading: str, *, drops: int = 0, least: int = 0) -> Column:
    """Return a column of a field that holds several texts, each on a line of its own."""
    return Column(heading, lambda _, row: "\n".join(getattr(row, name)), drops=drops, least=least)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def investor_of(reader: Reader, row: Any) -> str:
    """Return the investor of a lead, or the word for one that is hidden."""
    return row.investor if row.investor is not None else reader.say("(confidential)")


NUMBER = field("id", N_("No."), right=True)
