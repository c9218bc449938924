"""What a container of rows holds, before its columns are recognised."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from attrs import frozen

from crm.errors import Problem
from crm.exchange.imports.bounds import MOST_CHARACTERS, error_cell, formula_cell, spoiled_digits, too_long_cell
from crm.values.text import SPACES, clean

#: What a spreadsheet shows in a cell with an error.
_ERRORS = frozenset(
    "#DIV/0! #N/A #NAME? #NULL! #NUM! #REF! #VALUE! #SPILL! #CALC! #GETTING_DATA Err:502 Err:508".split()
)
#: Excel keeps fifteen digits of a number.
_DIGITS = 15
_LITERAL = re.compile(r'="([^"]*)"')
_FORMULA = re.compile(r"=\s*[-+(\"'A-Za-z0-9_$@]")
_AROUND = SPACES + "\ufeff\u200b"
_CARRIAGE = re.compile("_x000[dD]_")


@frozen
class Spoiled:
    """A cell whose value cannot be known.

    Attributes:
        shown: What it shows.
        problem: Why, and the way out.
    """

    shown: str
    problem: Problem


#: A time of day alone is a text: nothing that is imported is one.
Raw = str | int | Decimal | bool | date | datetime | Spoiled | None


@frozen
class RawRow:
    """A row as it stands in the file.

    Attributes:
        number: As the spreadsheet shows it; of a text file the line on which it ends.
        cells: Its cells; None for an empty one.
    """

    number: int
    cells: tuple[Raw, ...]

    @property
    def filled(self) -> int:
        """The number of cells that are not empty."""
        return sum(cell is not None for cell in self.cells)


#: First row, first column, last row, last column, from 0.
Merged = tuple[int, int, int, int]


class Grid(Protocol):
    """A sheet that can be read again and again."""

    @property
    def name(self) -> str:
        """The name of the sheet; empty for a text file."""

    @property
    def merged(self) -> Sequence[Merged]:
        """Its merged cells."""

    @property
    def is_1904(self) -> bool:
        """Whether its serial numbers of days count from 1904."""

    def rows(self) -> Iterator[RawRow]:
        """Yield its rows, the empty ones too."""


@frozen
class Grids:
    """The sheets of a file.

    Attributes:
        form: csv, xlsx, xls or ods.
        encoding: Of a text file.
        sheets: In the order of the file.
    """

    form: str
    sheets: tuple[Grid, ...]
    encoding: str | None = None


def from_text(text: str, row: int) -> Raw:
    """Return the value of a cell that is text: without space around, None where nothing is left.

    Raises:
        InvalidInput: It is longer than a cell can be.
    """
    if len(text) > MOST_CHARACTERS:
        raise too_long_cell(row)
    if "_x000" in text:
        text = _CARRIAGE.sub("\n", text)
    text = text.strip() if text.isascii() and "\r" not in text else _cleaned(text)
    if not text:
        return None
    if text[0] in "#E" and text in _ERRORS:
        return Spoiled(text, error_cell())
    if text[0] == "=" and _FORMULA.match(text):
        literal = _LITERAL.fullmatch(text)  # how people keep the zeros of a number in a CSV
        return from_text(literal[1], row) if literal else Spoiled(text, formula_cell(text))
    return text


@lru_cache(512)
def _cleaned(text: str) -> str:
    return clean(text).strip(_AROUND)


def from_number(number: float) -> Raw:
    """Return the value of a cell that is a number: what the spreadsheet shows, without errors of binary fractions."""
    if not abs(number) < float("inf"):
        return Spoiled(str(number), error_cell())
    value = Decimal(f"{number:.{_DIGITS}g}")
    if value != value.to_integral_value():
        return value
    whole = int(value)
    return Spoiled(str(number), spoiled_digits(str(number))) if abs(whole) >= 10**_DIGITS else whole


def from_value(value: object, row: int) -> Raw:
    """Return the value of a cell as a reader of workbooks gives it."""
    if isinstance(value, str):
        return from_text(value, row)
    if isinstance(value, bool | date | datetime) or value is None:
        return value
    if isinstance(value, int | float):
        return from_number(float(value)) if isinstance(value, float) or abs(value) >= 10**_DIGITS else value
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value) if isinstance(value, timedelta) else from_text(str(value), row)


def shown(cell: Raw) -> str:
    """Return the text of a cell, as a person would type it."""
    if cell is None:
        return ""
    if isinstance(cell, Spoiled):
        return cell.shown
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
