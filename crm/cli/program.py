"""The program: loads a noun when it is named, and ends the process with a status."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

import crm
from crm.cli.kit.calls import Interrupted, face_in, flush, forgiving_encodings, language_of
from crm.cli.kit.hosted import Hosted
from crm.cli.kit.parameters import Opt
from crm.cli.kit.verbs import Noun
from crm.cli.printing.helptext import first_paragraph
from crm.cli.printing.language import PROGRAM, Language, environment_language
from crm.cli.summaries import MODULES, SUMMARIES
from crm.errors import N_

#: The number of new objects before a garbage collection, instead of 700. Loading the tables and their mapping
#: makes some 160,000 objects that stay. Looking through them twice, after each 100,000, took an eighth of a short command.
COLLECT_AFTER = 250_000


class Program(Noun):
    """The root group. Nouns are loaded when they are named; help needs only their summaries."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        """Take Click's arguments."""
        version = Opt(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help=N_("Show the version and exit."),
        )
        super().__init__(*args, params=[version], **kw)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's signature
        """Return every noun."""
        return list(SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - Click's signature
        """Load a noun."""
        if cmd_name not in SUMMARIES:
            return None
        command: click.Command = importlib.import_module(MODULES[cmd_name]).command
        return command

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return the nouns with their summaries, without loading them."""
        language = language_of(ctx)
        return [(name, first_paragraph(language.read(text))) for name, text in SUMMARIES.items()]

    def program(self, ctx: click.Context) -> str:
        """Return the program as typed, also if mounted."""
        return ctx.command_path

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - Click's signature
        **extra: object,
    ) -> Any:
        """Run one line; ends the process with 0 done, 1 refused, 2 wrong usage, 3 changed by another, 4 not ready."""
        args = list(sys.argv[1:] if args is None else args)
        thresholds = gc.get_threshold()
        gc.set_threshold(COLLECT_AFTER, *thresholds[1:])
        try:
            result = super().main(args, prog_name or "crm", complete_var, standalone_mode=False, **extra)
            status = result if isinstance(result, int) else 0
        except (click.ClickException, click.Abort) as error:
            if isinstance(error, click.Abort):  # by Ctrl-C before a command of ours has begun
                error = Interrupted(Language(environment_language(os.environ)))
            with forgiving_encodings():
                error.show()
            status = error.exit_code
        finally:
            gc.set_threshold(*thresholds)
        flush()
        if standalone_mode:
            sys.exit(status)
        return status


class HostedProgram(Program):
    """The root group with the database, the user or the policy of a host's program."""

    def __init__(self, *args: Any, hosted: Hosted, **kw: Any) -> None:
        """Take Click's arguments, and what the host brings."""
        super().__init__(*args, **kw)
        self.hosted = hosted

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the line with what the host brings."""
        face_in(ctx, args, self.program(ctx)).hosted = self.hosted
        return super().parse_args(ctx, args)


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001, FBT001 - Click's signature
    if value and not ctx.resilient_parsing:
        click.echo(f"{PROGRAM} {crm.__version__}")
        ctx.exit()
