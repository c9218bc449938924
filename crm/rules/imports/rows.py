"""The rows of a file, and what each of its columns holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from attrs import field, frozen

from crm.errors import Problem

#: A value as a sheet stores it; texts are stripped.
Cell = str | int | Decimal | date | datetime | bool | None


@frozen
class SourceRow:
    """A row of a file.

    Attributes:
        number: Its number as a spreadsheet shows it, from 1.
        values: Its values, by path: :data:`crm.rules.imports.fields.IMPORTABLE`. None: the cell is empty, or its
            word means that the value is not known yet. A path whose column the file lacks is left out.
        cells: Its texts as they stand in the file, by header.
        sheet: The sheet it is on; empty where a file has no sheets.
        headers: The header of each path, for what is said about a cell.
        wrong: What is wrong with cells that cannot be read, by path: the row is refused with it.
    """

    number: int
    values: Mapping[str, Cell]
    cells: Mapping[str, str] = field(factory=dict)
    sheet: str = ""
    headers: Mapping[str, str] = field(factory=dict)
    wrong: Mapping[str, Problem] = field(factory=dict)


@frozen
class ColumnMapping:
    """What the columns of a file hold.

    Attributes:
        columns: The path of each header; None: the column is left out.
        open_values: Words for a value that is not known yet, such as 待定.
        units: What a number is multiplied by, by header: 万 is 10000.
        currencies: The currency of the numbers of a column, by header.
        sheet: The sheet to read; empty: the first that has rows.
        header_row: The row of the headers, from 1, the lower one of two; None: it is looked for.
        year: The year of days that are written without one, such as 5月24日.
        day_first: Whether 05/06/2026 is the 5th of June; None: such days are refused.
        readings: What a word of a column is read as, by header: 洽谈中 as negotiating. An empty text: not known yet.
    """

    columns: Mapping[str, str | None]
    open_values: tuple[str, ...] = ()
    units: Mapping[str, int] = field(factory=dict)
    currencies: Mapping[str, str] = field(factory=dict)
    sheet: str = ""
    header_row: int | None = None
    year: int | None = None
    day_first: bool | None = None
    readings: Mapping[str, Mapping[str, str]] = field(factory=dict)
