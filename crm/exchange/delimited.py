"""Tables in files: CSV or tab-separated, in any encoding that :mod:`crm.exchange.texts` tells apart."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator

from attrs import frozen

from crm.errors import N_, InvalidInput, problem
from crm.exchange.texts import decoded
from crm.rules.kernel.checks import Checks, Place, capped, standing_at

_SEPARATORS = ",;\t"


@frozen
class Line:
    """A line that is not empty.

    Attributes:
        number: Where it stands in the file, from 1.
        cells: What stands in it, without space around.
    """

    number: int
    cells: tuple[str, ...]


def lines(content: bytes | str, *, encoding: str | None = None, expected: Collection[str] = ()) -> Iterator[Line]:
    """Yield the non-empty lines; the first one determines the separator.

    Args:
        content: The file's bytes, or its text.
        encoding: What it is in, where a person says so.
        expected: Words that make an encoding likelier if its text has them.

    Raises:
        InvalidInput: It cannot be read; nothing is in it.
    """
    text = decoded(content, encoding=encoding, expected=expected)
    head = next((line for line in text.splitlines() if line.strip()), "")
    if not head:
        raise InvalidInput(
            problem(N_("The file is empty."), N_("Check that it is the right file."), field="file", code="empty")
        )
    separator = max(_SEPARATORS, key=lambda delimiter: (head.count(delimiter), delimiter == ","))
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if any(cells):
                yield Line(reader.line_num, cells)
    except csv.Error as error:
        raise InvalidInput(
            problem(
                N_("Line {row} cannot be read: {why}"),
                N_("Check its quotation marks."),
                field="file",
                code="csv",
                row=reader.line_num,
                why=str(error),
            )
        ) from error


def in_cell(row: int, column: str) -> Place:
    """Return a problem with its line and column in a file."""
    return standing_at(N_("Line {row}, {column}: {why}"), "file", row=row, column=column)


def refuse(check: Checks) -> None:
    """Raise the first problems, if there are any.

    Raises:
        InvalidInput: Something is.
    """
    if check.problems:
        raise InvalidInput(*capped(check.problems, "file"))
