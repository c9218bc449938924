"""What all commands share: options that work anywhere on the line, examples, translated help, prompts.

A noun is a group, a verb a command of it. A verb's function gets the :class:`~crm.cli.kit.face.Face` first, then its
own arguments. Missing required values are asked for on a terminal, and otherwise refused, all at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any

import click

from crm.cli.kit.calls import answering, face_in, face_of, language_of
from crm.cli.kit.choices import Day, Word
from crm.cli.kit.parameters import (
    MISSING,
    Arg,
    Decorator,
    F,
    Opt,
    shared_options,
    with_negative_arguments,
)
from crm.cli.kit.settings import KEYS
from crm.cli.printing.helptext import Context, broken, first_paragraph, translated_help
from crm.cli.printing.language import PROGRAM, Language
from crm.cli.summaries import SUMMARIES
from crm.cli.words import WORDS
from crm.errors import N_, BeginAgain, InvalidInput, problem

#: How many times a verb is repeated after a conflict with another transaction.
RETRIES = 3


class Translated(click.Command):
    """A command whose help page is translated when it is shown."""

    context_class = Context

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kw: Any) -> None:
        """Take Click's arguments and the examples that end the help page."""
        super().__init__(*args, **kw)
        self.examples = tuple(examples)
        self.own = len(self.params)
        self.params += shared_options()

    def program(self, ctx: click.Context) -> str:  # noqa: ARG002 - the root group reads it there
        """Return what is typed to call the program."""
        return PROGRAM

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return its parameters, without the shared options that the host's program has chosen."""
        chosen = face_of(ctx).hosted.options
        return [param for param in super().get_params(ctx) if param.expose_value or param.name not in chosen]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the line; our first command on it sets the language and the form of the output."""
        with answering(face_in(ctx, args, self.program(ctx))):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command, and turn errors into messages."""
        with answering(face_of(ctx)):
            return super().invoke(ctx)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the parts of the usage line, Click's own words translated."""
        words = {"[OPTIONS]": N_("[OPTIONS]"), "COMMAND [ARGS]...": N_("COMMAND [ARGS]...")}
        return [
            language_of(ctx).read(words[piece]) if piece in words else piece
            for piece in super().collect_usage_pieces(ctx)
        ]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the translated text."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(translated_help(language_of(ctx), self.help))

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - the first paragraph is short, whatever the limit
        """Return the first paragraph, translated."""
        return first_paragraph(translated_help(language_of(click.get_current_context(silent=True)), self.help))

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Leave the arguments to :meth:`format_options`: Click before 8.5 does not call this."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write arguments, own options, and apart from them those that every command has."""
        language = language_of(ctx)
        if (help_option := self.get_help_option(ctx)) is not None:
            help_option.help = language.read(N_("Show this message and exit."))
        arguments = [
            (param.make_metavar(ctx), language.read(param.help or ""))
            for param in self.params
            if isinstance(param, Arg)
        ]
        own = [param.get_help_record(ctx) for param in self.params[: self.own] if isinstance(param, click.Option)]
        shared = [param.get_help_record(ctx) for param in self.get_params(ctx)[self.own :]]
        for heading, records in (
            (N_("Arguments"), arguments),
            (N_("Options"), own),
            (N_("Options of every command"), shared),
        ):
            rows = [record for record in records if record]
            if rows:
                with formatter.section(language.read(heading)):
                    formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, each on a line of its own."""
        examples = self.shown_examples(ctx)
        if not examples:
            return
        with formatter.section(language_of(ctx).read(N_("Examples"))):
            for example in map(language_of(ctx).called, examples):
                for number, line in enumerate(broken(example)):
                    formatter.write(f"{' ' * (formatter.current_indent + 4 * bool(number))}{line}\n")

    def shown_examples(self, ctx: click.Context) -> tuple[str, ...]:
        """Return the examples of the help page, with the codes of the policy where it lacks those of an example."""
        return tuple(self.exemplified(language_of(ctx), example) for example in self.examples)

    def exemplified(self, language: Language, example: str) -> str:
        """Return an example, with codes of the policy in place of codes that it lacks.

        The policy is read only if the example has such codes.
        """
        for param in self.params:
            if isinstance(param, click.Option) and isinstance(param.type, Word):
                names, usual = "|".join(map(re.escape, param.opts)), tuple(WORDS[param.type.context])
                for name, code in re.findall(rf"({names}) (\S+)", example):
                    codes = language.codes(param.type.context)
                    if code in usual and code not in codes and codes:
                        own = codes[min(usual.index(code), len(codes) - 1)]
                        example = example.replace(f"{name} {code}", f"{name} {own}")
        return example


class Verb(Translated):
    """A command; its function gets the face first."""

    def __init__(self, *args: Any, callback: Callable[..., object], **kw: Any) -> None:
        """Take Click's arguments."""
        super().__init__(*args, callback=_with_face(callback), **kw)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the line, then ask for what is missing or refuse it, all at once."""
        ctx.meta.pop(MISSING, None)
        rest = super().parse_args(ctx, with_negative_arguments(args, self.get_params(ctx)))
        missing: list[click.Parameter] = ctx.meta.pop(MISSING, [])
        if missing:
            from crm.cli.kit.prompts import ask_for

            with answering(face_of(ctx)):
                ask_for(ctx, missing, language_of(ctx))
        return rest


def _with_face(function: Callable[..., object]) -> Callable[..., object]:
    """Pass the face of the call to a verb's function, and repeat it after a conflict with another transaction.

    A host may call a verb with Click's ``ctx.invoke`` or ``ctx.forward``: no line was parsed then, and the shared
    options come by name, as in ``ctx.invoke(verb, db="sqlite:///crm.db", user="admin")``.
    """

    @wraps(function)
    def run(**options: Any) -> object:
        ctx = click.get_current_context()
        own = {param.name for param in ctx.command.params if param.expose_value}
        named = {key: options.pop(key, None) for key in (*KEYS, "json") if key not in own}
        face = ctx.obj = face_in(ctx, ()).with_options(**named)
        face.arguments = options
        with answering(face):
            for _ in range(RETRIES):
                try:
                    return function(face, **options)
                except BeginAgain:
                    if face.committed:
                        raise
            return function(face, **options)

    return run


class Noun(Translated, click.Group):
    """A group of verbs."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs, then the options."""
        rows = self.summaries(ctx)
        with formatter.section(language_of(ctx).read(N_("Commands"))):
            formatter.write_dl(rows)
        super().format_options(ctx, formatter)

    def shown_examples(self, ctx: click.Context) -> tuple[str, ...]:
        """Return own examples, or else those that the first verbs begin with."""
        if self.examples:
            return self.examples
        verbs = (self.get_command(ctx, name) for name in self.list_commands(ctx))
        found = [shown for shown in verbs if isinstance(shown, Translated) and shown.examples]
        return tuple(shown.exemplified(language_of(ctx), shown.examples[0]) for shown in found[:3])

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's signature
        """Return the verbs in the order of their work, not of the alphabet."""
        return list(self.commands)

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return the verbs with the first paragraph of their help."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        return [(name, command.get_short_help_str()) for name, command in found if command is not None]


def noun(name: str) -> Noun:
    """Return a noun without verbs yet."""
    return Noun(name, help=SUMMARIES[name], no_args_is_help=True)


def verb(
    group: Noun,
    name: str,
    *,
    help: str,  # noqa: A002 - as Click calls it
    examples: Sequence[str],
) -> Callable[[Callable[..., None]], Verb]:
    """Make a function a verb of a noun. *help* is a template of the catalogues; its first paragraph is the summary."""
    return lambda function: declare_verb(group, name, function, (), help=help, examples=examples)


def declare_verb(
    group: Noun,
    name: str,
    function: Callable[..., None],
    params: Sequence[Decorator],
    *,
    help: str,  # noqa: A002 - as Click calls it
    examples: Sequence[str],
) -> Verb:
    """Make a function a verb of a noun like :func:`verb`, with these arguments and options in their order."""
    for declare in reversed(params):
        function = declare(function)
    command: Verb = click.command(name, cls=Verb, help=help, examples=examples)(function)
    group.add_command(command)
    return command


#: Declares an option of a verb, from what Click takes for one.
option: Callable[..., Decorator] = partial(click.option, cls=Opt)
#: Declares an argument of a verb.
argument: Callable[..., Decorator] = partial(click.argument, cls=Arg)
#: Declares an option for a day.
day_option: Callable[..., Decorator] = partial(option, metavar="DAY", type=Day())
#: Declares the option for the reason.
reason_option: Callable[..., Decorator] = partial(option, "--reason", metavar="TEXT", help=N_("The reason."))


def encoding_option(function: F) -> F:
    """Declare the option that names the encoding of a text file."""
    return option(
        "--encoding",
        metavar="NAME",
        help=N_("The encoding of the file, such as gb18030 or shift-jis; default: detected."),
    )(function)


#: The help of the reason of a correction.
CORRECTED = N_("The reason; required if another recorded it, or if it was recorded too long ago.")

#: Declares the option of a list that shows withdrawn records too.
withdrawn_option = option("--withdrawn", is_flag=True, help=N_("Include withdrawn ones, struck through."))
#: Declares the option that says why open work is left with what goes out of use.
leave_open_option = option(
    "--leave-open", metavar="WHY", help=N_("Why the open work stays where it is, if nobody takes over.")
)
#: Declares the option that makes a write repeatable.
uid_option = option(
    "--uid", metavar="UUID", help=N_("A UUID that you generate; the command can then be repeated safely.")
)
#: Declares the option that refuses a write if the record has changed.
version_option = option(
    "--version",
    type=int,
    metavar="N",
    help=N_("The version you read; the change is refused if it is no longer current."),
)

#: What PERIOD may be where a verb has no other default.
THIS_YEAR = N_("The period: 2022, 2022H1, 2022Q4, 2022-02, FROM..TO, 2022年二季度, 去年; default: this year.")
#: A period that has to be named.
NAMED = N_("The period: 2022, 2022H1, 2022Q4, 2022-02 or FROM..TO.")
#: The period of a list.
FILTER = N_("Filter by period.")
#: Where the context of a call stores the value of the option.
_TYPED = "crm.period"


def period_argument(help: str = THIS_YEAR, *, required: bool = False) -> Decorator:  # noqa: A002 - as Click calls it
    """Declare the argument PERIOD, and the option that is the same.

    Args:
        help: What it is, and what it is by default.
        required: Whether it must be given.
    """
    as_argument = argument(
        "period", metavar="PERIOD", required=required, default=_from_option, callback=_only_one, help=help
    )
    as_option = option(
        "--period",
        "period_option",
        metavar="PERIOD",
        expose_value=False,
        is_eager=True,  # read before the argument, whose default it is
        callback=_keep,
        help=N_("The same as the argument PERIOD."),
    )

    def declare(function: F) -> F:
        return as_argument(as_option(function))

    return declare


def _keep(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    ctx.meta[_TYPED] = value
    return value


def _from_option() -> str | None:
    ctx = click.get_current_context(silent=True)
    typed: str | None = None if ctx is None else ctx.meta.get(_TYPED)
    return typed


def _only_one(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """Return the period.

    Raises:
        InvalidInput: It is given twice and differs.
    """
    other: str | None = ctx.meta.get(_TYPED)
    if value is not None and other is not None and value != other:
        raise InvalidInput(
            problem(
                N_("Two periods are given: {period} and {other}."),
                N_("Leave one out."),
                field="period",
                code="both",
                period=value,
                other=other,
            )
        )
    return value


def changes(**options: object) -> dict[str, Any]:
    """Return the values given for an edit; an empty text clears. A repeated option counts if given at least once."""
    return {name: None if value == "" else value for name, value in options.items() if value not in (None, ())}
