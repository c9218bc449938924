"""Identifiers that registers assign to companies, each checked by its scheme.

Input is accepted in any form - full width, lower case, any spaces and dashes - and stored in one compact form, so that
two spellings of a number are equal. The check is offline: it does not show whether a register has the number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from attrs import frozen

from crm.errors import N_, InvalidInput, Problem, problem
from crm.refusals import not_one_of
from crm.values.text import INVISIBLE, SEPARATORS, SPACES

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: GB 32100-2015 excludes letters that look like digits.
_USCC = _DIGITS + "ABCDEFGHJKLMNPQRTUWXY"
_UNSEEN: dict[int, int | None] = dict.fromkeys(number for low, high in INVISIBLE for number in range(low, high + 1))
_APART: dict[int, int | None] = {**_UNSEEN, **dict.fromkeys(map(ord, SPACES + SEPARATORS + "−"))}
_PAIR, _SHOWN = 2, 40
#: The maximum length of an identifier.
_LONGEST = 120


class IdentifierScheme(StrEnum):
    """The register of an identifier, with the rule that checks it."""

    USCC = "uscc"
    LEI = "lei"
    JP_CN = "jp_cn"
    DE_HR = "de_hr"
    KR_BRN = "kr_brn"
    EU_VAT = "eu_vat"
    HK_BRN = "hk_brn"


@frozen
class Scheme:
    """The properties of a scheme.

    Attributes:
        code: What people type before the number.
        label: Its name; the catalogues translate it as a word (crm.cli.words).
        country: Where it is assigned, ISO 3166-1 alpha-2; None where the number itself says so, or it is the world's.
        example: A number that checks.
        single: A company has one at a time.
        checked: A check digit, or a list of what there is, holds it; otherwise its form alone is known.
        rule: How it is checked.
        read: From what was typed to the compact form, or an :class:`InvalidInput`.
        show: From the compact form to what people print.
        shape: What a compact text has to look like for the scheme to be tried, where none was named.
    """

    code: IdentifierScheme
    label: str
    country: str | None
    example: str
    single: bool
    checked: bool
    rule: str
    read: Callable[[str], str]
    show: Callable[[str], str] = str
    shape: str = ""


@frozen
class Identifier:
    """A number within its scheme, in compact form.

    Attributes:
        scheme: The scheme.
        value: The number, such as ``91110000600037341L``.
    """

    scheme: IdentifierScheme
    value: str

    @property
    def shown(self) -> str:
        """In the printed form, such as ``134-86-72683``."""
        return SCHEMES[self.scheme].show(self.value)

    def __str__(self) -> str:
        """Return ``scheme:value``, which can be read again."""
        return f"{self.scheme.value}:{self.value}"


def as_scheme(value: object) -> IdentifierScheme:
    """Return a scheme by its code.

    Raises:
        InvalidInput: There is none of this code.
    """
    code = unicodedata.normalize("NFKC", str(value)).strip().lower().replace("-", "_")
    if code in SCHEMES:
        return IdentifierScheme(code)
    raise InvalidInput(not_one_of(value, SCHEMES, "scheme"))


def as_identifier(value: object) -> Identifier:
    """Return an identifier.

    Args:
        value: An :class:`Identifier`, a pair (scheme, number), a text ``scheme:number``, or a number that checks in
            exactly one scheme.

    Raises:
        InvalidInput: No such scheme; the number is wrong, with what is wrong about it; no scheme, or several, would do.
    """
    if isinstance(value, Identifier):
        return value
    if isinstance(value, tuple | list) and len(value) == _PAIR:
        scheme = as_scheme(value[0])
        return Identifier(scheme, _checked(SCHEMES[scheme], value[1]))
    if not isinstance(value, str):
        raise InvalidInput(
            problem(
                N_("An identifier must be a text such as {example}, or a pair of scheme and number, not {kind}."),
                N_("Name one of the schemes: {known}."),
                field="identifier",
                code="type",
                example="jp_cn:5835678256246",
                kind=type(value).__name__,
                known=", ".join(SCHEMES),
            )
        )
    head, colon, rest = unicodedata.normalize("NFKC", value[: _LONGEST + 1]).partition(":")
    if colon:
        return as_identifier((head, rest))
    fitting = bare(value)
    if len(fitting) == 1:
        return fitting[0]
    raise InvalidInput(
        problem(
            N_('"{text}" is valid in several schemes.') if fitting else N_('"{text}" is not valid in any scheme.'),
            N_("Write the scheme before it, such as {example}. Schemes: {known}."),
            field="identifier",
            code="scheme",
            text=value[:_SHOWN],
            example="jp_cn:5835678256246",
            known=", ".join(SCHEMES),
        )
    )


def bare(text: str) -> tuple[Identifier, ...]:
    """Return what a number without a scheme may be: one for every scheme that checks it.

    Unchecked schemes are left out.
    """
    if len(text) > _LONGEST:
        return ()
    compact = _compact(text)
    found = []
    for scheme in SCHEMES.values():
        if scheme.checked and re.fullmatch(scheme.shape, compact):
            try:
                found.append(Identifier(scheme.code, _checked(scheme, text)))
            except InvalidInput:
                continue
    return tuple(found)


def named(text: str) -> Identifier | None:
    """Return the identifier in a text, if any: ``scheme:number``, or a number that is valid in exactly one scheme.

    Raises:
        InvalidInput: It begins with a scheme, and its number is wrong.
    """
    head, colon, rest = unicodedata.normalize("NFKC", text[: _LONGEST + 1]).partition(":")
    if colon and head.strip().lower().replace("-", "_") in SCHEMES:
        return as_identifier((head, rest))
    fitting = () if colon else bare(text)
    return fitting[0] if len(fitting) == 1 else None


def _checked(scheme: Scheme, value: object) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    try:
        return _read(scheme, text)
    except InvalidInput as refusal:
        known = {
            "scheme": scheme.code.value,
            "text": str(value)[:_SHOWN],
            "example": scheme.show(scheme.example),
        }
        raise InvalidInput(*(replace(flaw, params={**known, **flaw.params}) for flaw in refusal.problems)) from refusal


def _read(scheme: Scheme, text: str) -> str:
    if not text.strip() or len(text) > _LONGEST:
        raise InvalidInput(_wrong(N_('"{text}" is not a valid {scheme}.'), "empty" if not text.strip() else "too_long"))
    return scheme.read(text)


def _compact(text: str) -> str:
    """Return a text in capitals, of normal width, without separators."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper()).translate(_APART)


def _wrong(text: str, code: str, **params: object) -> Problem:
    return problem(text, N_("Copy it from the document, such as {example}."), field="identifier", code=code, **params)


def _fixed(length: int, alphabet: str, validate: Callable[[str], object]) -> Callable[[str], str]:
    """Return a reader for numbers of one length and alphabet, with a check."""

    def read(text: str) -> str:
        from stdnum.exceptions import InvalidChecksum, ValidationError  # noqa: PLC0415 - only who has a number pays for it

        compact = _compact(text)
        strange = "".join(dict.fromkeys(letter for letter in compact if letter not in alphabet))
        problems = []
        if strange:
            problems.append(
                _wrong(
                    N_('"{text}" has characters that no {scheme} may have: {strange}'),
                    "characters",
                    strange=strange[:_SHOWN],
                )
            )
        if len(compact) != length:
            problems.append(
                _wrong(
                    N_('"{text}" has {length} characters; the {scheme} has {wanted}.'),
                    "length",
                    length=len(compact),
                    wanted=length,
                )
            )
        if problems:
            raise InvalidInput(*problems)
        try:
            validate(compact)
        except InvalidChecksum as error:
            raise InvalidInput(
                _wrong(
                    N_('The check digit of "{text}" does not match; a character of the {scheme} is wrong.'),
                    "check_digit",
                )
            ) from error
        except ValidationError as error:
            raise InvalidInput(_wrong(N_('A part of "{text}" cannot be in any {scheme}.'), "part")) from error
        return compact

    return read


#: GB 32100-2015, table 1, with the additions since (A, N): the authority that registers, and the categories it has.
_CATEGORIES: Mapping[str, str] = MappingProxyType({
    "1": "1239", "2": "19", "3": "123459", "4": "19", "5": "1239", "6": "129", "7": "129", "8": "19", "9": "123",
    "A": "19", "N": "1239", "Y": "1",
})  # fmt: skip


def _uscc(number: str) -> None:
    """Check category and authority (GB 32100-2015, table 1), region and check digit.

    A resident's identity number (GB 11643) has 18 characters too, and is refused.
    """
    from stdnum.cn import ric, uscc  # noqa: PLC0415 - as above
    from stdnum.exceptions import InvalidChecksum, InvalidComponent  # noqa: PLC0415 - as above

    if ric.is_valid(number):
        raise InvalidInput(
            _wrong(N_("This is the identity number of a person and no {scheme}."), "personal"),
        )
    if number[1] not in _CATEGORIES.get(number[0], "") or not number[2:8].isdigit():
        raise InvalidComponent
    if number[-1] != uscc.calc_check_digit(number):
        raise InvalidChecksum


def _lei(number: str) -> object:
    """Check the last two characters (ISO 17442-1, by ISO/IEC 7064 MOD 97-10)."""
    from stdnum import lei  # noqa: PLC0415 - as above
    from stdnum.exceptions import InvalidComponent  # noqa: PLC0415 - as above

    if not number[-2:].isdigit():
        raise InvalidComponent
    return lei.validate(number)


def _japanese(number: str) -> object:
    """Check the first digit (Ordinance of the Ministry of Finance No. 70 of 2014, article 2)."""
    from stdnum.jp import cn  # noqa: PLC0415 - as above

    return cn.validate(number)


def _korean(number: str) -> object:
    """Check the parts with stdnum, and the check digit, which it does not check.

    The weights are 1 3 7 1 3 7 1 3 5, and the tens of the last product are added. The National Tax Service publishes no
    rule: this one is in common use, and fits the numbers that companies publish.
    """
    from stdnum.exceptions import InvalidChecksum  # noqa: PLC0415 - as above
    from stdnum.kr import brn  # noqa: PLC0415 - as above

    brn.validate(number)
    total = sum(weight * int(digit) for weight, digit in zip((1, 3, 7, 1, 3, 7, 1, 3, 5), number, strict=False))
    total += int(number[8]) * 5 // 10
    if (10 - total % 10) % 10 != int(number[9]):
        raise InvalidChecksum
    return number


def _european(text: str) -> str:
    from stdnum.eu import vat  # noqa: PLC0415 - as above; its look-ups on line are never called
    from stdnum.exceptions import ValidationError  # noqa: PLC0415 - as above

    compact = _compact(text)
    if compact[:2] == "GR":
        compact = f"EL{compact[2:]}"
    state = "gr" if compact[:2] == "EL" else compact[:2].lower()
    if state not in vat.MEMBER_STATES:
        raise InvalidInput(_wrong(N_('"{text}" does not begin with the code of a member state.'), "state"))
    if not compact.isascii():
        raise InvalidInput(_wrong(N_('A part of "{text}" cannot be in any {scheme}.'), "part"))
    try:
        return str(vat.validate(compact))
    except ValidationError as error:
        raise InvalidInput(
            _wrong(
                N_('"{text}" is not a valid {scheme} of its member state: its length or its check digit is wrong.'),
                "check_digit",
            )
        ) from error


def _german(text: str) -> str:
    from crm.values.registers.german import German, read_german  # noqa: PLC0415 - only a German number needs the courts

    found = read_german(unicodedata.normalize("NFKC", text.translate(_UNSEEN)))
    if isinstance(found, German):
        return str(found)
    raise InvalidInput(
        _wrong(N_('"{court}" is not a German register court.'), "court", court=found[:_SHOWN])
        if found
        else _wrong(N_('"{text}" has no court, register (HRA, HRB, GnR, PR, VR) and number.'), "form")
    )


def _hong_kong(number: str) -> None:
    """Check the form: eight digits, or a letter and seven digits.

    Since 27 December 2023 the Business Registration Number is the Unique Business Identifier of the Companies Registry.
    A company without one has its former number there, after the letter C or F or the one it always had.
    """
    from stdnum.exceptions import InvalidComponent  # noqa: PLC0415 - as above

    if not number[1:].isdigit():
        raise InvalidComponent


def _japanese_shown(value: str) -> str:
    return f"{value[0]}-{value[1:5]}-{value[5:9]}-{value[9:]}"


def _korean_shown(value: str) -> str:
    return f"{value[:3]}-{value[3:5]}-{value[5:]}"


_ALL = (
    Scheme(
        IdentifierScheme.USCC, "unified social credit code", "CN", "91110000600037341L", single=True, checked=True,
        rule=N_("18 characters, check digit (GB 32100-2015)"), read=_fixed(18, _USCC, _uscc), shape="[0-9ANY][0-9]{7}[0-9A-Z]{10}",
    ),
    Scheme(
        IdentifierScheme.LEI, "LEI", None, "213800KUD8LAJWSQ9D15", single=True, checked=True,
        rule=N_("20 characters, two check digits (ISO 17442)"), read=_fixed(20, _DIGITS + _LETTERS, _lei), shape="[0-9A-Z]{18}[0-9]{2}",
    ),
    Scheme(
        IdentifierScheme.JP_CN, "Japanese corporate number", "JP", "5835678256246", single=True, checked=True,
        rule=N_("13 digits, the first is the check digit"), read=_fixed(13, _DIGITS, _japanese), show=_japanese_shown, shape="[0-9]{13}",
    ),
    # A seat that moves gets another court and number, and a GmbH & Co. KG stands in two registers: several.
    Scheme(
        IdentifierScheme.DE_HR, "German register number", "DE", "Aachen HRA 11223", single=False, checked=True,
        rule=N_("court, register and number; the court must exist"), read=_german, shape=".*(HRA|HRB|GNR|PR|VR)[1-9][0-9]{0,5}.*",
    ),
    # Each place of business has its own: several.
    Scheme(
        IdentifierScheme.KR_BRN, "Korean business number", "KR", "1348672683", single=False, checked=True,
        rule=N_("10 digits, parts and check digit"), read=_fixed(10, _DIGITS, _korean), show=_korean_shown, shape="[0-9]{10}",
    ),
    # One in each member state where the company is registered for it: several.
    Scheme(
        IdentifierScheme.EU_VAT, "EU VAT number", None, "FR61954506077", single=False, checked=True,
        rule=N_("member state, then the rule of that state"), read=_european, shape="[A-Z]{2}[0-9A-Z+*]{7,13}",
    ),
    Scheme(
        IdentifierScheme.HK_BRN, "Hong Kong business registration number", "HK", "12345678", single=True, checked=False,
        rule=N_("8 digits, or a letter and 7 digits; no check digit"), read=_fixed(8, _DIGITS + _LETTERS, _hong_kong),
    ),
)  # fmt: skip

#: Every scheme by its code, in the order they are listed.
SCHEMES: Mapping[str, Scheme] = MappingProxyType({scheme.code.value: scheme for scheme in _ALL})
#: Single schemes: a company has one current number.
SINGLE = tuple(scheme.code for scheme in _ALL if scheme.single)
