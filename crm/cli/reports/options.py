"""What every verb of ``crm report`` shares: a report is asked for, then printed, explained or written to a file.

A further report is declared by :func:`report_verb`:

    report_verb(
        command,
        "year",
        lambda crm: crm.report.year,
        option("--unit", metavar="UNIT", help=N_("Of one unit.")),
        help=N_("…"),
        examples=["crm report year 2022"],
    )
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import frozen

from crm.cli.kit.face import Face
from crm.cli.kit.files import binary_on_terminal, file_options, form_of, give, obstacles
from crm.cli.kit.parameters import Decorator
from crm.cli.kit.verbs import THIS_YEAR, Noun, declare_verb, option, period_argument
from crm.errors import N_, InvalidInput, problem

if TYPE_CHECKING:
    from crm.crm import CRM
    from crm.exchange.reports.entries import ReportEntries
    from crm.reports.sheet import Report as Sheet

_FORMATS = ("table", "json", "csv", "xlsx", "html", "md")
_ENDINGS = {"txt": "table", "json": "json", "csv": "csv", "xlsx": "xlsx", "html": "html", "htm": "html", "md": "md"}
#: What --explain stands for without a figure.
_ALL = "all"


@frozen
class ReportOptions:
    """The options that every report has.

    Attributes:
        form: table, json, csv, xlsx, html or md.
        output: Into which file, or None.
        force: Replace that file.
        explain: The key of a figure, ``all``, or None.
        table: The key of the one table that is wanted, or None.
    """

    form: str
    output: Path | None
    force: bool
    explain: str | None
    table: str | None

    @classmethod
    def read(
        cls,
        face: Face,
        form_option: str | None,
        output: Path | None,
        *,
        force: bool,
        explain: str | None,
        table: str | None,
    ) -> ReportOptions:
        """Take the shared options from the arguments; without a format the file name's ending decides.

        Raises:
            InvalidInput: The file is there already, or options that do not fit, all named.
        """
        form, wrong = form_of(form_option, output, _ENDINGS, otherwise="json" if face.json else "table")
        wrong += [*obstacles(output, force=force), *binary_on_terminal(form, output)]
        if table is not None and form not in {"table", "csv"}:
            wrong.append(
                problem(
                    N_("A single table is printed as table or csv, not as {format}."),
                    N_("Leave --table out, or choose --format csv."),
                    field="table",
                    code="format",
                    format=form,
                )
            )
        if wrong:
            raise InvalidInput(*wrong)
        return cls(form, output, force, explain, table)


def report_verb(
    group: Noun,
    name: str,
    read: Callable[[CRM], Callable[..., Sheet]],
    *params: Decorator,
    help: str,  # noqa: A002 - as Click calls it
    examples: Sequence[str],
    span: str | None = THIS_YEAR,
) -> None:
    """Give a noun a verb that makes a report, with the options that every report has.

    Args:
        group: The noun.
        name: The verb.
        read: Returns the verb of the library, which returns the report. Everything is passed to it by name, and
            ``explain``: whether the records behind the figures are wanted.
        *params: Its own arguments and options, in their order.
        help: What it reports.
        examples: Its examples.
        span: The help of the period, which is typed as the last argument or as an option; None: it has none.
    """

    def run(
        face: Face,
        /,
        *,
        format: str | None,  # noqa: A002 - as the option is called
        output: Path | None,
        force: bool,
        explain: str | None,
        table: str | None,
        **options: object,
    ) -> None:
        wanted = ReportOptions.read(face, format, output, force=force, explain=explain, table=table)
        from crm.cli.kit.progress import working

        with face.reading() as crm, working(face, N_("Reading the report")):
            sheet = read(crm)(**options, explain=wanted.explain is not None)
            behind = _behind(crm, sheet, wanted.explain)
        _give(face, sheet, behind, wanted)

    declare_verb(group, name, run, (*params, *_shared_options(span)), help=help, examples=examples)


def _shared_options(span: str | None) -> list[Decorator]:
    return [
        *([] if span is None else [period_argument(span)]),
        option(
            "--format",
            type=click.Choice(_FORMATS),
            help=N_("The format; default: by the file name, or a table. xlsx and html need the extra reports."),
        ),
        file_options,
        option("--table", metavar="KEY", help=N_("One table only, as table or csv.")),
        option(
            "--explain",
            is_flag=False,
            flag_value=_ALL,
            metavar="[FIGURE]",
            help=N_("Show the records behind one figure or all: who recorded them, when, and the document."),
        ),
    ]


def _behind(crm: CRM, sheet: Sheet, explain: str | None) -> ReportEntries | None:
    if explain is None:
        return None
    from crm.exchange.reports.entries import ReportEntries

    return ReportEntries(crm.report.entries(sheet, None if explain == _ALL else explain, limit=None))


def _give(face: Face, sheet: Sheet, behind: ReportEntries | None, wanted: ReportOptions) -> None:
    """Print a report, or write it to a file."""
    if wanted.form == "table" and wanted.output is None:
        from crm.cli.reports.tables import draw

        face.draw(*draw(face, sheet, behind, only=wanted.table))
        return
    content = _content(face, sheet, behind, wanted)
    if wanted.output is not None:
        give(face, N_("The report is written to {file}."), wanted.output, content, force=wanted.force)
    elif wanted.form == "xlsx":
        sys.stdout.buffer.write(content)
    else:
        face.pass_on(content.decode("utf-8-sig"))


def _content(face: Face, sheet: Sheet, behind: ReportEntries | None, wanted: ReportOptions) -> bytes:
    from crm.exchange.formats import render
    from crm.exchange.reports import csv_file
    from crm.exchange.writing import Writer

    if wanted.form == "table":
        from crm.cli.reports.tables import text

        return text(face, sheet, behind, only=wanted.table).encode()
    if wanted.table is not None:
        return csv_file.render(sheet, Writer(face.language), table=wanted.table)
    return render(sheet, wanted.form, face.language, behind)
