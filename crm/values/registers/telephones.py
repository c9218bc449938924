"""Telephone numbers: any spelling is read; a country code must exist, and the length must fit it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from crm.errors import N_, InvalidInput, Problem, problem
from crm.values.text import as_items, require_text

_LONGEST = 40
_NUMBER = re.compile(r"\+?[0-9(][0-9 ()/.-]{3,38}")
_EXTENSION = re.compile(
    r"[ ,;]*(?P<bracket>\()?(?:转|轉|分机|分機|内线|内線|內線|내선|extension|ext\.?|durchwahl|x|#|\*)[ :.]*"
    r"(?P<digits>\d{1,8})(?(bracket)\))$",
    re.IGNORECASE,
)
#: Dashes that people and word processors write, and the prolonged sound mark that Japanese input methods give.
_DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0x30FC), "-")
#: A local number, and the longest of the world (E.164).
_FEWEST, _MOST = 4, 15
#: The digits without an area's leading zero from which on a local number tells telephones apart.
_FEWEST_ABROAD = 7


class TelephoneKind(StrEnum):
    """The kind of a further telephone."""

    MOBILE = "mobile"
    OFFICE = "office"
    HOME = "home"
    FAX = "fax"
    ASSISTANT = "assistant"
    OTHER = "other"


_KINDS: Mapping[str, TelephoneKind] = {
    **{kind.value: kind for kind in TelephoneKind},
    **dict.fromkeys(("手机", "移动电话", "携帯", "휴대폰", "cell", "cellphone", "m"), TelephoneKind.MOBILE),
    **dict.fromkeys(("办公", "办公电话", "座机", "固话", "单位", "会社", "work", "tel", "t"), TelephoneKind.OFFICE),
    **dict.fromkeys(("家", "家庭", "住宅", "自宅"), TelephoneKind.HOME),
    **dict.fromkeys(("传真", "fax", "f"), TelephoneKind.FAX),
    **dict.fromkeys(("助理", "秘书", "secretary"), TelephoneKind.ASSISTANT),
    **dict.fromkeys(("其他",), TelephoneKind.OTHER),
}
#: What stands before a number that is the only one, and says nothing more about it.
_LABELS = frozenset("tel telephone phone t 电话 電話 联系电话 聯繫電話 座机 전화 mobile cell m 手机 手機 携帯".split())
_KIND = re.compile(r"([^\W\d_]+)\s*[:.]?\s*(?=[+0-9(])")
#: All further telephones of a person together.
_ALL = 400


def as_telephones(value: object, field: str = "phones") -> str:
    """Read several telephone numbers, each with its kind.

    Args:
        value: ``mobile +81 90 1234 5678; 传真 0531 8888 8888``, or a list of such parts. A kind is a code of
            :class:`TelephoneKind` or a word for it in Chinese or English; without one it is ``other``.
        field: The name of the argument in refusals.

    Returns:
        Kind and number of each, with a semicolon and a space between them, none twice.

    Raises:
        InvalidInput: Some are no telephone numbers, or there are too many; all that are wrong are named.
    """
    texts = [value] if isinstance(value, str) else as_items(value, field)
    parts = [
        part for text in texts for part in re.split("[;；\n]", require_text(text, field, limit=_ALL)) if part.strip()
    ]
    read, wrong = dict[str, None](), list[Problem]()
    for part in parts:
        plain = unicodedata.normalize("NFKC", part).strip()
        named = _KIND.match(plain)
        kind = _KINDS.get(named[1].casefold()) if named else None
        try:
            number = as_telephone(plain[named.end() :] if named and kind else plain, field)
        except InvalidInput as refusal:
            wrong += refusal.problems
        else:
            read[f"{kind or TelephoneKind.OTHER} {number}"] = None
    if wrong:
        raise InvalidInput(*wrong)
    return require_text("; ".join(read), field, limit=_ALL)


def numbers_of(phone: str | None, phones: str | None) -> tuple[str, ...]:
    """Return the numbers of a person: the first, and the further ones as :func:`as_telephones` returns them."""
    further = [part.partition(" ")[2] for part in phones.split("; ")] if phones else []
    return ((phone,) if phone else ()) + tuple(further)


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
    label = _KIND.match(text)
    number = text[label.end() :] if label and label[1].casefold() in _LABELS else text
    number = number.translate(_DASHES)
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
                code="phone",
                text=text[:60],
            )
        )
    return require_text(f"{number} ext. {extension['digits']}" if extension else number, field, limit=_LONGEST)


def is_same_telephone(one: str, other: str) -> bool:
    """Return whether two numbers, as :func:`as_telephone` returns them, reach the same telephone.

    How they are spaced is set apart, and so is the country code where one of them has none: ``03-1234-5678`` is
    ``+81 3 1234 5678``. Another extension is another telephone.
    """
    (first, abroad), (second, elsewhere) = _dialled(one), _dialled(other)
    if abroad == elsewhere:
        return first == second
    whole, part = (first, second) if abroad else (second, first)
    part = part.lstrip("0")
    return len(part) >= _FEWEST_ABROAD and whole.endswith(part)


def _dialled(number: str) -> tuple[str, bool]:
    """Return the digits of a number, and whether they begin with a country code."""
    digits = "".join(character for character in number if character.isdecimal())
    if number.startswith("+"):
        return digits, True
    return digits.removeprefix("00"), digits.startswith("00")


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
