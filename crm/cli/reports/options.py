"""What every verb of ``crm report`` shares: a report is asked for, then printed, explained or written to a file.

A further report is a function that asks the front door for it, under :func:`report`:

    @report(command, "year", help=N_("…"), examples=["crm report year 2022"])
    @option("--unit", metavar="UNIT", help=N_("Of one unit."))
    def year(crm: CRM, **options: Any) -> Report:
        return crm.report.year(**options)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import frozen

from crm.cli.kit.face import Face
from crm.cli.kit.files import file_options, form_of, give, is_standard_output, obstacles
from crm.cli.kit.verbs import Decorator, F, Noun, Verb, argument, option, verb
from crm.errors import N_, InvalidInput, problem

if TYPE_CHECKING:
    from crm.crm import CRM
    from crm.exchange.report_entries import ReportEntries
    from crm.reports.sheet import Report as Sheet

_FORMATS = ("table", "json", "csv", "xlsx", "html")
_ENDINGS = {"txt": "table", "json": "json", "csv": "csv", "xlsx": "xlsx", "html": "html", "htm": "html"}
#: What --explain stands for without a figure.
_ALL = "all"


@frozen
class ReportOptions:
    """The options that every report has.

    Attributes:
        form: table, json, csv, xlsx or html.
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
    def read(cls, face: Face, options: dict[str, Any]) -> ReportOptions:
        """Take the shared options from the arguments; without a format the file name's ending decides.

        Raises:
            InvalidInput: The file is there already, or options that do not fit, all named.
        """
        output: Path | None = options.pop("output")
        force: bool = options.pop("force")
        explain: str | None = options.pop("explain")
        table: str | None = options.pop("table")
        form_option: str | None = options.pop("format")
        form, wrong = form_of(form_option, output, _ENDINGS, otherwise="json" if face.json else "table")
        wrong += obstacles(output, force=force)
        if form == "xlsx" and sys.stdout.isatty() and (output is None or is_standard_output(output)):
            wrong.append(
                problem(
                    N_("A workbook cannot be printed on a terminal."),
                    N_("Name a file: --output report.xlsx"),
                    field="output",
                    code="binary",
                )
            )
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


def report(
    group: Noun,
    name: str,
    *,
    help: str,  # noqa: A002 - as Click calls it
    examples: Sequence[str],
    span: str | None = N_("The period: 2022, 2022H1, 2022Q4, 2022-02, FROM..TO, 2022年二季度; default: this year."),
) -> Callable[[Callable[..., Sheet]], Verb]:
    """Make a verb of a function that returns a report of the front door, with the options that every report has.

    The function gets the front door, what was typed for its own options, and ``explain``, whether the records behind
    the figures are wanted; and ``period`` where the report has one, typed as the last argument or as an option. *span*
    is the help of the period, None where the report has none.
    """

    def decorate(function: Callable[..., Sheet]) -> Verb:
        def run(face: Face, /, **options: Any) -> None:
            wanted = ReportOptions.read(face, options)
            if span is not None:
                options["period"] = _period(**{name: options.pop(name) for name in ("period", "other_period")})
            from crm.cli.kit.progress import working

            with face.reading() as crm, working(face, N_("Reading the report")):
                sheet = function(crm, **options, explain=wanted.explain is not None)
                behind = _behind(crm, sheet, wanted.explain)
            _give(face, sheet, behind, wanted)

        shared = _shared_options(span)(run)
        # Behind its own options: Click reads the list from its end.
        shared.__click_params__ += getattr(function, "__click_params__", [])  # type: ignore[attr-defined]  # Click's own name
        return verb(group, name, help=help, examples=examples)(shared)

    return decorate


def _shared_options(span: str | None) -> Decorator:
    declared = [
        *(
            []
            if span is None
            else [
                argument("period", metavar="PERIOD", required=False, help=span),
                option("--period", "other_period", metavar="PERIOD", help=N_("The same as the argument PERIOD.")),
            ]
        ),
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

    def declare(function: F) -> F:
        for decorator in reversed(declared):
            function = decorator(function)
        return function

    return declare


def _period(period: str | None, other_period: str | None) -> str | None:
    """Return the period, typed as an argument or as an option.

    Raises:
        InvalidInput: Both are given and differ.
    """
    if None not in {period, other_period} and period != other_period:
        raise InvalidInput(
            problem(
                N_("Two periods are given: {period} and {other}."),
                N_("Leave one out."),
                field="period",
                code="both",
                period=period,
                other=other_period,
            )
        )
    return period or other_period


def _behind(crm: CRM, sheet: Sheet, explain: str | None) -> ReportEntries | None:
    if explain is None:
        return None
    from crm.exchange.report_entries import ReportEntries

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
        face.echo(content.decode("utf-8-sig").rstrip("\n"))


def _content(face: Face, sheet: Sheet, behind: ReportEntries | None, wanted: ReportOptions) -> bytes:
    from crm.exchange import report_csv
    from crm.exchange.formats import render
    from crm.exchange.writing import Writer

    if wanted.form == "table":
        from crm.cli.reports.tables import text

        return text(face, sheet, behind, only=wanted.table).encode()
    if wanted.table is not None:
        return report_csv.render(sheet, Writer(face.language), table=wanted.table)
    return render(sheet, wanted.form, face.language, behind)
