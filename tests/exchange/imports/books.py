"""Workbooks and packages for the tests, as programs and as attackers write them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from crm.demo.ledgers import Sheet


def write_xlsx(
    path: Path,
    sheets: Mapping[str, Iterable[Sequence[object]]],
    *,
    merged: Iterable[tuple[int, int, int, int]] = (),
    date_1904: bool = False,
) -> Path:
    """Write a workbook; merged cells of the first sheet have the value of their first."""
    options = {"default_date_format": "yyyy-mm-dd", "date_1904": date_1904, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(path, options)
    for at, (name, rows) in enumerate(sheets.items()):
        sheet = book.add_worksheet(name)
        lines = [list(row) for row in rows]
        for number, row in enumerate(lines):
            for column, value in enumerate(row):
                if isinstance(value, date | datetime):
                    sheet.write_datetime(number, column, value)
                elif value not in {None, ""}:
                    sheet.write(number, column, value)
        for top, left, bottom, right in merged if at == 0 else ():
            sheet.merge_range(top, left, bottom, right, lines[top][left])
    book.close()
    return path


def write_ledger(path: Path, ledger: Sheet) -> Path:
    """Write a ledger as a workbook, numbers as numbers, a title over all columns, two-line headings merged."""
    width = len(ledger.headings[0])
    merged = [(0, 0, 0, width - 1)]
    if len(ledger.headings) > 1:
        top = len(ledger.title)
        upper, lower = ledger.headings
        merged += [(top, at, top + 1, at) for at in range(width) if upper[at] and not lower[at]]
        merged += [(top, 3, top, 5)]
    lines = [[_number(cell) for cell in line] for line in ledger.lines]
    return write_xlsx(path, {"台账": lines}, merged=merged)


def _number(text: str) -> object:
    plain = text.replace(",", "")
    return float(plain) if plain.replace(".", "", 1).isdigit() and len(plain) < 9 and plain.count(".") < 2 else text


def repacked(source: Path, target: Path, change: Mapping[str, bytes]) -> Path:
    """Write a package again with some parts replaced or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in change:
                new.writestr(part.filename, old.read(part))
        for name, content in change.items():
            new.writestr(name, content)
    return target


#: A sheet of ODS around its table.
_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
    '<office:spreadsheet><table:table table:name="Sheet1">{rows}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)


def write_ods(path: Path, rows: str) -> Path:
    """Write an ODS file with the XML of its rows."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        package.writestr("content.xml", _ODS.format(rows=rows))
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def ods_row(cells: Iterable[str]) -> str:
    """Return a row of ODS with cells of text."""
    inner = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        if cell
        else "<table:table-cell/>"
        for cell in cells
    )
    return f'<table:table-row>{inner}<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
