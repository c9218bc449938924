"""Numbers of the German registers of companies: court, register, number, as handelsregister.de writes them.

The courts are those of python-stdnum. Its own reading takes "Bad" in "HRB 1 Bad Homburg" for a part of the
number, and keeps the case of the register as typed, so the text is taken apart here and only the court is asked for
there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

_REGISTERS = {"HRA": "HRA", "HRB": "HRB", "GNR": "GnR", "PR": "PR", "VR": "VR"}
_NUMBER = r"(?P<register>HRA|HRB|GnR|PR|VR)\.?\s*(?P<number>[1-9][0-9]{0,5})(?:\s*(?P<part>[A-ZÖ]{1,3}))?"
#: The court first; or last, with what follows the number taken for the court before it is taken for a part.
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<court>.+?),?\s+{_NUMBER}",
        rf"{_NUMBER.partition('(?:')[0]},?\s+(?P<court>.+)",
        rf"{_NUMBER},?\s+(?P<court>.+)",
    )
)
_BEFORE = re.compile(r"(?:Registergericht|Amtsgericht|AG|Handelsregister)\s+", re.IGNORECASE)
#: How a court is written where there are no umlauts.
_UMLAUTS = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"))


@frozen
class German:
    """An entry of a register.

    Attributes:
        court: As handelsregister.de names it.
        register: HRA, HRB, GnR, PR or VR.
        number: Up to six digits.
        part: Letters behind the number, or empty.
    """

    court: str
    register: str
    number: str
    part: str

    def __str__(self) -> str:
        """Return ``München HRB 12345``."""
        return " ".join(filter(None, (self.court, self.register, self.number, self.part)))


def read_german(text: str) -> German | str:
    """Return an entry; or the unknown court, or an empty text if the form is wrong."""
    text = " ".join(text.split())
    unknown = ""
    for form in _FORMS:
        match = form.fullmatch(text)
        if match is None:
            continue
        parts = match.groupdict()
        court_text = _BEFORE.sub("", parts["court"].strip(" ,"))
        court = next(filter(None, map(_court, _spellings(court_text))), None)
        if court is not None:
            part = (parts.get("part") or "").upper()
            return German(court, _REGISTERS[parts["register"].upper()], parts["number"], part)
        unknown = unknown or court_text
    return unknown


def _court(name: str) -> str | None:
    from stdnum.de import handelsregisternummer  # noqa: PLC0415 - only who has such a number pays for it
    from stdnum.exceptions import ValidationError  # noqa: PLC0415 - as above

    try:
        # Only its list of courts is used; its online look-up is never called.
        return handelsregisternummer.validate(f"{name} HRB 1").removesuffix(" HRB 1")
    except ValidationError:
        return None


def _spellings(name: str) -> Iterator[str]:
    yield name
    for two, umlaut in _UMLAUTS:
        name = re.sub(two, umlaut, name, flags=re.IGNORECASE)
    yield name
    yield re.sub("ss", "ß", name, flags=re.IGNORECASE)
