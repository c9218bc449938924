"""Prompts for missing values on a terminal; without one, all of them are named in a refusal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from crm.cli.printing.language import Language
from crm.cli.printing.widths import on_one_line
from crm.errors import N_, InvalidInput, LikelyDuplicate, problem

if TYPE_CHECKING:
    from crm.cli.kit.face import Face

T = TypeVar("T")


def on_terminal() -> bool:
    """Return whether the input is a terminal, so that a prompt can be answered."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_for(ctx: click.Context, missing: Sequence[click.Parameter], language: Language) -> None:
    """Ask for each missing parameter and put the answers into the context.

    Raises:
        InvalidInput: There is no terminal; every missing parameter is named.
    """
    if not on_terminal():
        raise InvalidInput(
            *(
                problem(
                    N_("{name} is missing."),
                    "{help}",
                    field=parameter.name,
                    code="missing",
                    name=_name(ctx, parameter),
                    help=_help(parameter, language),
                )
                for parameter in missing
            )
        )
    for parameter in missing:
        ctx.params[str(parameter.name)] = _ask(ctx, parameter, language)


def _ask(ctx: click.Context, param: click.Parameter, language: Language) -> object:
    def read(text: str) -> Any:
        value: object = [text] if param.multiple or param.nargs == -1 else text
        return param.type_cast_value(ctx, value)

    question = _help(param, language).rstrip(".。") or _name(ctx, param)
    return click.prompt(on_one_line(question), value_proc=read, err=True, prompt_suffix=language.read(N_(": ")))


def _name(ctx: click.Context, param: click.Parameter) -> str:
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.make_metavar(ctx)


def _help(param: click.Parameter, language: Language) -> str:
    return language.read(getattr(param, "help", "") or "")


def require(**needed: tuple[object, str]) -> None:
    """Refuse the line unless each value is there; each comes with its name on the line.

    Raises:
        InvalidInput: Naming everything that is missing.
    """
    wrong = [
        problem(N_("{name} is missing."), N_("Add it: {name} …"), field=field, code="missing", name=name)
        for field, (value, name) in needed.items()
        if value in {None, ""}
    ]
    if wrong:
        raise InvalidInput(*wrong)


def told_apart(face: Face, distinct: str | None, save: Callable[[str | None], T]) -> T:
    """Save a likely duplicate: on a terminal list the similar records, and ask why it is a different one.

    Args:
        face: The call.
        distinct: The reason that was given.
        save: Saves it in a transaction of its own, with the reason, and returns what is printed.

    Raises:
        LikelyDuplicate: No reason was given, and there is no terminal to ask on.
    """
    try:
        return save(distinct)
    except LikelyDuplicate as twins:
        if face.json or not on_terminal():
            raise
        found = twins
    return save(face.once(repr(found.matches), lambda: _why_another(face, found)))


def _why_another(face: Face, twins: LikelyDuplicate) -> str:
    """List the similar records, and return the reason, typed at the terminal, why this is a different one."""
    for flaw in twins.problems:
        face.echo(face.say(flaw.text, **flaw.values), err=True)
    return str(click.prompt(face.say(N_("Why is it another one")), err=True))


def confirm(face: Face, question: str, *, yes: bool, **values: object) -> None:
    """Continue if *yes* was given or the user confirms.

    Raises:
        InvalidInput: There is no terminal to ask on.
        Abort: They said no.
    """
    if yes:
        return
    if not on_terminal():
        raise InvalidInput(problem(N_("This needs confirmation."), N_("Add it: --yes"), field="yes", code="missing"))
    text = on_one_line(face.say(question, **values))
    face.once(text, lambda: click.confirm(text, abort=True, err=True))
