"""Shell completion of records: the metavar of a parameter, such as UNIT, decides which records are offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import click

from crm.errors import CRMError
from crm.values.numbers import LETTERS, lettered, number_of

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from crm.crm import CRM

#: The number of records offered at once.
_OFFERED = 50
#: The number of records whose parts are read, with a statement for each.
_LOOKED_INTO = 20
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


def _contacts(crm: CRM, typed: str) -> Iterable[Offer]:
    name = typed if _is_text("contact", typed) else None
    for row in crm.contacts.list(name=name, limit=_OFFERED):
        yield from _both("contact", row.id, f"{row.name} {row.investor}", typed)


def _documents(crm: CRM, _typed: str) -> Iterable[Offer]:
    """Yield the documents of the first leads, withdrawn ones too."""
    for lead in crm.leads.list(limit=_LOOKED_INTO):
        for row in crm.leads.evidence(lead.id, withdrawn=True):
            yield lettered("evidence", row.id), f"{row.kind} {row.reference} {lead.title}"


def _arrivals(crm: CRM, _typed: str) -> Iterable[Offer]:
    rows = crm.capital.list(limit=_OFFERED)
    return ((lettered("arrival", row.id), f"{row.lead} {row.amount} {row.arrived_on}") for row in rows)


def _contract_amounts(crm: CRM, _typed: str) -> Iterable[Offer]:
    rows = crm.contracts.list(limit=_OFFERED)
    return ((lettered("contract amount", row.id), f"{row.lead} {row.amount} {row.agreed_on}") for row in rows)


def _claims(crm: CRM, _typed: str) -> Iterable[Offer]:
    return ((lettered("claim", row.id), f"{row.unit_name} {row.lead}") for row in crm.claims.list(limit=_OFFERED))


def _referrals(crm: CRM, _typed: str) -> Iterable[Offer]:
    rows = crm.referrals.list(withdrawn=True, limit=_OFFERED)
    return ((lettered("referral", row.id), f"{row.referrer} → {row.brought}") for row in rows)


def _targets(crm: CRM, _typed: str) -> Iterable[Offer]:
    return ((row.code, row.current.terms.title) for row in crm.targets.list(ended=True))


def _imports(crm: CRM, _typed: str) -> Iterable[Offer]:
    return ((str(row.id), row.file) for row in crm.imports.list(limit=_OFFERED))


def _merged_investors(crm: CRM, _typed: str) -> Iterable[Offer]:
    return _merges(crm, person=False)


def _merged_contacts(crm: CRM, _typed: str) -> Iterable[Offer]:
    return _merges(crm, person=True)


def _merges(crm: CRM, *, person: bool) -> Iterable[Offer]:
    rows = crm.merges.list(person=person, limit=_OFFERED)
    return ((lettered("merge", row.id), f"{row.survivor} ← {row.absorbed}") for row in rows)


def _attendances(crm: CRM, _typed: str) -> Iterable[Offer]:
    """Yield the attendances of the latest events, withdrawn ones too."""
    for event in crm.events.list(limit=_LOOKED_INTO):
        for row in crm.events.show(event.id, withdrawn=True).attendance:
            yield str(row.id), f"{row.investor or ''} {event.title}"


def _costs(crm: CRM, _typed: str) -> Iterable[Offer]:
    """Yield the costs of the latest trips, as far as the reader may see them."""
    for trip in crm.trips.list(limit=_LOOKED_INTO):
        for row in crm.trips.show(trip.id).costs or ():
            yield str(row.id), f"{row.item} {row.amount} {trip.title}"


def _places(crm: CRM, typed: str) -> Iterable[Offer]:
    yield from _stations(crm, typed)
    yield from _units(crm, typed)


def _redactable(crm: CRM, typed: str) -> Iterable[Offer]:
    yield from _meetings(crm, typed)
    yield from _followups(crm, typed)


def _is_text(noun: str, typed: str) -> bool:
    """Return whether a beginning of a name was typed: neither nothing nor a beginning of a number."""
    return bool(typed) and typed.upper() != LETTERS[noun] and number_of(noun, typed) is None


def _both(noun: str, number: int, name: str, typed: str) -> Iterable[Offer]:
    """Yield a name that begins with what was typed, or else the number; shells take no name with a space."""
    if typed and name.startswith(typed) and not any(character.isspace() for character in name):
        yield name, lettered(noun, number)
    elif not _is_text(noun, typed):
        yield lettered(noun, number), name


def _industries(crm: CRM, typed: str) -> Iterable[Offer]:
    """Yield the sections, or what lies within the industry that was typed."""
    rows = crm.industries.list()
    return ((row.code, row.name) for row in rows if len(row.code) <= max(len(typed), 1) + 1)


def _countries(locale: str) -> Iterable[Offer]:
    from babel import Locale

    from crm.values.identifiers import COUNTRIES

    names = Locale.parse(locale).territories
    return ((code, names.get(code, "")) for code in sorted(COUNTRIES))


def _zones(_locale: str) -> Iterable[Offer]:
    from crm.values.registers.zone_names import PRESENT

    return ((name, "") for name in sorted(PRESENT))


def _currencies(locale: str) -> Iterable[Offer]:
    from babel import Locale

    from crm.values.money import EXPONENTS

    names = Locale.parse(locale).currencies
    return ((code, names.get(code, "")) for code in sorted(code for codes in EXPONENTS.values() for code in codes))


#: The codes that are offered without a database, by the name of the parameter or what stands for its value.
_CODES: Mapping[str, Callable[[str], Iterable[Offer]]] = {
    "country": _countries,
    "ultimate": _countries,
    "ZONE": _zones,
    "currency": _currencies,
    "CURRENCY": _currencies,
}
#: The records that are offered by the name of a parameter whose value is a code.
_NAMED: Mapping[str, Callable[[CRM, str], Iterable[Offer]]] = {"industry": _industries, "within": _industries}

#: What is offered, by what stands for the value; where it is another record for each noun, by both.
_RECORDS: Mapping[str, Callable[[CRM, str], Iterable[Offer]]] = {
    "STATION": _stations,
    "UNIT": _units,
    "USER": _staff,
    "TRIP": _trips,
    "EVENT": _events,
    "LEAD": _leads,
    "[LEAD]…": _leads,
    "INVESTOR": _investors,
    "[INVESTOR]": _investors,
    "INVESTOR|LEAD": _about,
    "REFERRER": _investors,
    "MEETING": _meetings,
    "FOLLOW-UP": _followups,
    "REQUEST": _requests,
    "TAG": _tags,
    "VIEW": _views,
    "[TAG]…": _tags,
    "ENTERPRISE": _about,
    "OTHER": _investors,
    "CONTACT": _contacts,
    "EVIDENCE": _documents,
    "CLAIM": _claims,
    "REFERRAL": _referrals,
    "TARGET": _targets,
    "INTO": _tags,
    "IMPORT": _imports,
    "ATTENDANCE": _attendances,
    "COST": _costs,
    "STATION|UNIT": _places,
    "capital ENTRY": _arrivals,
    "contract ENTRY": _contract_amounts,
    "investor RECORD": _investors,
    "contact RECORD": _contacts,
    "db RECORD": _redactable,
    "investor MERGE": _merged_investors,
    "contact MERGE": _merged_contacts,
}


def naming(name: str | None, metavar: str | None) -> Callable[[str], Iterable[Offer]] | None:
    """Return what lists the codes that are offered for a parameter, in a language; None if none are."""
    return _CODES.get(name or "") or _CODES.get(metavar or "")


def codes(ctx: click.Context, listed: Callable[[str], Iterable[Offer]], incomplete: str) -> list[CompletionItem]:
    """Return the codes that begin with what was typed, each with its name."""
    from crm.cli.kit.calls import language_of

    return _items(listed(language_of(ctx).locale), incomplete)


def offering(ctx: click.Context, name: str | None, metavar: str | None) -> Callable[[CRM, str], Iterable[Offer]] | None:
    """Return what reads the records that are offered for a parameter; None if none are."""
    noun = ctx.parent.info_name if ctx.parent else ""
    return _RECORDS.get(f"{noun} {metavar}") or _RECORDS.get(metavar or "") or _NAMED.get(name or "")


def records(ctx: click.Context, read: Callable[[CRM, str], Iterable[Offer]], incomplete: str) -> list[CompletionItem]:
    """Return the records that begin with what was typed; none if the database is not available.

    Args:
        ctx: The context of the command.
        read: Reads them.
        incomplete: What was typed.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from crm.cli.kit.calls import face_of

    try:
        with face_of(ctx).reading() as crm:
            offers = tuple(read(crm, incomplete))
    except (CRMError, SQLAlchemyError, OSError):
        return []
    return _items(offers, incomplete)


def _items(offers: Iterable[Offer], incomplete: str) -> list[CompletionItem]:
    """Return what begins with what was typed, as Click takes it."""
    from click.shell_completion import CompletionItem

    return [
        CompletionItem(value, help=" ".join(said.split()))
        for value, said in offers
        if value.casefold().startswith(incomplete.casefold())
    ]
