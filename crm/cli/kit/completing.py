"""Shell completion of records: what a parameter takes is told by what stands for its value, such as UNIT."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import click

from crm.errors import CRMError
from crm.values.numbers import LETTERS, lettered, number_of

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from crm.crm import CRM

#: So many records are offered at once.
_OFFERED = 50
#: What is typed, and what is said of it.
Offer = tuple[str, str]


def _stations(crm: CRM, _typed: str) -> Iterable[Offer]:
    return ((row.code, row.name) for row in crm.stations.list())


def _units(crm: CRM, _typed: str) -> Iterable[Offer]:
    return ((row.code, row.name) for row in crm.units.list())


def _staff(crm: CRM, _typed: str) -> Iterable[Offer]:
    return ((row.username, row.name) for row in crm.staff.list())


def _trips(crm: CRM, _typed: str) -> Iterable[Offer]:
    return ((row.code, row.title) for row in crm.trips.list())


def _events(crm: CRM, _typed: str) -> Iterable[Offer]:
    return ((row.code, row.title) for row in crm.events.list())


def _leads(crm: CRM, typed: str) -> Iterable[Offer]:
    text = typed if _is_text("lead", typed) else None
    for row in crm.leads.list(text=text, limit=_OFFERED):
        yield from _both("lead", row.id, row.title, typed)


def _investors(crm: CRM, typed: str) -> Iterable[Offer]:
    if not _is_text("investor", typed):
        rows = ((row.id, row.name) for row in crm.investors.list(limit=_OFFERED))
    else:
        rows = ((row.id, row.matching or row.name) for row in crm.investors.find(typed)[:_OFFERED])
    for number, name in rows:
        yield from _both("investor", number, name, typed)


def _about(crm: CRM, typed: str) -> Iterable[Offer]:
    yield from _investors(crm, typed)
    yield from _leads(crm, typed)


def _meetings(crm: CRM, _typed: str) -> Iterable[Offer]:
    return ((lettered("meeting", row.id), f"{row.investor} {row.summary}") for row in crm.meetings.list(limit=_OFFERED))


def _followups(crm: CRM, _typed: str) -> Iterable[Offer]:
    """Yield those that are open, soonest first, then those that are done."""
    rows = sorted(crm.followups.list(open_only=False), key=lambda row: row.done_at is not None)
    return ((lettered("follow-up", row.id), f"{row.investor} {row.text}") for row in rows[:_OFFERED])


def _requests(crm: CRM, _typed: str) -> Iterable[Offer]:
    return (
        (lettered("request", row.id), f"{row.enterprise or row.investor} {row.text}") for row in crm.requests.list()
    )


def _tags(crm: CRM, typed: str) -> Iterable[Offer]:
    # Shells take no word with a space.
    rows = crm.tags.list(typed or None, limit=_OFFERED)
    return ((row.name, "") for row in rows if not any(map(str.isspace, row.name)))


def _views(crm: CRM, _typed: str) -> Iterable[Offer]:
    return ((row.name, row.method) for row in crm.views.list())


def _is_text(noun: str, typed: str) -> bool:
    """Return whether a beginning of a name was typed: neither nothing nor a beginning of a number."""
    return bool(typed) and typed.upper() != LETTERS[noun] and number_of(noun, typed) is None


def _both(noun: str, number: int, name: str, typed: str) -> Iterable[Offer]:
    """Yield a name that begins with what was typed, or else the number; shells take no name with a space."""
    if typed and name.startswith(typed) and not any(character.isspace() for character in name):
        yield name, lettered(noun, number)
    elif not _is_text(noun, typed):
        yield lettered(noun, number), name


#: What is offered, by what stands for the value.
_RECORDS: Mapping[str, Callable[[CRM, str], Iterable[Offer]]] = {
    "STATION": _stations,
    "UNIT": _units,
    "USER": _staff,
    "TRIP": _trips,
    "EVENT": _events,
    "LEAD": _leads,
    "INVESTOR": _investors,
    "INVESTOR|LEAD": _about,
    "REFERRER": _investors,
    "MEETING": _meetings,
    "FOLLOW-UP": _followups,
    "REQUEST": _requests,
    "TAG": _tags,
    "VIEW": _views,
    "[TAG]…": _tags,
}


def completes(metavar: str | None) -> bool:
    """Return whether records are offered for a parameter."""
    return metavar in _RECORDS


def records(ctx: click.Context, metavar: str, incomplete: str) -> list[CompletionItem]:
    """Return the records that begin with what was typed; none if the database is not available.

    Args:
        ctx: The context of the command.
        metavar: What stands for the value.
        incomplete: What was typed.
    """
    from click.shell_completion import CompletionItem
    from sqlalchemy.exc import SQLAlchemyError

    from crm.cli.kit.calls import face_of

    try:
        with face_of(ctx).reading() as crm:
            offers = tuple(_RECORDS[metavar](crm, incomplete))
    except (CRMError, SQLAlchemyError, OSError):
        return []
    return [
        CompletionItem(value, help=" ".join(said.split()))
        for value, said in offers
        if value.casefold().startswith(incomplete.casefold())
    ]
