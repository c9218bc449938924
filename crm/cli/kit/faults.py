"""Error messages: every error is translated here, and gets its exit status."""

from __future__ import annotations

import re
import shlex
import sys
from functools import partial

import click
from attrs import frozen

from crm.cli.kit.face import Face
from crm.cli.printing.language import Language
from crm.cli.printing.refusals import listed_apart, sentences
from crm.cli.printing.widths import printable, wrap
from crm.errors import (
    N_,
    AccessDenied,
    Ambiguous,
    Archived,
    BeginAgain,
    Conflict,
    CRMError,
    DatabaseNotReady,
    GatesNotMet,
    InvalidInput,
    MoveNotAllowed,
    NotFound,
    Problem,
    StaleRecord,
    problem,
)
from crm.values.numbers import lettered

REFUSED, USAGE, STALE, NOT_READY = 1, 2, 3, 4

#: For a terminal with fewer columns lines are not wrapped: the result could not be read.
_NARROWEST = 20
#: The first of these that an error is gives the exit status and the line above its problems.
_KINDS: tuple[tuple[type[CRMError], int, str], ...] = (
    (InvalidInput, USAGE, N_("This is not valid:")),
    (StaleRecord, STALE, N_("Somebody else changed it first; nothing was written:")),
    (BeginAgain, STALE, N_("Somebody else changed it first; nothing was written:")),
    (DatabaseNotReady, NOT_READY, N_("The database is not ready:")),
    (GatesNotMet, REFUSED, N_("Something is still missing; nothing was written:")),
    (MoveNotAllowed, REFUSED, N_("The pipeline has no such move; nothing was written:")),
    (AccessDenied, REFUSED, N_("This is not allowed; nothing was written:")),
    (NotFound, REFUSED, N_("Not found:")),
    (Ambiguous, REFUSED, N_("Several records fit:")),
    (Conflict, REFUSED, N_("This does not fit what is on record; nothing was written:")),
    (Archived, REFUSED, N_("The record is archived; nothing was written:")),
    (CRMError, REFUSED, N_("This is refused; nothing was written:")),
)


@frozen
class Fault:
    """The message for the user, and the status for the shell.

    Attributes:
        status: The exit status.
        name: The error's class.
        heading: The line above the problems.
        problems: What is wrong.
        matches: The records that fit, where several do.
    """

    status: int
    name: str
    heading: str
    problems: tuple[Problem, ...]
    matches: tuple[tuple[int, str], ...] = ()


def fault_of(error: Exception, language: Language) -> Fault | None:
    """Return the fault for an error, or None for one that no user can cause."""
    if isinstance(error, CRMError):
        status, heading = next((status, heading) for kind, status, heading in _KINDS if isinstance(error, kind))
        return Fault(status, type(error).__name__, heading, error.problems, error.matches)
    if isinstance(error, click.ClickException):
        return _of_click(error, language)
    return _of_database(error, language) or _of_system(error)


def _of_click(error: click.ClickException, language: Language) -> Fault:
    way_out = ""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        way_out = language.say("See: {command} --help", command=error.ctx.command_path)
    field = getattr(getattr(error, "param", None), "name", None)
    text = error.format_message()
    if language.code == "zh":
        text = _quoted_in_chinese(text)
    wrong = Problem("{text}", "{way_out}" if way_out else "", field, {"text": text, "way_out": way_out}, "usage")
    return Fault(USAGE, "UsageError", N_("This is not valid:"), (wrong,))


def _quoted_in_chinese(text: str) -> str:
    """Return a sentence of Click with Chinese punctuation in the lists that Click builds."""
    text = re.sub(r"(?<!\w)'([^']*)'(?!\w)", r"“\1”", text)
    return text.replace("”, “", "”、“").replace("。 （", "。（")


def _of_database(error: Exception, language: Language) -> Fault | None:
    """Explain an error of the database itself; services check first, so it is rare."""
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, StatementError
    from sqlalchemy.orm.exc import StaleDataError

    from crm.models.contention import contention
    from crm.services.kernel.conflicts import as_refusal

    if isinstance(error, StaleDataError):
        return Fault(
            STALE,
            "StaleRecord",
            N_("Somebody else changed it first; nothing was written:"),
            (
                problem(
                    N_("The record has changed since it was read."),
                    N_("Look at it again, then repeat the command."),
                    code="stale",
                ),
            ),
        )
    if isinstance(error, DBAPIError) and (isinstance(error, IntegrityError) or contention(error.orig)):
        return fault_of(as_refusal(error), language)
    if isinstance(error, OperationalError):
        return Fault(
            NOT_READY,
            "DatabaseNotReady",
            N_("The database is not ready:"),
            (
                problem(
                    N_("The database failed: {why}."),
                    N_("Try again in a moment; nothing was written."),
                    code="database",
                    why=str(error.orig).strip().rstrip("."),
                ),
            ),
        )
    if isinstance(error, (DataError, StatementError)) and isinstance(getattr(error, "orig", error), (Exception,)):
        return _no_value(error.orig)
    return None


def _of_system(error: Exception) -> Fault | None:
    if isinstance(error, (OverflowError, UnicodeError)):
        return _no_value(error)
    if isinstance(error, OSError):
        return Fault(
            USAGE,
            "InvalidInput",
            N_("This is not valid:"),
            (
                problem(
                    N_("{path} cannot be used: {why}"),
                    N_("Check the name, and that you may read and write there."),
                    code="file",
                    path=str(error.filename or ""),
                    why=error.strerror or str(error),
                ),
            ),
        )
    return None


def _no_value(error: BaseException | None) -> Fault:
    return Fault(
        USAGE,
        "InvalidInput",
        N_("This is not valid:"),
        (
            problem(
                N_("A value does not fit: {why}"),
                N_("Check numbers for their size and texts for their encoding."),
                code="value",
                why=str(error),
            ),
        ),
    )


def print_fault(face: Face, fault: Fault) -> None:
    """Print a fault to the standard error: bullets with advice, or JSON."""
    if face.json:
        import json

        from crm.cli.printing.plain import Form, error_document

        document = error_document(fault.name, fault.problems, fault.matches, Form(face.language, partial(_about, face)))
        click.echo(json.dumps(document, ensure_ascii=False, indent=2), err=True)
        return
    click.echo(click.style(face.language.read(fault.heading), fg="red", bold=True), err=True)
    for flaw in fault.problems:
        text, way_out = (_about(face, part) for part in sentences(face.language, listed_apart(flaw, fault.matches)))
        _bullet("• ", text, "  ")
        if way_out:
            _bullet("  → ", way_out, "    ", dim=True)
    if fault.matches:
        _print_matches(face, fault)


def _bullet(mark: str, text: str, indent: str, *, dim: bool = False) -> None:
    """Print one point; on a terminal long lines are wrapped."""
    width = 0
    if sys.stderr.isatty():
        import shutil

        width = shutil.get_terminal_size().columns - len(indent)
    parts = text.splitlines() or [""]
    lines = [line for part in parts for line in (wrap(part, width) if width > _NARROWEST else [part])]
    for index, line in enumerate(lines):
        click.echo(click.style(f"{mark if index == 0 else indent}{line}", dim=dim or None), err=True)


def _print_matches(face: Face, fault: Fault) -> None:
    from crm.cli.printing.tables import Column, console, table

    noun = next((str(flaw.params["what"]) for flaw in fault.problems if "what" in flaw.params), "")
    columns = (
        Column(N_("No."), lambda _, match: lettered(noun, match[0]), right=True),
        Column(N_("Name"), lambda _, match: match[1], least=20),
    )
    paper = console(stderr=True)
    for part in table(face, fault.matches, columns):
        paper.print(part)


def _about(face: Face, text: str) -> str:
    """Replace LEAD in advice by the typed lead, so that the command can be copied."""
    lead = face.arguments.get("lead")
    text = printable(text)
    return re.sub(r"\bLEAD\b", lambda _: shlex.quote(printable(str(lead))), text) if lead else text
