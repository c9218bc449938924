"""What a visit or a follow-up is about: an investor, and which of its leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from crm.cli.kit.face import Face
from crm.cli.kit.parameters import F
from crm.cli.kit.verbs import argument, option
from crm.errors import N_, Ambiguous, InvalidInput, problem
from crm.values.numbers import lettered, number_of

if TYPE_CHECKING:
    from crm.crm import CRM
    from crm.services.meetings.base import About

T = TypeVar("T")
_NONE = "0"


def about_lead_options(function: F) -> F:
    """Declare the options that say which of an investor's leads is meant."""
    function = option("--no-lead", is_flag=True, help=N_("It is about none of the investor's leads."))(function)
    return option("--lead", metavar="LEAD", help=N_("Which lead, if the investor has several open ones."))(function)


def about_argument(function: F) -> F:
    """Declare the argument that names an investor or a lead, and the options that say which of its leads is meant."""
    function = about_lead_options(function)
    return argument(
        "about",
        metavar="INVESTOR|LEAD",
        help=N_("Any unique part of the investor's name, or a number with its letter: L12 a lead, I7 an investor."),
    )(function)


def zone_options(function: F) -> F:
    """Declare the options that say where a local time is read."""
    function = option(
        "--which", type=click.Choice(["first", "second"]), help=N_("For a time that happens twice when clocks go back.")
    )(function)
    return option("--zone", metavar="ZONE", help=N_("The time zone of the place, such as Asia/Tokyo."))(function)


def writing_about(face: Face, about: str, lead: str | None, *, no_lead: bool, act: Callable[[CRM, About], T]) -> T:
    """Return what *act* returns, called in a transaction with what was named.

    If the investor has several open leads and none was named, the user is asked on a terminal.

    Raises:
        InvalidInput: Options that contradict each other, or a lead of another investor.
        Ambiguous: There are several leads, and no terminal to ask on.
    """
    try:
        with face.writing() as crm:
            return act(crm, _named(crm, about, lead, no_lead=no_lead))
    except Ambiguous as error:
        from crm.cli.kit.prompts import on_terminal

        if error.problems[0].code != "several_leads" or not on_terminal():
            raise
        found = error
        asked = face.once(repr(error.matches), lambda: _ask(face, found))
    with face.writing() as crm:
        return act(crm, _named(crm, about, asked, no_lead=asked == _NONE))


def _named(crm: CRM, about: str, lead: str | None, *, no_lead: bool) -> About:
    if no_lead and lead not in {None, _NONE}:
        raise InvalidInput(
            problem(N_("--lead and --no-lead contradict each other."), N_("Leave one out."), field="lead", code="both")
        )
    if no_lead:
        return crm.meetings.resolve(about)[0]
    if lead is None:
        return about
    found, investor = crm.leads.get(lead), crm.meetings.resolve(about)[0]
    if found.investor_id != investor.id:
        raise InvalidInput(
            problem(
                N_("Lead {id} is none of {investor}."),
                N_("List its leads: crm lead list --investor {number}"),
                field="lead",
                code="another",
                id=found.id,
                investor=investor.name,
                number=lettered("investor", investor.id),
            )
        )
    return found


def _ask(face: Face, error: Ambiguous) -> str:
    """Return the number of the lead chosen at the terminal; 0 for none."""
    face.echo(face.say(N_("{investor} has several open leads:"), **error.problems[0].params), err=True)
    for number, title in error.matches:
        face.echo(f"  {lettered('lead', number)}  {title}", err=True)
    known = {number for number, _ in error.matches}

    def read(text: str) -> str:
        chosen = number_of("lead", text)
        if chosen != 0 and chosen not in known:
            listed = ", ".join(lettered("lead", number) for number in sorted(known))
            raise click.BadParameter(face.say(N_('"{value}" is not one of: {known}'), value=text[:60], known=listed))
        return _NONE if chosen == 0 else str(chosen)

    return str(
        click.prompt(
            face.say(N_("Which one is it about? 0: none")),
            value_proc=read,
            err=True,
            prompt_suffix=face.language.read(N_(": ")),
        )
    )
