"""The program: finds a noun when it is named, and turns everything that can go wrong into words and a status."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from crm.cli.face import Face
from crm.cli.language import Language, click_speaks, environment_language
from crm.cli.summaries import SUMMARIES
from crm.cli.verbs import Noun, ReaderLeft, first_paragraph, language_of
from crm.errors import N_

#: As shells report a program that Ctrl-C ended.
INTERRUPTED = 130


class Program(Noun):
    """The root group. Nouns are loaded when they are named; help needs only their summaries."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's signature
        """Return every noun."""
        return list(SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - Click's signature
        """Load a noun."""
        if cmd_name not in SUMMARIES:
            return None
        command: click.Command = importlib.import_module(f"crm.cli.nouns.{cmd_name}").command
        return command

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return the nouns with their summaries, without loading them."""
        language = language_of(ctx)
        return [(name, first_paragraph(language.read(text))) for name, text in SUMMARIES.items()]

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - Click's signature
        **extra: Any,
    ) -> Any:
        """Run one line; ends the process with 0 done, 1 refused, 2 wrong usage, 3 changed by another, 4 not ready."""
        args = list(sys.argv[1:] if args is None else args)
        _forgive_encodings()
        status = self._run(args, prog_name or "crm", complete_var, extra)
        status = _flush(status)
        if standalone_mode:
            sys.exit(status)
        return status

    def _run(self, args: list[str], prog_name: str, complete_var: str | None, extra: dict[str, Any]) -> int:
        face = Face(Language(environment_language(os.environ)), as_json="--json" in args)
        try:
            face = Face.of(args)
            with click_speaks(face.language):
                result = super().main(args, prog_name, complete_var, standalone_mode=False, obj=face, **extra)
            return result if isinstance(result, int) else 0
        except click.Abort:
            told = face.language.read(N_("Aborted!"))
            click.echo(f"\n{told}", err=True)
            return INTERRUPTED
        except ReaderLeft:
            return 0
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            return 2
        except Exception as error:
            from crm.cli.faults import fault_of, print_fault

            with click_speaks(face.language):
                fault = fault_of(error, face.language)
            if fault is None:
                raise
            print_fault(face, fault)
            return fault.status


def _forgive_encodings() -> None:
    """Print a question mark for what a terminal cannot show, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _flush(status: int) -> int:
    """Write out what is left; a reader who has gone away, as in ``crm lead list | head``, is no fault."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status
