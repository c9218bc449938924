"""What every verb of ``crm report`` shares: a report is asked for, then printed, explained or written to a file.

A further report is a function that asks the front door for it, under :func:`report`:

    @report(command, "year", help=N_("…"), examples=["crm report year 2022"])
    @option("--unit", metavar="UNIT", help=N_("Of one unit."))
    def year(crm: CRM, **typed: Any) -> Report:
        return crm.report.year(**typed)
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import frozen

from crm.cli.face import Face
from crm.cli.verbs import Noun, Opt, Verb, verb
from crm.errors import N_, InvalidInput, problem

if TYPE_CHECKING:
    from crm.crm import CRM
    from crm.exchange.behind import Behind
    from crm.reports.sheet import Report as Sheet

_FORMATS = ("table", "json", "csv", "xlsx", "html")
#: What --explain stands for without a figure.
_ALL = "all"


@frozen
class Wanted:
    """How a report is wanted, as typed behind every verb of it.

    Attributes:
        form: table, json, csv, xlsx or html.
        out: Into which file, or None.
        force: Replace that file.
        explain: The key of a figure, ``all``, or None.
        table: The key of the one table that is wanted, or None.
    """

    form: str
    out: Path | None
    force: bool
    explain: str | None
    table: str | None

    @classmethod
    def typed(cls, face: Face, given: dict[str, Any]) -> Wanted:
        """Take the shared options out of what was typed; the ending of the file says the format where none is typed.

        Raises:
            InvalidInput: The file is there already, or options that do not fit, all named.
        """
        out: Path | None = given.pop("out")
        force: bool = given.pop("force")
        explain: str | None = given.pop("explain")
        table: str | None = given.pop("table")
        asked: str | None = given.pop("format")
        form = asked or ("json" if face.json and out is None else _ending(out)) or ("json" if face.json else "table")
        wrong = []
        if out is not None and out.exists() and not force:
            wrong.append(_exists(out))
        if form == "xlsx" and out is None and sys.stdout.isatty():
            wrong.append(
                problem(
                    N_("A workbook is no text for a terminal."),
                    N_("Name a file: --out report.xlsx"),
                    field="out",
                    code="binary",
                )
            )
        if table is not None and form not in {"table", "csv"}:
            wrong.append(
                problem(
                    N_("One table alone is printed as table or csv, not as {format}."),
                    N_("Leave --table out, or choose --format csv."),
                    field="table",
                    code="format",
                    format=form,
                )
            )
        if wrong:
            raise InvalidInput(*wrong)
        return cls(form, out, force, explain, table)


def report(
    group: Noun,
    name: str,
    *,
    help: str,  # noqa: A002 - as Click calls it
    examples: Sequence[str],
    period: bool = True,
    span: str = N_("2022, 2022H1, 2022Q4, 2022-02, FROM..TO, 2022年二季度; by default this year."),
) -> Callable[[Callable[..., Sheet]], Verb]:
    """Make a function that asks the front door for a report a verb, with the options that every report has.

    The function gets the front door, what was typed for its own options, and ``explain``, whether the records behind the
    figures are wanted; and ``period`` where the report has one.
    """

    def decorate(function: Callable[..., Sheet]) -> Verb:
        def run(face: Face, /, **typed: Any) -> None:
            wanted = Wanted.typed(face, typed)
            from crm.cli.working import working

            with face.reading() as crm, working(face, N_("Reading the report")):
                sheet = function(crm, **typed, explain=wanted.explain is not None)
                behind = _behind(crm, sheet, wanted.explain)
            _give(face, sheet, behind, wanted)

        # Behind its own options, in this order; Click reads the list from its end.
        own = getattr(function, "__click_params__", [])
        run.__click_params__ = [*reversed(_options(span if period else None)), *own]  # type: ignore[attr-defined]  # Click's own name
        return verb(group, name, help=help, examples=examples)(run)

    return decorate


def _options(span: str | None) -> list[click.Parameter]:
    shared: list[click.Parameter] = [
        Opt(
            ["--format"],
            type=click.Choice(_FORMATS),
            help=N_("How it is written; by default by the file's ending, or a table. xlsx and html need the extra reports."),
        ),
        Opt(["--out"], type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=N_("Write it to a file.")),
        Opt(["--force"], is_flag=True, help=N_("Replace the file.")),
        Opt(["--table"], metavar="KEY", help=N_("One of its tables alone, as table or csv.")),
        Opt(
            ["--explain"],
            is_flag=False,
            flag_value=_ALL,
            metavar="[FIGURE]",
            help=N_("Show the records behind a figure, or behind each: who recorded them, when, by which document."),
        ),
    ]  # fmt: skip
    return [*([] if span is None else [Opt(["--period"], metavar="PERIOD", help=span)]), *shared]


def _behind(crm: CRM, sheet: Sheet, explain: str | None) -> Behind | None:
    if explain is None:
        return None
    from crm.exchange.behind import Behind

    return Behind(crm.report.entries(sheet, None if explain == _ALL else explain))


def _give(face: Face, sheet: Sheet, behind: Behind | None, wanted: Wanted) -> None:
    """Print a report, or write it to its file."""
    if wanted.form == "table" and wanted.out is None:
        from crm.cli.report_tables import draw

        face.draw(*draw(face, sheet, behind, only=wanted.table))
        return
    content = _content(face, sheet, behind, wanted)
    if wanted.out is not None:
        write_file(wanted.out, content, force=wanted.force)
        face.done(N_("The report is in {file}."), file=str(wanted.out))
    elif wanted.form == "xlsx":
        sys.stdout.buffer.write(content)
    else:
        face.echo(content.decode("utf-8-sig").rstrip("\n"))


def _content(face: Face, sheet: Sheet, behind: Behind | None, wanted: Wanted) -> bytes:
    from crm.exchange import report_csv
    from crm.exchange.formats import render
    from crm.exchange.writing import Writer

    if wanted.form == "table":
        from crm.cli.report_tables import text

        return text(face, sheet, behind, only=wanted.table).encode()
    if wanted.table is not None:
        return report_csv.render(sheet, Writer(face.language), table=wanted.table)
    return render(sheet, wanted.form, face.language, behind)


def write_file(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file whole or not at all; one that is there is replaced when *force* says so.

    Raises:
        InvalidInput: It is there already, or cannot be written.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            unfinished = Path(file.name)
            file.write(content)
        try:
            # As any new file of this person, and not as a secret of theirs.
            unfinished.chmod(0o666 & ~_umask())
            if force:
                unfinished.replace(path)
            else:
                _take(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidInput(
            problem(
                N_("{file} cannot be written: {error}."),
                N_("Check that the folder exists and that there is room."),
                field="out",
                code="file",
                file=str(path),
                error=error.strerror or str(error),
            )
        ) from error


def _take(unfinished: Path, path: Path) -> None:
    """Give a file its name unless somebody has it, in one step where the file system can."""
    try:
        path.hardlink_to(unfinished)
    except FileExistsError as error:
        raise InvalidInput(_exists(path)) from error
    except OSError:
        if path.exists():
            raise InvalidInput(_exists(path)) from None
        unfinished.replace(path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _ending(out: Path | None) -> str | None:
    if out is None:
        return None
    from crm.exchange.formats import format_of

    return format_of(out)


def _exists(path: Path) -> Any:
    return problem(
        N_("{file} is there already."),
        N_("Choose another name, or replace it with --force."),
        field="out",
        code="exists",
        file=str(path),
    )
