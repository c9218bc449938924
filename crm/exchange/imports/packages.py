"""Checks a compressed workbook before it is unpacked: sizes, forbidden parts, and errors that readers do not report.

Every part is unpacked once, in pieces, and counted, because the sizes that a ZIP file states may be wrong. The cells
are looked at on the way: a sheet with one cell far away takes the memory of the whole rectangle, and the reader of
workbooks gives neither errors nor formulas without a result.
"""

from __future__ import annotations

import copy
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO
from xml.etree import ElementTree as ET

from attrs import define, field, frozen

from crm.errors import N_
from crm.exchange.imports.bounds import (
    FREE_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_PARTS,
    MOST_RATIO,
    MOST_ROWS,
    MOST_UNPACKED,
    damaged,
    encrypted,
    refusal,
    too_many_cells,
    too_many_columns,
    too_many_rows,
    unpacks_to_too_much,
)

_CHUNK = 1 << 18
#: The longest piece of a part that is kept for the next one: a cell.
_TAIL = 1 << 17
#: What names the sheets and where they are is small.
_MOST_INDEX = 4_000_000
#: A sheet with more errors than this has been damaged as a whole.
_MOST_NOTED = 100_000

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
#: The attributes of a tag. Possessive, like all that repeats here: no text makes a search take more than one pass.
_ATTRIBUTES = rb"((?:[^<>\"']|\"[^<\"]*+\"|'[^<']*+')*+)>"
_XLSX = re.compile(
    rb"<(?:\w{1,20}:)?+(?:row\b(?P<row>" + _ATTRIBUTES + rb")|c\b(?P<of>" + _ATTRIBUTES + rb")"
    rb"(?P<formula>\s*+<(?:\w{1,20}:)?+f\b[^<]*+(?:</(?:\w{1,20}:)?+f>)?+\s*+"
    rb"(?:<(?:\w{1,20}:)?+v\s*+/>|<(?:\w{1,20}:)?+v>\s*+</(?:\w{1,20}:)?+v>)?+\s*+</(?:\w{1,20}:)?+c>)?)"
)
_AT = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]{1,9})(\d{1,9})")
_IS_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_NUMBER = re.compile(rb"\br\s*=\s*[\"']\s*(\d{1,9})")
_ODS = re.compile(rb"<(/?)(?:\w{1,20}:)?+(table|table-row|table-cell|covered-table-cell)(?![\w-])" + _ATTRIBUTES)
_REPEATED = re.compile(rb"number-(?:columns|rows)-repeated\s*=\s*[\"']\s*(\d{1,12})")
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@define
class PartCells:
    """What was seen of the cells of a part.

    Attributes:
        rows: The highest number of a row.
        columns: The highest number of a column.
        errors: Cells with an error of the spreadsheet: row and column, from 0.
        formulas: Cells with a formula and no result, likewise.
        all_tables: The number of cells of all tables of the part, as ODS has them.
    """

    rows: int = 0
    columns: int = 0
    errors: set[tuple[int, int]] = field(factory=set)
    formulas: set[tuple[int, int]] = field(factory=set)
    all_tables: int = 0

    @property
    def area(self) -> int:
        """The number of cells that a reader keeps in memory, the empty ones too."""
        return max(self.rows * self.columns, self.all_tables)


@frozen
class Package:
    """A compressed workbook that may be read.

    Attributes:
        form: xlsx or ods.
        cells: What was seen, by the name of the sheet; of XLSX alone.
        is_1904: Whether its days count from 1904.
    """

    form: str
    cells: Mapping[str, PartCells]
    is_1904: bool = False


def checked(path: Path) -> Package:
    """Return what is known about a compressed workbook after every part of it was checked.

    Raises:
        InvalidInput: It is damaged, encrypted, no workbook, or larger inside than it may be.
    """
    try:
        with zipfile.ZipFile(path) as package:
            return _checked(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise damaged(error) from error


def _checked(package: zipfile.ZipFile) -> Package:
    parts = package.infolist()
    if len(parts) > MOST_PARTS:
        raise unpacks_to_too_much()
    if any(part.flag_bits & 1 for part in parts):
        raise encrypted()
    names = {part.filename for part in parts}
    form = "xlsx" if "xl/workbook.xml" in names else "ods" if "content.xml" in names else ""
    if not form:
        raise refusal(
            N_("The file is a ZIP file, and no workbook in XLSX or ODS."),
            N_("Save it as XLSX or CSV."),
            code="kind",
        )
    left, seen = MOST_UNPACKED, dict[str, PartCells]()
    for part in parts:
        is_cells = part.filename.endswith(".xml") and (form == "xlsx" or part.filename == "content.xml")
        look = (_Ods() if form == "ods" else _Xlsx()) if is_cells else None
        for chunk in _unpacked(package, part, left):
            left -= len(chunk)
            if look is not None:
                look.take(chunk)
        if look is not None:
            seen[part.filename] = look.close()
            if sum(cells.area for cells in seen.values()) > MOST_CELLS:
                raise too_many_cells()
    if form == "ods":
        _refuse_encrypted_document(package, names)
        return Package(form, {})
    sheets, is_1904 = _sheets(package)
    return Package(form, {name: seen.get(part, PartCells()) for name, part in sheets.items()}, is_1904)


def _unpacked(package: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> Iterator[bytes]:
    """Yield what a part unpacks to, whatever size it states."""
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise refusal(
            N_("The file is packed in a way that no spreadsheet program uses."), N_("Save it anew."), code="packed"
        )
    most = min(left, max(FREE_BYTES, MOST_RATIO * part.compress_size))
    if part.file_size > most:
        raise unpacks_to_too_much()
    honest = copy.copy(part)
    honest.file_size = most + 1  # zipfile stops where a part says it ends, other readers do not
    total = 0
    with package.open(honest) as stream:
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            if total > most:
                raise unpacks_to_too_much()
            yield chunk
    if total != part.file_size:
        raise damaged(part.filename)


class _Look:
    """Looks at the cells of a part as it is unpacked."""

    #: Where a piece may be cut: before a tag like this.
    whole: tuple[bytes, ...] = (b"<",)

    def __init__(self) -> None:
        self.cells = PartCells()
        self._rest = b""

    def take(self, chunk: bytes) -> None:
        """Look at the next piece; what may go on in the one after it is kept."""
        text = self._rest + chunk
        start = max(0, len(text) - _TAIL)
        cut = next((at for tag in self.whole if (at := text.rfind(tag, start)) >= 0), len(text))
        if cut == len(text) and text.rfind(b"<") > text.rfind(b">"):
            raise damaged(N_("a tag in it has no end."))
        if _DECLARATION.search(text):
            raise refusal(
                N_("The workbook declares a document type or an entity, as no spreadsheet program does."),
                N_("Save it anew."),
                code="entity",
            )
        self.look(text[:cut])
        self._rest = text[cut:]

    def close(self) -> PartCells:
        """Look at what is left, and return what was seen."""
        self.look(self._rest)
        rows, columns = self.cells.rows, self.cells.columns
        if columns > MOST_COLUMNS:
            raise too_many_columns(rows)
        if rows > MOST_ROWS:
            raise too_many_rows()
        if self.cells.area > MOST_CELLS:
            raise too_many_cells()
        return self.cells

    def look(self, text: bytes) -> None:
        """Look at a piece that cuts no cell."""
        raise NotImplementedError


class _Xlsx(_Look):
    whole = (b"<c ", b"<")

    def __init__(self) -> None:
        super().__init__()
        self._row = self._column = 0

    def look(self, text: bytes) -> None:
        for match in _XLSX.finditer(text):
            if match["row"] is not None:
                number = _NUMBER.search(match["row"])
                self._row, self._column = int(number[1]) if number else self._row + 1, 0
                self.cells.rows = max(self.cells.rows, self._row)
            else:
                self._cell(match["of"], is_formula=match["formula"] is not None)

    def _cell(self, attributes: bytes, *, is_formula: bool) -> None:
        cells, is_error = self.cells, _IS_ERROR.search(attributes) is not None
        self._column += 1
        if at := _AT.search(attributes):
            row, self._column = int(at[2]), _column_of(at[1])
            cells.rows = max(cells.rows, row)
            noted = cells.errors if is_error else cells.formulas
            if (is_error or is_formula) and len(noted) < _MOST_NOTED:
                noted.add((row - 1, self._column - 1))
        cells.columns = max(cells.columns, self._column)


class _Ods(_Look):
    def __init__(self) -> None:
        super().__init__()
        self._row = self._pending = self._width = self._at = self._columns = 0
        self._repeat = 1

    def look(self, text: bytes) -> None:
        for closing, name, attributes in _ODS.findall(text):
            empty = attributes.endswith(b"/")
            found = _REPEATED.search(attributes)
            times = max(1, int(found[1])) if found else 1
            if name == b"table":
                self._end_table()
            elif name == b"table-row":
                if not closing:
                    self._repeat, self._at, self._width = times, 0, 0
                if closing or empty:
                    self._end_row()
            elif not closing:
                self._at += times
                if not empty:  # it has a value, unless it is the filling of the last columns
                    self._width = self._at

    def _end_row(self) -> None:
        self._pending += self._repeat
        if self._width:
            self._row += self._pending
            self._pending = 0
            self._columns = max(self._columns, self._width)
            self.cells.columns = max(self.cells.columns, self._width)
            self.cells.rows = max(self.cells.rows, self._row)

    def _end_table(self) -> None:
        """Count the cells of the table, also in the number of all of them."""
        self.cells.all_tables += self._row * self._columns
        self._row = self._pending = self._columns = 0


@lru_cache(2048)
def _column_of(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _sheets(package: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Return the parts of the sheets by their names, and whether days count from 1904."""
    book = _tree(package, "xl/workbook.xml")
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in _tree(package, "xl/_rels/workbook.xml.rels").iter()
        if relation.get("Id")
    }
    sheets = {
        sheet.get("name", ""): _part(targets.get(sheet.get(_RELATED), ""))
        for sheet in book.iter()
        if sheet.tag.endswith("}sheet")
    }
    properties = next((node for node in book.iter() if node.tag.endswith("}workbookPr")), None)
    return sheets, properties is not None and properties.get("date1904", "").lower() in {"1", "true", "on"}


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _refuse_encrypted_document(package: zipfile.ZipFile, names: set[str]) -> None:
    if "META-INF/manifest.xml" in names and b"encryption-data" in _start(package, "META-INF/manifest.xml"):
        raise encrypted()


def _start(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as stream:
        return _at_most(stream)


def _at_most(stream: IO[bytes]) -> bytes:
    content = stream.read(_MOST_INDEX + 1)
    if len(content) > _MOST_INDEX:
        raise unpacks_to_too_much()
    return content


def _tree(package: zipfile.ZipFile, name: str) -> ET.Element:
    try:
        return ET.fromstring(_start(package, name))  # noqa: S314 - the part has no declarations: see _Look
    except (ET.ParseError, KeyError) as error:
        raise damaged(error) from error
