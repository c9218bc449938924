"""One call of a command, alone or mounted in a Click program: its face, and its errors.

Every command runs inside :func:`answering`. Errors become a :class:`click.ClickException` that prints itself, so that
Click's ``main`` prints our message and ends with our status in any host.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, suppress
from typing import IO, TYPE_CHECKING, Any

import click

from crm.cli.kit.face import Face
from crm.cli.printing.language import PROGRAM, Language, click_speaks, environment_language
from crm.errors import N_

if TYPE_CHECKING:
    from crm.cli.kit.faults import Fault

#: As shells report a program that Ctrl-C ended.
INTERRUPTED = 130


class _Shown(click.ClickException):
    """An error that Click's ``main`` prints, ending the process with its status."""

    def __init__(self, language: Language, message: str, status: int) -> None:
        super().__init__(message)
        self.language = language
        # Click's types know a status for each class, not for each error.
        self.__dict__["exit_code"] = status

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it to *file*, by default the standard error."""
        with redirect_stderr(file or sys.stderr), click_speaks(self.language), forgiving_encodings():
            self._print()

    def _print(self) -> None:
        click.echo(self.message, err=True)


class Failed(_Shown):
    """A command was refused or mistyped, or its database is not ready; the cause is the original error."""

    def __init__(self, face: Face, fault: Fault) -> None:
        """Take the face, and the message."""
        from crm.cli.printing.refusals import sentences

        lines = (" ".join(filter(None, sentences(face.language, problem))) for problem in fault.problems)
        super().__init__(face.language, "\n".join(lines), fault.status)
        self.face = face
        self.fault = fault
        self.kept: str | None = None
        if face.edited:
            from crm.files.private import keep

            self.kept = keep(face.edited)

    def _print(self) -> None:
        from crm.cli.kit.faults import print_fault

        print_fault(self.face, self.fault)
        if self.kept is not None and not self.face.json:
            said = self.language.say(N_("Your text is kept in {file}; to use it: @{file}"), file=self.kept)
            click.echo(said, err=True)


class Interrupted(_Shown):
    """The user pressed Ctrl-C, or declined."""

    def __init__(self, language: Language) -> None:
        """Take the language they read."""
        super().__init__(language, "\n" + language.read(N_("Aborted!")), INTERRUPTED)


def face_in(ctx: click.Context, args: Sequence[str], program: str = PROGRAM) -> Face:
    """Return the face of this call; the first of our commands on a line creates it for itself and its subcommands.

    A host's own ``obj`` is unchanged in the host's contexts.

    Args:
        ctx: The context of one of our commands.
        args: What was typed behind it, not parsed yet.
        program: How the program is called.

    Raises:
        Failed: A crm.toml cannot be read.
    """
    face = ctx.find_object(Face)
    if face is None:
        ctx.obj = face = Face(Language(environment_language(os.environ), program), as_json="--json" in args)
        # A shell that completes a word shows no errors.
        with suppress(*((Failed,) if ctx.resilient_parsing else ())), answering(face):
            ctx.obj = face = Face.of(args, program)
    return face


def face_of(ctx: click.Context | None) -> Face:
    """Return the face of this call; outside of one, an English face."""
    found = ctx.find_object(Face) if ctx is not None else None
    return found or Face(Language("en"))


def language_of(ctx: click.Context | None) -> Language:
    """Return the language of this call."""
    return face_of(ctx).language


@contextmanager
def answering(face: Face) -> Iterator[None]:
    """Turn every error that a user can cause into a message and a status.

    Raises:
        Failed: With the error as its cause.
        Interrupted: By Ctrl-C.
        Exit: The reader of the output has gone away, as in ``crm lead list | head``, which is no fault.
    """
    try:
        with click_speaks(face.language), forgiving_encodings():
            yield
    except (_Shown, click.exceptions.NoArgsIsHelpError, click.exceptions.Exit):
        raise
    except (click.Abort, EOFError, KeyboardInterrupt) as error:
        raise Interrupted(face.language) from error
    except BrokenPipeError as error:
        flush()
        raise click.exceptions.Exit(0) from error
    except Exception as error:
        from crm.cli.kit.faults import fault_of

        with click_speaks(face.language):
            fault = fault_of(error, face.language)
            if fault is None:
                raise
            raise Failed(face, fault) from error


def flush() -> None:
    """Flush the output, or discard it if its reader has closed the pipe."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def forgiving_encodings() -> Iterator[None]:
    """Print a question mark for what a terminal cannot show, rather than fail."""
    streams = [(stream, stream.errors) for stream in (sys.stdout, sys.stderr) if hasattr(stream, "reconfigure")]
    for stream, _ in streams:
        stream.reconfigure(errors="replace")
    try:
        yield
    finally:
        for stream, before in streams:
            stream.reconfigure(errors=before)
