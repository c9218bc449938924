"""What a file may have at most, and the refusals of one that has more, is damaged, or is of another kind."""

from __future__ import annotations

from crm.errors import N_, InvalidInput, Problem, problem

#: Bytes of a file, and of what a compressed one unpacks to.
MOST_BYTES, MOST_UNPACKED = 200_000_000, 1_000_000_000
#: A part of a compressed file that unpacks to more than so many times its size, and to more than the bytes, is a bomb.
MOST_RATIO, FREE_BYTES = 200, 20_000_000
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 1_048_576, 1_024, 16_000_000
#: Characters of a cell, as Excel has at most, and of a line of a text file.
MOST_CHARACTERS, MOST_LINE = 32_767, 1_000_000
#: Parts of a compressed file.
MOST_PARTS = 2_000

_RIGHT_FILE = N_("Check that it is the right file.")


def refusal(sentence: str, way_out: str = _RIGHT_FILE, *, code: str, **params: object) -> InvalidInput:
    """Return the refusal of a file."""
    return InvalidInput(problem(sentence, way_out, field="file", code=code, **params))


def too_many_rows() -> InvalidInput:
    """Return the refusal of a file with more rows than a spreadsheet has."""
    return refusal(N_("The file has more than {most} rows."), N_("Split it."), code="rows", most=MOST_ROWS)


def too_many_cells() -> InvalidInput:
    """Return the refusal of a workbook with more cells, the empty ones between others too, than fit in the memory."""
    return refusal(
        N_("The workbook has more than {most} cells, counting the empty ones between others."),
        N_("Delete the cells far outside the table, or save it as CSV."),
        code="cells",
        most=MOST_CELLS,
    )


def too_many_columns(row: int) -> InvalidInput:
    """Return the refusal of a row with too many columns."""
    return refusal(
        N_("Row {row} has more than {most} columns."),
        N_("Delete the columns that are not needed."),
        code="columns",
        row=row,
        most=MOST_COLUMNS,
    )


def too_long_line(row: int) -> InvalidInput:
    """Return the refusal of a line that is longer than any line of a table."""
    return refusal(N_("Line {row} is longer than {most} characters."), code="line", row=row, most=MOST_LINE)


def too_long_cell(row: int) -> InvalidInput:
    """Return the refusal of a cell that holds more than a cell of a spreadsheet can."""
    return refusal(
        N_("A cell in row {row} has more than {most} characters."),
        N_("Shorten it, or keep the text as a document."),
        code="cell",
        row=row,
        most=MOST_CHARACTERS,
    )


def unpacks_to_too_much() -> InvalidInput:
    """Return the refusal of a small file that would fill the memory."""
    return refusal(N_("The file unpacks to far more than its size."), code="bomb")


def damaged(why: object) -> InvalidInput:
    """Return the refusal of a file that is cut short or otherwise broken."""
    return refusal(
        N_("The file is damaged: {why}"), N_("Get the file again, or save it anew."), code="damaged", why=str(why)[:200]
    )


def encrypted() -> InvalidInput:
    """Return the refusal of a workbook with a password."""
    return refusal(
        N_("The workbook is encrypted with a password."),
        N_("Open it in the spreadsheet program and save it without a password."),
        code="encrypted",
    )


def spoiled_digits(text: str) -> Problem:
    """Return the problem of a number whose last digits the spreadsheet has dropped."""
    return problem(
        N_('"{text}" has more digits than a spreadsheet keeps of a number; the last ones are lost.'),
        N_("Format the cell as text and type the number again."),
        code="digits",
        text=text,
    )


def error_cell() -> Problem:
    """Return the problem of a cell in which the spreadsheet shows an error."""
    return problem(
        N_("The cell has an error of the spreadsheet."), N_("Correct its formula, or type the value."), code="error"
    )


def formula_cell(text: str) -> Problem:
    """Return the problem of a formula without a result."""
    return problem(
        N_("The cell has a formula without a result: {text}"), N_("Type the value."), code="formula", text=text[:40]
    )
