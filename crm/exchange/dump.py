"""The file of a whole database: JSON Lines, lossless, with a checksum at its end. Its format: docs/export.md."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from attrs import frozen
from sqlalchemy import JSON, Boolean, Column, Date, Enum, Integer, LargeBinary, String, Uuid
from sqlalchemy.types import TypeEngine

from crm.errors import N_, InvalidInput, Refused, problem
from crm.models import Base
from crm.models.base import Instant
from crm.revisions import HEAD
from crm.services.exports import Whole

#: What the first line says the file is, and the version of its format.
KIND, FORMAT = "investor-crm export", 1
#: No line is longer, in bytes; the longest text of a column is far below.
LONGEST = 64 * 1024 * 1024
#: Rows between two calls of the progress.
_TOLD = 5_000

#: Called with a table, rows done, and rows in all.
Progress = Callable[[str, int, int], object]


@frozen
class Header:
    """The first line of a file.

    Attributes:
        revision: The version of the tables.
        program: The version of the program that wrote it.
        exported_at: When the rows were read, ISO 8601 in UTC.
        exported_by: The user name of whoever exported it.
        counts: The number of rows of each table, in the order of the file.
    """

    revision: str
    program: str
    exported_at: str
    exported_by: str
    counts: Mapping[str, int]


@frozen
class _Codec:
    """How the values of a column are written.

    Attributes:
        kind: The type of its values.
        encode: Makes what JSON has of one.
        written: The type of that in JSON.
        decode: Makes the value again.
    """

    kind: type
    encode: Callable[[Any], Any]
    written: type
    decode: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


_TEXT, _NUMBER, _TRUTH = (_Codec(kind, _same, kind, _same) for kind in (str, int, bool))
_ENUM = _Codec(str, str, str, _same)
_JSON = _Codec(object, _same, object, _same)
_INSTANT = _Codec(datetime, datetime.isoformat, str, datetime.fromisoformat)
_DAY = _Codec(date, date.isoformat, str, date.fromisoformat)
_UID = _Codec(UUID, str, str, UUID)
_BYTES = _Codec(bytes, lambda value: b64encode(value).decode(), str, lambda text: b64decode(text, validate=True))
#: By the type of the column; the first that fits counts.
_CODECS: Sequence[tuple[type[TypeEngine[Any] | Instant], _Codec]] = (
    (Enum, _ENUM),
    (String, _TEXT),
    (Boolean, _TRUTH),
    (Integer, _NUMBER),
    (Instant, _INSTANT),
    (Date, _DAY),
    (Uuid, _UID),
    (LargeBinary, _BYTES),
    (JSON, _JSON),
)


def _codec(column: Column[Any]) -> _Codec:
    return next(codec for kind, codec in _CODECS if isinstance(column.type, kind))


def lines(whole: Whole, program: str, progress: Progress | None = None) -> Iterator[bytes]:
    """Yield the lines of the file. Memory does not grow with the rows.

    Args:
        whole: What :meth:`crm.services.exports.Exports.all` returned.
        program: The version of this program.
        progress: Called now and then.

    Raises:
        Refused: A stored value is none of its column's type.
    """
    sum_, total, done = hashlib.sha256(), sum(whole.counts.values()), 0

    def line(value: object) -> bytes:
        written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        sum_.update(written)
        return written

    yield line(
        {
            "file": KIND,
            "format": FORMAT,
            "revision": HEAD,
            "program": program,
            "exported_at": whole.at.isoformat(),
            "exported_by": whole.by,
            "tables": dict(whole.counts),
        }
    )
    for found in whole.tables:
        columns = list(found.table.c)
        codecs = [_codec(column) for column in columns]
        yield line({"table": found.table.name, "columns": [column.name for column in columns]})
        for row in found.rows:
            try:
                encoded = line([_encoded(codec, value) for codec, value in zip(codecs, row, strict=True)])
            except ValueError as error:
                raise Refused(_unreadable(found.table.name, columns, codecs, row)) from error
            yield encoded
            done += 1
            if progress is not None and done % _TOLD == 0:
                progress(found.table.name, done, total)
    yield line({"end": done, "sha256": sum_.hexdigest()})


def _encoded(codec: _Codec, value: Any) -> Any:
    if value is None:
        return None
    # A truth is an int, and an instant a date.
    if not isinstance(value, codec.kind) or (type(value) is not codec.kind and codec in {_NUMBER, _DAY, _TEXT}):
        raise ValueError(value)
    return codec.encode(value)


def _unreadable(table: str, columns: Sequence[Column[Any]], codecs: Sequence[_Codec], row: Sequence[Any]) -> Any:
    """Return the problem of a row with a value that cannot be written."""
    wrong = []
    for column, codec, value in zip(columns, codecs, row, strict=True):
        try:
            json.dumps(_encoded(codec, value), ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, TypeError):
            wrong.append(column.name)
    key = ", ".join(str(value) for column, value in zip(columns, row, strict=True) if column.primary_key)
    return problem(
        N_("Row {row} of {table} has values that are damaged: {columns}. Nothing was exported."),
        N_("Repair it, or restore the last good backup; `crm audit verify` lists what is damaged."),
        code="damaged",
        row=key,
        table=table,
        columns=", ".join(wrong),
    )


class Dump:
    """A file that :func:`lines` wrote, checked as a whole before anything of it is used."""

    def __init__(self, path: Path) -> None:
        """Read the file once, in bounded memory: its header, its checksum, its end.

        Raises:
            InvalidInput: It is no such file, was cut short or edited, or has tables of another version.
        """
        self.path = path
        self._line = 0
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise self._wrong(error.strerror or str(error)) from error
        try:
            first = self._parsed(self._next())
            self.header = self._header(first)
            for _ in self._lines():
                pass
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def rows(self) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
        """Yield each table with its rows, both to be read in order: ``{column: value}``.

        Raises:
            InvalidInput: A line is none of the format, or the file has changed since it was checked.
        """
        found = map(self._parsed, self._lines())
        head = next(found, None)
        left = [*self.header.counts]
        while head is not None:
            table = self._table(head, left)
            left.remove(table)
            codecs = [(name, _codec(Base.metadata.tables[table].c[name])) for name in head["columns"]]
            following: list[dict[str, Any] | None] = [None]
            yield table, self._of_table(table, codecs, found, following)
            head = following[0]
        if left:
            raise self._wrong(N_("tables are missing"))

    def _of_table(
        self,
        table: str,
        codecs: Sequence[tuple[str, _Codec]],
        found: Iterator[Any],
        following: list[dict[str, Any] | None],
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table, and leave the head of the next one in *following*."""
        count = 0
        for values in found:
            if isinstance(values, dict):
                following[0] = values
                break
            count += 1
            yield self._row(codecs, values)
        if count != self.header.counts[table]:
            raise self._wrong(N_("a table has more or fewer rows than the first line says"))

    def _row(self, codecs: Sequence[tuple[str, _Codec]], values: Any) -> dict[str, Any]:
        row: dict[str, Any] = {}
        try:
            for (name, codec), value in zip(codecs, values, strict=True):
                if value is None:
                    row[name] = None
                    continue
                if type(value) is not codec.written and codec.written is not object:
                    raise ValueError(value)  # noqa: TRY301 - told as the others that decode raises
                row[name] = codec.decode(value)
        except (ValueError, TypeError) as error:
            raise self._wrong(N_("a value is none of its column's type")) from error
        return row

    def _table(self, head: Any, left: Sequence[str]) -> str:
        name, columns = (str(head.get("table")), head.get("columns")) if isinstance(head, dict) else ("", None)
        if name not in left or not isinstance(columns, list):
            raise self._wrong(N_("no table begins here"))
        if sorted(map(str, columns)) != sorted(column.name for column in Base.metadata.tables[name].c):
            raise self._wrong(N_("the table has other columns"))
        return name

    def _lines(self) -> Iterator[bytes]:
        """Yield the lines between the first and the last; then compare the checksum."""
        self._file.seek(0)
        self._line = 0
        sum_, rows = hashlib.sha256(), 0
        sum_.update(self._next())
        while True:
            raw = self._next()
            if raw.startswith(b"["):
                rows += 1
            elif raw.startswith(b'{"end"'):
                break
            sum_.update(raw)
            yield raw
        if self._parsed(raw) != {"end": rows, "sha256": sum_.hexdigest()}:
            raise self._wrong(N_("the checksum does not match: the file was changed"))
        if self._file.read(1):
            raise self._wrong(N_("something follows the end"))

    def _next(self) -> bytes:
        self._line += 1
        raw = self._file.readline(LONGEST)
        if not raw.endswith(b"\n"):
            raise self._wrong(
                N_("it is incomplete") if len(raw) < LONGEST else N_("the line is longer than any of an export")
            )
        return raw

    def _parsed(self, raw: bytes) -> Any:
        try:
            return json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise self._wrong(N_("it is no JSON")) from error

    def _header(self, first: Any) -> Header:
        if not isinstance(first, dict) or first.get("file") != KIND:
            raise self._wrong(N_("it is no export"))
        revision, program, counts = str(first.get("revision")), str(first.get("program")), first.get("tables")
        if first.get("format") != FORMAT or revision != HEAD:
            raise InvalidInput(
                problem(
                    N_("{file} has tables of version {found}; this program loads version {needed}."),
                    N_(
                        "Load it with version {program} of this program, which wrote it, into a new database; then"
                        " upgrade that: crm db upgrade"
                    ),
                    field="file",
                    code="revision",
                    file=str(self.path),
                    found=revision,
                    needed=HEAD,
                    program=program,
                )
            )
        if not isinstance(counts, dict) or counts.keys() != Base.metadata.tables.keys():
            raise self._wrong(N_("it does not have exactly the tables of its version"))
        return Header(revision, program, str(first.get("exported_at")), str(first.get("exported_by")), counts)

    def _wrong(self, why: str) -> InvalidInput:
        return InvalidInput(
            problem(
                N_("{file} cannot be loaded, line {line}: {why}."),
                N_("Nothing was changed. Fetch another copy of the file, or export again: crm export all FILE"),
                field="file",
                code="export",
                file=str(self.path),
                line=self._line,
                why=why,
            )
        )
