"""Opens a file: its kind, encoding, checksum, header and columns."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from attrs import evolve

from crm.errors import N_, InvalidInput, problem
from crm.exchange.imports import cards, json_lines
from crm.exchange.imports.bounds import MOST_BYTES, MOST_COLUMNS, refusal, too_many_columns
from crm.exchange.imports.cells import Grid, Raw
from crm.exchange.imports.headers import LOOKED_AT, Header, find
from crm.exchange.imports.headings import Heading, Unit, recognised
from crm.exchange.imports.table import Table, Unsure, rows_below
from crm.exchange.imports.text_tables import TextTable
from crm.exchange.imports.values import OPEN_VALUES
from crm.exchange.imports.workbooks import COMPOUND, open_workbook
from crm.exchange.texts import Decoding, chunks, decoding_of, named
from crm.refusals import not_one_of, unreadable
from crm.rules.imports.fields import IMPORTABLE
from crm.rules.imports.rows import ColumnMapping

_PACKED = b"PK\x03\x04"
_START = 4096
#: What a second column of a field may be instead.
_FURTHER = {
    "contact.phone": ("contact.phones",),
    "contact.name": ("contact.other_name", "referral.referrer"),
    "investor.name": ("investor.alias", "referral.referrer"),
}


def open_table(
    path: Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    mapping: ColumnMapping | None = None,
    nouns: Collection[str] | None = None,
) -> Table:
    """Open a file and recognise its columns. Its kind is recognised by its content, not by its name.

    Args:
        path: CSV, tab-separated, XLSX, XLS, ODS, vCard, iCalendar or JSON Lines.
        sheet: The sheet of a workbook; None: the one with a table.
        encoding: Of a text file; None: it is found out.
        mapping: What columns hold, as a person says; the others are recognised.
        nouns: The nouns that are looked for; None: all.

    Returns:
        The table. Its rows are read by :meth:`Table.rows`, of a text file one by one.

    Raises:
        InvalidInput: It cannot be read, is damaged, encrypted or too large, has no table or several, its encoding is
            unsure, or the mapping does not fit it.
    """
    given = mapping or ColumnMapping({})
    start, size, checksum, decoding = _looked_through(path, encoding)
    if decoding is None:
        grids = open_workbook(path, size, start)
        return _of_grids(path, grids.form, grids.sheets, sheet or given.sheet, given, nouns, checksum, None)
    head = start.decode(decoding.codec, "ignore").lstrip("\ufeff \r\n\t").upper()
    form = {"BEGIN:VCARD": "vcard", "BEGIN:VCALE": "ical"}.get(head[:11]) or (
        "jsonl" if head.startswith("{") else "csv"
    )
    if sheet:
        raise refusal(N_("The file has no sheets."), N_("Leave --sheet out."), code="sheet")
    if form == "csv":
        return _of_grids(path, form, (TextTable(path, decoding),), "", given, nouns, checksum, decoding.name)
    return _of_records(path, form, decoding, given, nouns, checksum)


def _looked_through(path: Path, encoding: str | None) -> tuple[bytes, int, str, Decoding | None]:
    """Return how a file begins, its bytes, its checksum, and the encoding of a text file."""
    digest, size = hashlib.sha256(), 0

    def counted(parts: Iterator[bytes]) -> Iterator[bytes]:
        nonlocal size
        for part in parts:
            digest.update(part)
            size += len(part)
            yield part

    try:
        if not path.is_file():
            raise refusal(N_("{path} is not a file."), code="file", path=str(path))
        with path.open("rb") as stream:
            start = stream.read(_START)
            stream.seek(0)
            parts = counted(chunks(stream, MOST_BYTES))
            decoding = None
            if not start.strip():
                raise refusal(N_("The file is empty."), code="empty")
            if not start.startswith((_PACKED, COMPOUND)):
                _refuse_other_kinds(start)
                decoding = named(encoding) if encoding else decoding_of(parts, expected=_expected())
            for _ in parts:
                pass
    except (OSError, ValueError) as error:
        raise InvalidInput(
            unreadable(path, error, N_("Name a file that you can read."), field="file", code="file")
        ) from error
    return start, size, digest.hexdigest(), decoding


def _refuse_other_kinds(start: bytes) -> None:
    kinds = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"Rar!": "RAR", b"7z\xbc\xaf": "7z",
             b"\x1f\x8b": "gzip", b"SQLite format 3": "SQLite", b"{\\rtf": "RTF", b"<!DOC": "HTML", b"<html": "HTML",
             b"<?xml": "XML"}  # fmt: skip
    kind = next((name for mark, name in kinds.items() if start.startswith(mark)), None)
    if kind is not None:
        raise refusal(
            N_("The file is {kind}, which is not read here."), N_("Save it as XLSX or CSV."), code="kind", kind=kind
        )


def _expected() -> Sequence[str]:
    return [word for found in IMPORTABLE.values() for word in found.headings if len(word) > 1]


def _of_grids(
    path: Path,
    form: str,
    grids: Sequence[Grid],
    sheet: str,
    given: ColumnMapping,
    nouns: Collection[str] | None,
    checksum: str,
    encoding: str | None,
) -> Table:
    grid, header = _chosen(grids, sheet, given, partial(recognised, nouns=nouns, guess=False))
    headings = [
        found if not name or found.path or found.counts or found.candidates else recognised(name, nouns)
        for name, found in zip(header.names, header.headings, strict=False)
    ]
    uses, unsure, unknown = _decided(header.names, headings, given)
    mapping = _completed(given, header, uses, grid.name)
    table = Table(path, form, checksum, encoding, grid.name, header.names, mapping, unsure, unknown, header.row)
    table.is_1904, table.source = grid.is_1904, partial(rows_below, grid, header, table)
    return table


def _chosen(
    grids: Sequence[Grid], sheet: str, given: ColumnMapping, recognise: Callable[[str], Heading]
) -> tuple[Grid, Header]:
    """Return the sheet with the table, and its header.

    Raises:
        InvalidInput: There is no such sheet, no header, or a header on several sheets.
    """
    names = [grid.name for grid in grids]
    if sheet and sheet not in names:
        raise InvalidInput(not_one_of(sheet, names, "sheet"))
    looked_at = [grid for grid in grids if not sheet or grid.name == sheet]
    found = list[tuple[Grid, Header]]()
    for grid in looked_at:
        rows = list(islice(grid.rows(), max(LOOKED_AT, given.header_row or 0)))
        header = find(rows, grid.merged, _mapped(recognise, given), at=given.header_row)
        if header is not None:
            found.append((grid, header))
    best = [(grid, header) for grid, header in found if header.known > 1] or found
    if not best:
        raise refusal(
            N_("No row of headings is found."),
            N_("Name it in the mapping: header_row = 3, with what each column holds."),
            code="header",
        )
    if len(best) > 1:
        raise refusal(
            N_("Several sheets look like tables: {sheets}."),
            N_("Name one: --sheet NAME."),
            code="sheets",
            sheets=", ".join(grid.name for grid, _ in best),
        )
    return best[0]


def _mapped(recognise: Callable[[str], Heading], given: ColumnMapping) -> Callable[[str], Heading]:
    """Return what recognises headings when some are mapped by a person."""

    def read(text: str) -> Heading:
        if text not in given.columns:
            return recognise(text)
        path = given.columns[text]
        return evolve(recognise(text), path=path, candidates=(), counts=path is None)

    return read


def _decided(
    headers: Sequence[str], headings: Sequence[Heading], given: ColumnMapping
) -> tuple[dict[str, tuple[str, Unit | None] | None], tuple[Unsure, ...], tuple[str, ...]]:
    """Return what each column holds, what is unsure, and what is unknown.

    Raises:
        InvalidInput: The mapping names a column that the file does not have, no field, or a field twice.
    """
    _require_fitting(headers, given)
    uses, unsure, unknown = dict[str, tuple[str, Unit | None] | None](), list[Unsure](), list[str]()
    taken = {path: header for header, path in given.columns.items() if path is not None}
    for header, heading in zip(headers, headings, strict=False):
        if not header:
            continue
        if header in given.columns:
            path = given.columns[header]
            uses[header] = None if path is None else (path, heading.unit)
        elif heading.path is not None and (
            taken.setdefault(heading.path, header) == header or _holds_several(heading.path)
        ):
            uses[header] = (heading.path, heading.unit)
        elif heading.path is not None:
            unsure.append(Unsure(header, (heading.path, *_FURTHER.get(heading.path, ())), taken[heading.path]))
        elif heading.candidates:
            unsure.append(Unsure(header, heading.candidates))
        elif heading.counts:
            uses[header] = None
        else:
            unknown.append(header)
    return uses, tuple(unsure), tuple(unknown)


def _holds_several(path: str) -> bool:
    """Return whether several columns may be the same field: notes, which are joined by a line break."""
    return path.endswith(".note")


def _require_fitting(headers: Sequence[str], given: ColumnMapping) -> None:
    wrong = [
        problem(
            N_('The mapping names the column "{header}", which the file does not have.'),
            N_("It has: {known}."),
            field="mapping",
            code="column",
            header=header,
            known=", ".join(filter(None, headers))[:1000],
        )
        for header in dict.fromkeys((*given.columns, *given.readings))
        if header not in headers
    ]
    wrong += [
        not_one_of(path, IMPORTABLE, "mapping") for path in given.columns.values() if path and path not in IMPORTABLE
    ]
    wrong += [
        problem(
            N_("The mapping gives {path} to several columns."),
            N_("Leave all but one of them out."),
            field="mapping",
            code="twice",
            path=path,
        )
        for path, count in Counter(given.columns.values()).items()
        if path is not None and count > 1 and not _holds_several(path)
    ]
    if wrong:
        raise InvalidInput(*wrong)


def _completed(
    given: ColumnMapping, header: Header, uses: Mapping[str, tuple[str, Unit | None] | None], sheet: str
) -> ColumnMapping:
    """Return the mapping of a person, completed by what was recognised."""
    units = {name: use[1] for name, use in uses.items() if use is not None and use[1] is not None}
    return evolve(
        given,
        columns={name: None if use is None else use[0] for name, use in uses.items()},
        open_values=given.open_values or OPEN_VALUES,
        units={**{name: unit.factor for name, unit in units.items() if unit.factor != 1}, **given.units},
        currencies={**{name: unit.currency for name, unit in units.items() if unit.currency}, **given.currencies},
        sheet=sheet,
        header_row=header.row,
        year=given.year or header.year,
    )


def _of_records(
    path: Path, form: str, decoding: Decoding, given: ColumnMapping, nouns: Collection[str] | None, checksum: str
) -> Table:
    """Return the table of a file whose records name their values."""
    records = partial(json_lines.read, path, decoding) if form == "jsonl" else partial(cards.read, path, decoding, form)
    headers = dict[str, None]()
    for number, values in records():
        headers |= dict.fromkeys(values)
        if len(headers) > MOST_COLUMNS:
            raise too_many_columns(number)
    known = {"vcard": cards.CARD, "ical": {**cards.TASK, **cards.EVENT}}.get(form, {})

    def recognise(name: str) -> Heading:
        if form == "jsonl":
            return recognised(name, nouns)
        return Heading(known.get(name), counts=name not in known)

    names = tuple(headers)
    uses, unsure, unknown = _decided(names, [_mapped(recognise, given)(name) for name in names], given)
    mapping = _completed(given, Header(0, 0, names, ()), uses, "")
    table = Table(path, form, checksum, decoding.name, "", names, evolve(mapping, header_row=None), unsure, unknown)

    def source() -> Iterator[tuple[int, Sequence[Raw]]]:
        for number, values in records():
            yield number, [values.get(name) for name in names]

    table.source = source
    return table
