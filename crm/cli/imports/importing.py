"""``crm import``: lists in files become records."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm.cli.kit.face import Face
from crm.cli.kit.files import require_writable, write_file
from crm.cli.kit.progress import counted, working
from crm.cli.kit.shared_verbs import card_verb, list_verb
from crm.cli.kit.verbs import Noun, argument, option, reason_option, verb
from crm.cli.summaries import SUMMARIES
from crm.errors import N_, InvalidInput, problem
from crm.rules.imports.fields import IMPORTABLE

if TYPE_CHECKING:
    from crm.exchange.imports.table import Table
    from crm.rules.imports.verdicts import Preview

_PATH = click.Path(path_type=Path, readable=False)
#: The number of rows outside the table that are named.
_SKIPPED = 10
#: The formats of the rows that are left out, by the ending of their file.
_ENDINGS = {"csv": "csv", "xlsx": "xlsx"}
#: No file has rows with numbers of more digits.
_DIGITS = 10


class FileNoun(Noun):
    """A noun behind which a file may stand instead of a verb."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the line; without a verb the file is previewed or applied."""
        named = any(arg in self.commands for arg in args)
        files = [arg for arg in args if not arg.startswith("-")]
        return super().parse_args(ctx, args if named or not files else ["file", *args])


command = FileNoun("import", help=SUMMARIES["import"], no_args_is_help=True)


@verb(
    command,
    "file",
    help=N_(
        "Preview the import of a file, or apply it.\n\n"
        "Each row may hold a company, a person who works there, a lead, its last meeting, the next step, an "
        "arrival of capital, a request and a referral. "
        "The word file may be left out. Without --apply nothing is written: each row is new, the same, "
        "changes something, is likely the same as another record, or is refused with the reason. The preview "
        "ends with the command that applies it."
    ),
    examples=[
        "crm import 台账.csv",
        "crm import 台账.csv --set lead.source=unit:bureau --set followup.due=2026-12-31",
        "crm import 台账.csv --same 17=I7",
        "crm import 台账.csv --apply 3f9a61c2d4e07b58 --skip-refused 退回.xlsx",
    ],
)
@argument("file", metavar="FILE", help=N_("A list: CSV, XLSX, XLS, ODS, vCard, iCalendar or JSON Lines."))
@option("--sheet", metavar="NAME", help=N_("The sheet of a workbook; default: the one with a table."))
@option("--encoding", metavar="NAME", help=N_("The encoding of a text file; default: detected."))
@option("--mapping", type=_PATH, metavar="FILE", help=N_("The mapping of columns to fields, a TOML file."))
@option(
    "--draft-mapping",
    "draft",
    type=_PATH,
    metavar="FILE",
    help=N_("Write the recognised columns to a TOML file, to correct it and pass it with --mapping."),
)
@option(
    "--template",
    metavar="NOUN",
    help=N_("Write a sheet to fill in to FILE, as XLSX or CSV by its ending: leads, investors, contacts …"),
)
@option("--apply", "token", metavar="TOKEN", help=N_("Do what was previewed: the token at the end of the preview."))
@option(
    "--skip-refused",
    "rest",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help=N_(
        "Leave out the rows that are refused or likely the same as something else, and write them to this file, CSV or "
        "XLSX by its ending."
    ),
)
@option("--set", "given", multiple=True, metavar="FIELD=VALUE", help=N_("The value of a field where a row has none."))
@option(
    "--same",
    "known",
    multiple=True,
    metavar="ROW=INVESTOR",
    help=N_("The company of a row is one on record; its name in the file becomes a further name. May be repeated."),
)
@option("--likely-new", is_flag=True, help=N_("Treat rows that are likely the same as another record as new."))
@option(
    "--theirs", is_flag=True, help=N_("Values that people changed here since the last import: take those of the file.")
)
@option(
    "--ours", is_flag=True, help=N_("Values that people changed here since the last import: keep those that are here.")
)
@option("--clear", is_flag=True, help=N_("Empty cells clear the fields that may be empty."))
@option("--all", "every", is_flag=True, help=N_("Show every row."))
def file_(
    face: Face,
    file: str,
    token: str | None,
    rest: Path | None,
    given: tuple[str, ...],
    known: tuple[str, ...],
    every: bool,  # noqa: FBT001 - Click passes it by name
    template: str | None,
    draft: Path | None,
    sheet: str | None,
    encoding: str | None,
    mapping: Path | None,
    **flags: bool,
) -> None:
    """Preview or apply."""
    if template is not None:
        _write_template(face, template, Path(file))
        return
    table = face.once(file, lambda: _open(Path(file), sheet, encoding, mapping))
    if draft is not None:
        from crm.exchange.imports.mapping_files import draft as drafted

        write_file(draft, drafted(table).encode(), force=False)
        face.done(N_("{file} has the recognised columns; correct it and pass it with --mapping."), file=str(draft))
        return
    table.require_sure()
    options = _options(face, given, known, flags)
    source: dict[str, Any] = {"checksum": table.checksum, "file": Path(file).name, **options}
    if token is None:
        with face.reading() as crm, working(face, N_("Reading the file")) as step:
            preview = crm.imports.preview(counted(table.rows, step), **source)
        again = [
            file,
            *_typed(
                {"--set": given, "--same": known},
                flags,
                {"--sheet": sheet, "--encoding": encoding, "--mapping": mapping},
            ),
        ]
        _print(face, preview, table, every=every, again=again)
        return
    form = "csv" if rest is None else require_writable(None, rest, _ENDINGS, otherwise="csv", force=False)
    with face.writing() as crm, working(face, N_("Importing")) as step:
        done = crm.imports.apply(counted(table.rows, step), token=token, skip_refused=rest is not None, **source)
        batch = done.batch
        made = (0, 0, 0) if batch is None else (batch.id, batch.made, batch.changed)
        # Before the transaction is committed: rows that are left out are not lost.
        if rest is not None:
            _leave(face, rest, form, done.preview, table)
    face.done(
        N_("Import {id}: {made} records are made, {changed} are changed; {skipped} rows are left out.")
        if batch is not None
        else N_("Everything is on record already; nothing was written."),
        id=made[0],
        made=made[1],
        changed=made[2],
        skipped=done.preview.totals["refused"] + done.preview.totals["likely"],
    )


def _options(face: Face, given: Sequence[str], known: Sequence[str], flags: Mapping[str, bool]) -> dict[str, Any]:
    """Return the arguments of the service.

    Raises:
        InvalidInput: A value to be set has no field, or both sides of a conflict are chosen.
    """
    defaults = {}
    for text in given:
        path, equals, value = text.partition("=")
        if not equals:
            raise InvalidInput(
                problem(
                    N_('"{text}" has no field and value.'),
                    N_("Write FIELD=VALUE, such as investor.country=JP."),
                    field="set",
                    code="set",
                    text=text[:60],
                )
            )
        defaults[path.strip()] = value.strip()
    if flags["theirs"] and flags["ours"]:
        raise InvalidInput(
            problem(N_("--theirs and --ours contradict each other."), N_("Choose one."), field="conflicts", code="both")
        )
    return {
        "defaults": defaults,
        "same": _same(known),
        "words": words(face),
        "likely": "new" if flags["likely_new"] else "ask",
        "conflicts": "theirs" if flags["theirs"] else "ours" if flags["ours"] else "ask",
        "clear": flags["clear"],
    }


def _same(known: Sequence[str]) -> dict[int, str]:
    """Return the companies of rows by their numbers.

    Raises:
        InvalidInput: A text has no row, or a row has two companies.
    """
    found: dict[int, str] = {}
    for text in known:
        row, _, investor = text.partition("=")
        number = int(row) if row.strip().isdecimal() and len(row) < _DIGITS else 0
        if not number or not investor.strip() or number in found:
            raise InvalidInput(
                problem(
                    N_('"{text}" has no row and company, or the row has another one.'),
                    N_("Write ROW=INVESTOR once for each row, such as 17=I7."),
                    field="same",
                    code="same",
                    text=text[:60],
                )
            )
        found[number] = investor.strip()
    return found


def words(face: Face) -> dict[str, dict[str, str]]:
    """Return by path the codes of the words of both languages."""
    contexts = {path: known.field.words for path, known in IMPORTABLE.items() if known.field and known.field.words}
    contexts = {"lead.stage": "stage", **contexts}
    found: dict[str, dict[str, str]] = {}
    for path, context in contexts.items():
        for language in (face.language.to("zh"), face.language.to("en")):
            for code in language.codes(str(context)):
                found.setdefault(path, {})[language.word(str(context), code).casefold()] = code
    found.pop("lead.source", None)
    return found


def _open(file: Path, sheet: str | None, encoding: str | None, mapping: Path | None) -> Table:
    """Open a file, its columns as the mapping says and otherwise as they are recognised."""
    from crm.exchange.imports.mapping_files import read
    from crm.exchange.imports.opening import open_table

    return open_table(file, sheet=sheet, encoding=encoding, mapping=None if mapping is None else read(mapping))


def _write_template(face: Face, noun: str, file: Path) -> None:
    """Write a sheet to fill in."""
    from crm.exchange.imports.templates import csv_template, xlsx_template

    language = face.language.code
    as_csv = file.suffix.lower() == ".csv"
    content = csv_template(noun, language) if as_csv else xlsx_template(noun, language, face.language.read)
    write_file(file, content, force=False)
    face.done(N_("{file} is a sheet to fill in."), file=str(file))


def _typed(several: Mapping[str, Sequence[str]], flags: Mapping[str, bool], named: Mapping[str, object]) -> list[str]:
    """Return the options that were typed, as they stand in the command that applies the preview."""
    return [
        *(part for name, value in named.items() if value is not None for part in (name, str(value))),
        *(part for name, texts in several.items() for text in texts for part in (name, text)),
        *(f"--{name.replace('_', '-')}" for name, on in flags.items() if on),
    ]


def _print(face: Face, preview: Preview, table: Table, *, every: bool, again: Sequence[str]) -> None:
    if face.json:
        face.print_json(preview)
        return
    from crm.cli.imports.pages import preview_lines

    for line in preview_lines(face, preview, every=every):
        face.echo(line)
    if preview.totals["refused"]:
        face.echo(face.say(N_("Say in [values] of a mapping how the words of a column are read: --draft-mapping FILE")))
    if table.skipped:
        skipped = face.language.listed(str(row.number) for row in table.skipped[:_SKIPPED])
        more = N_("Rows that are totals, notes or headings: {rows}, and further ones")
        text = more if len(table.skipped) > _SKIPPED else N_("Rows that are totals, notes or headings: {rows}")
        face.echo(face.say(text, rows=skipped))
    if table.unknown:
        face.echo(face.say(N_("Columns that are left out: {names}"), names=face.language.listed(table.unknown)))
    if preview.totals["new"] or preview.totals["changes"]:
        left = preview.totals["refused"] or preview.totals["likely"]
        line = shlex.join([*again, "--apply", preview.token, *(["--skip-refused", "rest.csv"] if left else [])])
        face.echo(face.say(N_("Apply it: {command}"), command=face.language.called(f"crm import {line}")))


def _leave(face: Face, rest: Path, form: str, preview: Preview, table: Table) -> None:
    """Write the rows that were left out."""
    from crm.cli.imports.pages import why
    from crm.exchange.leftovers import leftovers

    left = {row.row: row for row in preview.verdicts if row.verdict in {"refused", "likely"}}
    if left:
        rows = ((row.cells, why(face, left[row.number])) for row in table.rows() if row.number in left)
        write_file(rest, leftovers(rows, face.say(N_("Why it was left out")), form, face.language), force=False)


list_verb(
    command,
    "list",
    lambda crm: crm.imports.list,
    help=N_("List the imports, latest first."),
    examples=["crm import list"],
    columns="IMPORTS",
    empty=N_("Nothing was imported."),
    room=__package__,
)

card_verb(
    command,
    "show",
    lambda crm: crm.imports.show,
    argument("batch", metavar="IMPORT", help=N_("The number of an import.")),
    help=N_("Show an import with the records that it made and changed."),
    examples=["crm import show 1"],
    page="card",
    room=__package__,
)


@verb(
    command,
    "undo",
    help=N_(
        "Undo an import, but for records that were changed or used since.\n\n"
        "Arrivals are reversed; referrals, requests, follow-ups and meetings withdrawn; leads abandoned; contacts "
        "and investors archived. Records that stay are listed with the reason."
    ),
    examples=["crm import undo 1 --reason 文件有误"],
)
@argument("batch", metavar="IMPORT", help=N_("The number of an import."))
@reason_option(required=True)
def undo(face: Face, batch: str, reason: str) -> None:
    """Undo."""
    with face.writing() as crm:
        done = crm.imports.undo(batch, reason=reason)
        number = done.batch.id
    if face.json:
        face.print_json({"id": number, "undone": done.undone, "left": done.left})
        return
    from crm.cli.imports.pages import left_lines

    face.done(
        N_("Import {id} is undone: {count} records are taken back, {left} stay."),
        id=number,
        count=sum(done.undone.values()),
        left=len(done.left),
    )
    for line in left_lines(face, done.left):
        face.echo(line)


@verb(
    command,
    "fields",
    help=N_("List the fields that a column may hold, with the words by which people head it."),
    examples=["crm import fields"],
)
def fields(face: Face) -> None:
    """List."""
    from crm.cli.imports.pages import FIELDS

    rows = [{"path": path, "label": known.label, "headings": known.headings} for path, known in IMPORTABLE.items()]
    face.print_rows(rows, FIELDS, empty="")
