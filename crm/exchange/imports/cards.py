"""Business cards (vCard 2.1, 3 and 4) and calendars (iCalendar) as rows: a row for each card, event or task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from crm.errors import N_, InvalidInput, problem
from crm.exchange.imports.bounds import refusal
from crm.exchange.imports.cells import Raw, Spoiled, from_text
from crm.exchange.imports.content_lines import Component, Property, components
from crm.exchange.texts import Decoding
from crm.values.moments import as_zone

#: What the properties of a card hold, by their names; DEPARTMENT stands for the parts of ORG behind the company.
CARD: Mapping[str, str] = {
    "FN": "contact.name",
    "ORG": "investor.name",
    "DEPARTMENT": "contact.department",
    "TITLE": "contact.title",
    "EMAIL": "contact.email",
    "TEL": "contact.phone",
    "URL": "investor.website",
    "ADR": "contact.address",
    "NOTE": "contact.note",
}
#: What those of an event, and of a task, hold; VTODO stands for the summary of a task.
EVENT: Mapping[str, str] = {
    "SUMMARY": "meeting.summary",
    "DTSTART": "meeting.at",
    "TZID": "meeting.zone",
    "LOCATION": "meeting.place",
    "ATTENDEE": "contact.name",
    "ORG": "investor.name",
}
TASK: Mapping[str, str] = {"VTODO": "followup.text", "DUE": "followup.due", "ORG": "investor.name"}

_KINDS = {"vcard": frozenset({"VCARD"}), "ical": frozenset({"VEVENT", "VTODO"})}
_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)?)?(Z)?")
#: The name of a card, from its parts: family, given, additional, prefix, suffix.
_ORDER = (3, 1, 2, 0, 4)
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
#: How much a telephone or an address is preferred (RFC 6350, 5.3), from 1 to 100; TYPE=PREF of vCard 3 is the first.
_PREFERENCE, _LEAST = re.compile("[1-9][0-9]?|100"), 101
_TOO_OFTEN = N_("A repeated event is one meeting for each time it took place.")


def read(file: Path, decoding: Decoding, form: str) -> Iterator[tuple[int, dict[str, Raw]]]:
    """Yield the cards of a file, or the events and tasks of a calendar.

    Args:
        file: The file.
        decoding: Its encoding.
        form: ``vcard`` or ``ical``.

    Returns:
        The line on which each begins, and its values by property; those that are imported under the names above.

    Raises:
        InvalidInput: The file is damaged or has none.
    """
    found = False
    for component in components(file, decoding, _KINDS[form]):
        found = True
        match component.kind:
            case "VCARD":
                yield component.line, _card(component)
            case "VEVENT":
                yield component.line, _event(component)
            case _:
                yield component.line, _task(component)
    if not found:
        raise refusal(N_("The file has no card, event or task."), code="empty")


def _text(line: int, text: str) -> Raw:
    try:
        return from_text(text, line)
    except InvalidInput as error:
        return Spoiled(text[:40], error.problems[0])


def _card(card: Component) -> dict[str, Raw]:
    values = {name: _text(card.line, _written(card, name)) for name in (*CARD, "UID", "CATEGORIES")}
    if values["FN"] is None and (parts := card.first("N")) is not None:
        values["FN"] = _text(card.line, _full_name(parts.parts()))
    return values


def _written(card: Component, name: str) -> str:
    """Return the value of a property; of several the preferred one, else the first."""
    lines = sorted(card.all("ORG" if name == "DEPARTMENT" else name), key=_rank)
    if not lines:
        return ""
    if name in {"ORG", "DEPARTMENT"}:  # the company, then its parts
        company, *parts = lines[0].parts()
        return company if name == "ORG" else " ".join(filter(None, parts))
    if name == "ADR":
        return ", ".join(filter(None, lines[0].parts()))
    value = lines[0].text
    return value.removeprefix("tel:").removeprefix("mailto:") if name in {"TEL", "EMAIL"} else value


def _rank(line: Property) -> tuple[bool, int]:
    """Return the order of one among several: a telephone before a fax, the preferred first."""
    types = " ".join((line.parameters.get("TYPE", ""), *line.parameters)).upper()
    number = _PREFERENCE.fullmatch(line.parameters.get("PREF", ""))
    return "FAX" in types, int(number[0]) if number else 1 if "PREF" in types else _LEAST


def _full_name(parts: list[str]) -> str:
    parts = [*parts, "", "", "", "", ""][:5]
    if _HAN.search(parts[0] + parts[1]):
        return parts[0] + parts[1]
    return " ".join(parts[at] for at in _ORDER if parts[at])


def _event(event: Component) -> dict[str, Raw]:
    values = _common(event, EVENT)
    values["DTSTART"], values["TZID"] = _moment(event, "DTSTART")
    if event.first("DESCRIPTION") is not None:
        both = (_plain(event, "SUMMARY"), _plain(event, "DESCRIPTION"))
        values["SUMMARY"] = _text(event.line, "\n".join(filter(None, both)))
    guest = next(iter(event.all("ATTENDEE")), None)
    values["ATTENDEE"] = None if guest is None else _text(event.line, guest.parameters.get("CN", ""))
    if event.first("RRULE") is not None:
        values["DTSTART"] = Spoiled(
            _plain(event, "DTSTART"),
            problem(_TOO_OFTEN, N_("Export the times that took place as single events."), code="repeated"),
        )
    return values


def _task(task: Component) -> dict[str, Raw]:
    due, _ = _moment(task, "DUE")
    due = due.date() if isinstance(due, datetime) else due
    return _common(task, TASK) | {"VTODO": _text(task.line, _plain(task, "SUMMARY")), "DUE": due}


def _common(component: Component, names: Mapping[str, str]) -> dict[str, Raw]:
    texts = {name: _text(component.line, _plain(component, name)) for name in (*names, "UID", "STATUS")}
    company = component.first("X-COMPANY") or component.first("ORG")
    return texts | {"ORG": None if company is None else _text(component.line, company.text)}


def _plain(component: Component, name: str) -> str:
    found = component.first(name)
    return "" if found is None else found.text


def _moment(component: Component, name: str) -> tuple[Raw, Raw]:
    """Return the local time, or the day, of a property, and the zone."""
    found = component.first(name)
    if found is None:
        return None, None
    match = _MOMENT.fullmatch(found.value.strip())
    try:
        if match is None:
            return _text(component.line, found.value), None
        year, month, day = int(match[1]), int(match[2]), int(match[3])
        if match[4] is None:
            return date(year, month, day), None
        moment = datetime(year, month, day, int(match[4]), int(match[5]), int(match[6] or 0), tzinfo=UTC)
    except ValueError:
        return _text(component.line, found.value), None
    zone = _zone(found.parameters.get("TZID", ""))
    if match[7] and zone is not None:
        moment = moment.astimezone(ZoneInfo(zone))
    return moment.replace(tzinfo=None), zone or ("UTC" if match[7] else None)


def _zone(name: str) -> str | None:
    """Return the IANA name of a zone, also where Windows names it."""
    from babel.core import get_global

    if not name:
        return None
    known = get_global("windows_zone_mapping").get(name, name.rpartition("/freeassociation.sourceforge.net/")[2])
    try:
        return str(as_zone(known))
    except InvalidInput:
        return name
