"""Contacts as vCards, version 3 (RFC 2426) and 4 (RFC 6350), for telephones and mail programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from crm.reads.investors.rows import ContactCard

#: The versions that can be written.
VERSIONS = ("3.0", "4.0")
#: The vCard names of the kinds of telephones.
_TELEPHONES = {"mobile": "cell", "office": "work", "home": "home", "fax": "fax", "assistant": "voice", "other": "voice"}
#: Octets of a line before it is folded.
_LINE = 75


def write(cards: Iterable[ContactCard], *, version: str, today: date) -> bytes:
    """Return contacts as one file: name, present employment, e-mail address, telephone number.

    Notes, and the grounds on which data is held, are not among them.

    Args:
        cards: The contacts.
        version: ``3.0`` or ``4.0``.
        today: The day on which an employment is a present one.
    """
    lines = (line for card in cards for line in _lines(card, version, today))
    return b"".join(folded(line) for line in lines)


def _lines(card: ContactCard, version: str, today: date) -> Iterator[str]:
    about = card.described
    name = _escaped(str(about["name"]))
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    yield f"UID:{'urn:uuid:' if version == '4.0' else ''}{card.uid}"
    yield f"FN:{name}"
    # The records do not say which part of a name is the family name.
    yield f"N:{name};;;;"
    present = [job for job in card.employments if job.until is None or job.until >= today]
    if present:
        parts = filter(None, (present[0].investor, present[0].department))
        yield f"ORG:{';'.join(map(_escaped, parts))}"
        if present[0].title:
            yield f"TITLE:{_escaped(present[0].title)}"
    if email := about.get("email"):
        yield f"EMAIL{';TYPE=INTERNET' if version == '3.0' else ''}:{_escaped(str(email))}"
    if phone := about.get("phone"):
        yield f"TEL;TYPE=work:{_escaped(str(phone))}"
    for one in filter(None, map(str.strip, str(about.get("phones") or "").split(";"))):
        kind, _, number = one.partition(" ")
        yield f"TEL;TYPE={_TELEPHONES.get(kind, 'voice')}:{_escaped(number if kind in _TELEPHONES else one)}"
    if address := about.get("address"):
        yield f"ADR:;;{_escaped(str(address))};;;;"
    yield "END:VCARD"


def _escaped(text: str) -> str:
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return "\\n".join(text.splitlines())


def folded(line: str) -> bytes:
    """Return a line with its end, folded after 75 octets, never within a character."""
    parts, part = [], b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > _LINE:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
