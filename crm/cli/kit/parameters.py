"""The parameters of a verb: options and arguments with translated help, and the options that every verb has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click
from click.core import ParameterSource

from crm.cli.kit.calls import face_of, language_of
from crm.cli.kit.choices import Word
from crm.errors import N_

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., object])


class Decorator(Protocol):
    """What declares a parameter of a verb: it returns the function that it is given."""

    def __call__(self, function: F, /) -> F:
        """Declare the parameter."""


#: Where the context of a call stores the required parameters that are missing.
MISSING = "crm.missing"
_NEGATIVE = re.compile(r"-[\d.．$€£¥￥]|--?[^\x00-\x7f]")


class Offering(click.Parameter):
    """A parameter for which a shell offers records."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the records or codes that its name or metavar stands for, or else what its type offers."""
        from crm.cli.kit.completing import codes, naming, offering, records

        if (listed := naming(self.name, self.metavar)) is not None:
            return codes(ctx, listed, incomplete)
        read = offering(ctx, self.name, self.metavar)
        return super().shell_complete(ctx, incomplete) if read is None else records(ctx, read, incomplete)


class Opt(Offering, click.Option):
    """An option: its help is translated when shown; a required one is asked for."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return names and translated help."""
        language, shown = language_of(ctx), copy(self)
        shown.help = language.read(self.help or "")
        codes = language.codes(self.type.context) if isinstance(self.type, Word) and self.type.only else ()
        if codes and isinstance(self.type, Word) and not self.type.short(language):
            known = language.say(N_("One of: {known}."), known=", ".join(codes))
            shown.help = f"{shown.help} {known}"
        return click.Option.get_help_record(shown, ctx)

    def process_value(self, ctx: click.Context, value: object) -> object:
        """Take the value; a missing one is noted, so that all of them are named together."""
        return _noting_missing(super().process_value, self, ctx, value)


class Arg(Offering, click.Argument):
    """An argument with a help text of its own; a required one is asked for."""

    def __init__(self, *args: Any, help: str = "", **kw: Any) -> None:  # noqa: A002 - as an option calls it
        """Take Click's arguments and a help text."""
        super().__init__(*args, **kw)
        self.help = help

    def make_metavar(self, ctx: click.Context) -> str:
        """Return the metavar: in brackets if it may be left out, with dots if it may be repeated."""
        shown = super().make_metavar(ctx)
        if self.nargs == -1 and not shown.endswith(("...", "…")):
            shown += "..."
        return shown if self.required or shown.startswith("[") else f"[{shown}]"

    def process_value(self, ctx: click.Context, value: object) -> object:
        """Take the value; a missing one is noted."""
        return _noting_missing(super().process_value, self, ctx, value)


def _noting_missing(
    process: Callable[[click.Context, object], object], param: click.Parameter, ctx: click.Context, value: object
) -> object:
    try:
        return process(ctx, value)
    except click.MissingParameter:
        if ctx.resilient_parsing:
            return None
        ctx.meta.setdefault(MISSING, []).append(param)
        return None


@cache
def shared_options() -> tuple[click.Parameter, ...]:
    """Return the options that work behind the program, the noun and the verb; the last one typed counts."""
    keep: dict[str, Any] = {"expose_value": False, "callback": _keep}
    return (
        Opt(["--db"], metavar="URL", help=N_("The database, such as sqlite:///crm.db. [CRM_DB]"), **keep),
        Opt(["--tenant"], metavar="NAME", help=N_("The tenant. [CRM_TENANT]"), **keep),
        Opt(
            ["--as", "user"],
            metavar="USER",
            help=N_("Your user name; default: the one you are bound to, or your login name. [CRM_USER]"),
            **keep,
        ),
        # Eager, for an option behind it may take a stage.
        Opt(
            ["--policy"],
            type=click.Path(),
            metavar="FILE",
            is_eager=True,
            help=N_("The pipeline of another city, a TOML file. [CRM_POLICY]"),
            **keep,
        ),
        Opt(["--lang"], type=click.Choice(["zh", "en"]), help=N_("The language. [CRM_LANG]"), **keep),
        Opt(["--json"], is_flag=True, expose_value=False, help=N_("Print JSON with stable keys.")),
    )


def _keep(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and param.name is not None:
        face = face_of(ctx)
        # What a host's default_map or environment gives holds unless somebody typed another value anywhere on the line.
        on_command_line = ctx.get_parameter_source(param.name) is ParameterSource.COMMANDLINE
        face.give(param.name, value if on_command_line else face.given.get(param.name, value))
    return value


def with_negative_arguments(words: Sequence[str], params: Iterable[click.Parameter]) -> list[str]:
    """Return a line on which words such as ``-5000000 USD`` are arguments: all arguments stand behind ``--``.

    Args:
        words: The line, without program, noun and verb.
        params: The parameters of the verb; no option of theirs begins with a digit or with a character outside ASCII.
    """
    if "--" in words or not any(map(_NEGATIVE.match, words)):
        return [*words]
    takes = {
        name: 0 if param.is_flag or param.count else param.nargs
        for param in params
        if isinstance(param, click.Option)
        for name in (*param.opts, *param.secondary_opts)
    }
    options, arguments, rest = list[str](), list[str](), iter(words)
    for word in rest:
        if len(word) > 1 and word.startswith("-") and not _NEGATIVE.match(word):
            options += [word, *islice(rest, 0 if "=" in word else takes.get(word, 0))]
        else:
            arguments.append(word)
    return [*options, "--", *arguments]
