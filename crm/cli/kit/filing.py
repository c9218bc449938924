"""A list as a file: the options, and the writing. Every verb that prints rows has them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm.cli.kit.calls import face_of
from crm.cli.kit.files import give, require_writable
from crm.cli.kit.parameters import F
from crm.cli.kit.verbs import option
from crm.errors import N_, InvalidInput, problem

if TYPE_CHECKING:
    from crm.cli.kit.face import Face
    from crm.cli.printing.tables import Column
    from crm.exchange.list_files import Value

_FORMATS = ("table", "json", "csv", "xlsx")
_ENDINGS = {"txt": "table", "json": "json", "csv": "csv", "xlsx": "xlsx"}
#: What --columns takes for all there are.
_ALL = "all"


def filing_options(function: F) -> F:
    """Declare ``--format``, ``--output``, ``--force`` and ``--columns`` for a verb that prints rows.

    The face keeps them, and :meth:`crm.cli.kit.face.Face.print_rows` does as they say.
    """
    keep: dict[str, Any] = {"expose_value": False, "callback": _keep}
    for declare in reversed(
        (
            option(
                "--format",
                type=click.Choice(_FORMATS),
                help=N_("The format; default: by the file name, or a table. xlsx needs the extra reports."),
                **keep,
            ),
            option(
                "--output",
                "--out",
                "output",
                type=click.Path(path_type=Path, readable=False),
                metavar="FILE",
                help=N_("Write it to a file."),
                **keep,
            ),
            option("--force", is_flag=True, help=N_("Replace the file."), **keep),
            option(
                "--columns",
                metavar="NAMES",
                help=N_("These columns, separated by commas: headings, or keys of the JSON; all: every one."),
                **keep,
            ),
        )
    ):
        function = declare(function)
    return function


def _keep(ctx: click.Context, param: click.Parameter, value: object) -> object:
    face = face_of(ctx)
    if not isinstance(face.files, Filing):
        face.files = Filing()
    face.files.given[str(param.name)] = value
    return value


class Filing:
    """The values of the options. It is a :class:`crm.cli.kit.face.Files`."""

    def __init__(self) -> None:
        """Begin without any."""
        self.given: dict[str, object] = {}

    def wanted(self, face: Face) -> bool:
        """Return whether a list goes into a file, or is printed in a format of files.

        Raises:
            InvalidInput: The file is there already, or options do not fit.
        """
        form = self._form(face)
        return self.output is not None or form in {"csv", "xlsx"} or (form == "json" and not face.json)

    @property
    def output(self) -> Path | None:
        """The file; None: the standard output."""
        output = self.given.get("output")
        return output if isinstance(output, Path) else None

    @property
    def force(self) -> bool:
        """Whether that file is replaced."""
        return bool(self.given.get("force"))

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that were asked for; none: those of the table."""
        text = str(self.given.get("columns") or "").replace("，", ",")
        return tuple(name.strip() for name in text.split(",") if name.strip())

    def _form(self, face: Face) -> str:
        form, otherwise = self.given.get("format"), "json" if face.json else "table"
        return require_writable(
            form if isinstance(form, str) else None, self.output, _ENDINGS, otherwise=otherwise, force=self.force
        )

    def narrowed(
        self, face: Face, rows: Iterable[object], columns: Sequence[Column]
    ) -> tuple[Iterable[object], Sequence[Column]]:
        """Return what is printed of a list: the columns that were asked for.

        Raises:
            InvalidInput: Some are unknown.
        """
        if not self.names:
            return rows, columns
        rows = iter(rows)
        first = next(rows, None)
        wanted = chosen(face, columns, self.names, first)
        every = chain([] if first is None else [first], rows)
        return (picked(face, every, wanted) if face.json else every), wanted

    def write(self, face: Face, rows: Iterable[object], columns: Sequence[Column]) -> None:
        """Write a list as the options say, while it is read.

        Raises:
            InvalidInput: Some columns are unknown, or the file cannot be written.
        """
        form, rows = self._form(face), iter(rows)
        first = next(rows, None)
        wanted = chosen(face, columns, self.names, first)
        every: Iterator[object] = chain([] if first is None else [first], rows)
        if form == "json" and self.names:
            every = picked(face, every, wanted)
        content = _content(face, every, wanted, form)
        if self.output is not None:
            give(face, N_("The list is written to {file}."), self.output, content, force=self.force)
            return
        sys.stdout.flush()
        if form == "xlsx":
            sys.stdout.buffer.writelines(content)
            sys.stdout.buffer.flush()
            return
        for part in content:
            face.committed = True  # what is printed cannot be printed again
            click.echo(part.decode("utf-8-sig"), nl=False)


def chosen(face: Face, columns: Sequence[Column], names: Sequence[str], first: object) -> Sequence[Column]:
    """Return the columns that were asked for by heading or key.

    Args:
        face: Whose language the headings are in.
        columns: Those of the table.
        names: What was asked for; none: those of the table.
        first: A row, whose further keys can be asked for; None: there is no row.

    Raises:
        InvalidInput: Some are unknown; they are named, with those there are.
    """
    if not names:
        return columns
    from crm.cli.printing.plain import Form, plain

    keys = [] if first is None else [*plain(first, Form(face.language))]
    further = [_further(face, key) for key in keys if key not in {column.key for column in columns}]
    if [name.casefold() for name in names] == [_ALL]:
        return [*columns, *further]
    known: dict[str, Column] = {}
    for column in (*columns, *further):
        for name in (column.key, column.heading, face.language.read(column.heading)):
            known.setdefault(name.casefold(), column)
    unknown = [name for name in names if name.casefold() not in known]
    if unknown and first is not None:
        raise InvalidInput(
            problem(
                N_("There are no such columns: {names}."),
                N_("Choose among: {known}."),
                field="columns",
                code="unknown",
                names=", ".join(unknown),
                known=", ".join(column.key or face.language.read(column.heading) for column in (*columns, *further)),
            )
        )
    return [known[name.casefold()] for name in names if name.casefold() in known]


def _further(face: Face, key: str) -> Column:
    """Return the column of a key that the table does not show."""
    from crm.cli.printing.formatting import shown
    from crm.cli.printing.tables import Column
    from crm.cli.words import WORDS

    def value(row: Any) -> object:
        return getattr(row, key) if hasattr(row, key) else row.described[key]

    def text(_: object, row: object) -> str:
        found = value(row)
        if isinstance(found, str) and key in WORDS:
            return face.language.word(key, found)
        if isinstance(found, bool):
            return face.say(N_("yes")) if found else ""
        return "" if found is None else str(shown(face.language, found, short=True))

    return Column(_heading(face, key), text, key=key, value=value)


def _heading(face: Face, key: str) -> str:
    """Return the heading of a key: the word for the field, or else the key as words."""
    from crm.cli.words import WORDS

    names = (key, *(key.removesuffix(ending) for ending in ("_on", "_at")))
    known = next((name for name in names if name in WORDS["field"]), None)
    return key.replace("_", " ") if known is None else face.language.word("field", known)


def _content(face: Face, rows: Iterator[object], columns: Sequence[Column], form: str) -> Iterator[bytes]:
    from crm.cli.printing.lists import json_lines, table_lines
    from crm.cli.printing.tables import to_file

    if form == "json":
        return (f"{line}\n".encode() for line in json_lines(face, rows, ascii_only=False))
    if form == "table":
        return (f"{line}\n".encode() for line in to_file(table_lines(face, rows, columns)))
    from crm.exchange.list_files import Heading, csv_parts, workbook_parts
    from crm.exchange.writing import Writer

    headings = [Heading(face.language.read(column.heading), money=column.money) for column in columns]
    cells = ([_cell(face, column, row) for column in columns] for row in rows)
    if form == "csv":
        return csv_parts(headings, cells, Writer(face.language))
    noun = click.get_current_context().parent
    return workbook_parts((noun and noun.info_name) or "", headings, cells, Writer(face.language))


def picked(face: Face, rows: Iterable[object], columns: Sequence[Column]) -> Iterator[dict[str, object]]:
    """Yield the chosen columns of rows, for JSON: a key as in the whole row, another column by its heading."""
    from crm.cli.printing.plain import Form, plain

    form = Form(face.language)
    for row in rows:
        whole = plain(row, form)
        yield {
            column.key or column.heading: whole[column.key] if column.key in whole else column.text(face, row)
            for column in columns
        }


def _cell(face: Face, column: Column, row: object) -> Value:
    """Return a cell with its type; what is none of a spreadsheet's types is text, as in the table."""
    from crm.values.moments import BUREAU_ZONE, LocalTime, zone_of
    from crm.values.money import Money

    value = None if column.value is None else column.value(row)
    if isinstance(value, datetime):
        value = LocalTime(value, BUREAU_ZONE)
    if isinstance(value, LocalTime):
        return value.utc.astimezone(zone_of(value.zone)).replace(tzinfo=None)
    if isinstance(value, Money | date) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    return column.text(face, row)
