"""Workbooks: XLSX, XLS and ODS, read by python-calamine, the extra ``import``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from crm.errors import N_, InvalidInput
from crm.exchange.imports.bounds import (
    MOST_BYTES,
    MOST_COLUMNS,
    damaged,
    encrypted,
    error_cell,
    formula_cell,
    refusal,
    too_many_columns,
)
from crm.exchange.imports.cells import Grids, Merged, RawRow, Spoiled, from_value
from crm.exchange.imports.packages import PartCells, checked
from crm.refusals import not_installed

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

#: How a file of Microsoft's compound format begins: XLS, and an XLSX with a password.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A stream of an encrypted XLSX, in the directory of its compound file.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MOST_XLS = 60_000_000


@frozen
class WorkbookSheet:
    """A sheet of a workbook. Its cells are in memory while its rows are read."""

    file: Path
    name: str
    merged: Sequence[Merged]
    cells: PartCells = field(factory=PartCells, repr=False)
    is_1904: bool = False

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows.

        Raises:
            InvalidInput: The sheet cannot be read, or has too many columns.
        """
        sheet = _sheet(_opened(self.file), self.name)
        errors, formulas = self.cells.errors, self.cells.formulas
        spoiled = {row for row, _ in (*errors, *formulas)}
        for at, row in enumerate(sheet.iter_rows()):
            if len(row) > MOST_COLUMNS:
                raise too_many_columns(at + 1)
            cells = tuple(None if value == "" else from_value(value, at + 1) for value in row)
            if at in spoiled:
                cells = tuple(
                    Spoiled("#", error_cell())
                    if (at, column) in errors
                    else Spoiled("=", formula_cell("="))
                    if (at, column) in formulas
                    else cell
                    for column, cell in enumerate(cells)
                )
            yield RawRow(at + 1, cells)


def open_workbook(file: Path, size: int, start: bytes) -> Grids:
    """Open a workbook.

    Args:
        file: The file.
        size: Its bytes.
        start: How it begins.

    Raises:
        InvalidInput: It is damaged, encrypted, too large inside, or the extra ``import`` is not installed.
    """
    if start.startswith(COMPOUND):
        _refuse_encrypted(file, size)
        form, seen, is_1904 = "xls", dict[str, PartCells](), False
    else:
        package = checked(file)
        form, seen, is_1904 = package.form, dict(package.cells), package.is_1904
    book = _opened(file)
    sheets = tuple(
        WorkbookSheet(file, name, _merged(book, name, form), seen.get(name, PartCells()), is_1904)
        for name in _shown_names(book)
    )
    if not sheets:
        raise refusal(N_("The workbook has no sheet with cells."), code="empty")
    return Grids(form, sheets)


def _refuse_encrypted(file: Path, size: int) -> None:
    if size > min(_MOST_XLS, MOST_BYTES):
        raise refusal(N_("The file is larger than {most} MB."), code="too_large", most=_MOST_XLS // 1_000_000)
    if _ENCRYPTED in file.read_bytes():
        raise encrypted()


def _opened(file: Path) -> CalamineWorkbook:
    try:
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError
    except ModuleNotFoundError as error:
        raise InvalidInput(
            not_installed(
                N_("Workbooks are read by the library python-calamine, which is not installed."),
                N_(
                    'Install it: pip install "investor-crm[import]"; CSV, vCard, iCalendar and JSON Lines do '
                    "not need it."
                ),
            )
        ) from error
    try:
        return CalamineWorkbook.from_path(file)
    except PasswordError as error:
        raise encrypted() from error
    except (CalamineError, OSError, ValueError) as error:
        raise damaged(error) from error
    except BaseException as error:
        if _is_panic(error):
            raise damaged(type(error).__name__) from error
        raise


def _sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    from python_calamine import CalamineError, WorksheetNotFound

    try:
        return book.get_sheet_by_name(name)
    except (CalamineError, WorksheetNotFound, ValueError) as error:
        raise damaged(error) from error
    except BaseException as error:
        if _is_panic(error):
            raise damaged(type(error).__name__) from error
        raise


def _is_panic(error: BaseException) -> bool:
    """Return whether the reader has panicked; the class of that error is a subclass of BaseException."""
    return type(error).__name__ == "PanicException"


def _shown_names(book: CalamineWorkbook) -> list[str]:
    """Return the sheets with cells: those that are shown, or if there is none, the hidden ones."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    shown = [sheet for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    return [sheet.name for sheet in shown or sheets]


def _merged(book: CalamineWorkbook, name: str, form: str) -> Sequence[Merged]:
    if form == "ods":
        return ()
    ranges = _sheet(book, name).merged_cell_ranges or ()
    return tuple((first[0], first[1], last[0], last[1]) for first, last in ranges)
