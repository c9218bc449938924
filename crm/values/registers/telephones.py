"""Telephone numbers: any spelling is read; a country code must exist, and the length must fit it."""

from __future__ import annotations

import re
import unicodedata

from crm.errors import N_, InvalidInput, problem
from crm.values.text import require_text

_LONGEST = 40
_NUMBER = re.compile(r"\+?[0-9(][0-9 ()/.-]{3,38}")
_EXTENSION = re.compile(
    r"[ ,;]*(?:转|轉|分机|分機|内线|内線|내선|extension|ext\.?|durchwahl|x|#)[ :.]*(\d{1,8})$", re.IGNORECASE
)
#: A local number, and the longest of the world (E.164).
_FEWEST, _MOST = 4, 15


def as_telephone(value: object, field: str = "phone") -> str:
    """Read a telephone number.

    Args:
        value: A number of a country, or one with its country code; an extension may follow: ``0531-88888888转801``.
        field: The name of the argument in refusals.

    Returns:
        The number as it was written, in half width, the extension as ``ext. 801``.

    Raises:
        InvalidInput: It is no number, no country has its code, or its length does not fit the country.
    """
    text = " ".join(unicodedata.normalize("NFKC", require_text(value, field, limit=_LONGEST)).split())
    number = re.sub("^tel: ?", "", text, flags=re.IGNORECASE).translate({0x2010: "-", 0x2212: "-", 0x30FC: "-"})
    extension = _EXTENSION.search(number)
    if extension:
        number = number[: extension.start()].rstrip()
    digits = sum(character.isdecimal() for character in number)
    if not (_NUMBER.fullmatch(number) and _FEWEST <= digits <= _MOST and _closed(number) and _fits(number)):
        raise InvalidInput(
            problem(
                N_('"{text}" is not a telephone number.'),
                N_("Write it like +81 3 1234 5678."),
                field=field,
                code=field,
                text=text[:60],
            )
        )
    return require_text(f"{number} ext. {extension[1]}" if extension else number, field, limit=_LONGEST)


def _closed(number: str) -> bool:
    """Return whether each bracket has its other."""
    return re.sub(r"\([^()]*\)", "", number).strip("0123456789 +/.-") == ""


def _fits(number: str) -> bool:
    """Return whether a number with a country code may be one of that country."""
    if not number.startswith(("+", "00")):
        return True
    import phonenumbers  # noqa: PLC0415 - only where a number is given

    try:
        parsed = phonenumbers.parse("+" + number.removeprefix("+").removeprefix("00"), None)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_possible_number(parsed))
