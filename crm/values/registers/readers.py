"""How the number of each register is read: to one compact form, with its check."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

from crm.errors import N_, InvalidInput, Problem, problem
from crm.values.text import INVISIBLE, SEPARATORS, SPACES

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: GB 32100-2015 excludes letters that look like digits.
_USCC = _DIGITS + "ABCDEFGHJKLMNPQRTUWXY"
_UNSEEN: dict[int, int | None] = dict.fromkeys(number for low, high in INVISIBLE for number in range(low, high + 1))
_APART: dict[int, int | None] = {**_UNSEEN, **dict.fromkeys(map(ord, SPACES + SEPARATORS + "−"))}
#: The number of characters of a wrong number that are quoted.
SHOWN = 40


def compact_form(text: str) -> str:
    """Return a text in capitals, of normal width, without separators."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper()).translate(_APART)


def wrong(text: str, code: str, **params: object) -> Problem:
    """Return what is wrong with a number; its text, its scheme and an example are filled in by who knows them."""
    return problem(text, N_("Copy it from the document, such as {example}."), field="identifier", code=code, **params)


def _fixed(length: int, alphabet: str, validate: Callable[[str], object]) -> Callable[[str], str]:
    """Return a reader for numbers of one length and alphabet, with a check."""

    def read(text: str) -> str:
        from stdnum.exceptions import InvalidChecksum, ValidationError  # noqa: PLC0415 - only who has a number pays for it

        compact = compact_form(text)
        strange = "".join(dict.fromkeys(letter for letter in compact if letter not in alphabet))
        problems = []
        if strange:
            problems.append(
                wrong(
                    N_('"{text}" has characters that no {scheme} may have: {strange}'),
                    "characters",
                    strange=strange[:SHOWN],
                )
            )
        if len(compact) != length:
            problems.append(
                wrong(
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
                wrong(
                    N_('The check digit of "{text}" does not match; a character of the {scheme} is wrong.'),
                    "check_digit",
                )
            ) from error
        except ValidationError as error:
            raise InvalidInput(wrong(N_('A part of "{text}" cannot be in any {scheme}.'), "part")) from error
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
            wrong(N_("This is the identity number of a person and no {scheme}."), "personal"),
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


def read_european(text: str) -> str:
    """Return a VAT number of a member state of the EU, with the check of that state."""
    from stdnum.eu import vat  # noqa: PLC0415 - as above; its look-ups on line are never called
    from stdnum.exceptions import ValidationError  # noqa: PLC0415 - as above

    compact = compact_form(text)
    if compact[:2] == "GR":
        compact = f"EL{compact[2:]}"
    state = "gr" if compact[:2] == "EL" else compact[:2].lower()
    if state not in vat.MEMBER_STATES:
        raise InvalidInput(wrong(N_('"{text}" does not begin with the code of a member state.'), "state"))
    if not compact.isascii():
        raise InvalidInput(wrong(N_('A part of "{text}" cannot be in any {scheme}.'), "part"))
    try:
        return str(vat.validate(compact))
    except ValidationError as error:
        raise InvalidInput(
            wrong(
                N_('"{text}" is not a valid {scheme} of its member state: its length or its check digit is wrong.'),
                "check_digit",
            )
        ) from error


def read_german_number(text: str) -> str:
    """Return court, register and number of a German company; the court must exist."""
    from crm.values.registers.german import German, read_german  # noqa: PLC0415 - only a German number needs the courts

    found = read_german(unicodedata.normalize("NFKC", text.translate(_UNSEEN)))
    if isinstance(found, German):
        return str(found)
    raise InvalidInput(
        wrong(N_('"{court}" is not a German register court.'), "court", court=found[:SHOWN])
        if found
        else wrong(N_('"{text}" has no court, register (HRA, HRB, GnR, PR, VR) and number.'), "form")
    )


def _hong_kong(number: str) -> None:
    """Check the form: eight digits, or a letter and seven digits.

    Since 27 December 2023 the Business Registration Number is the Unique Business Identifier of the Companies Registry.
    A company without one has its former number there, after the letter C or F or the one it always had.
    """
    from stdnum.exceptions import InvalidComponent  # noqa: PLC0415 - as above

    if not number[1:].isdigit():
        raise InvalidComponent


def show_japanese(value: str) -> str:
    """Return a Japanese corporate number as it is printed: 5-8356-7825-6246."""
    return f"{value[0]}-{value[1:5]}-{value[5:9]}-{value[9:]}"


def show_korean(value: str) -> str:
    """Return a Korean business number as it is printed: 134-86-72683."""
    return f"{value[:3]}-{value[3:5]}-{value[5:]}"


read_uscc = _fixed(18, _USCC, _uscc)
read_lei = _fixed(20, _DIGITS + _LETTERS, _lei)
read_japanese = _fixed(13, _DIGITS, _japanese)
read_korean = _fixed(10, _DIGITS, _korean)
read_hong_kong = _fixed(8, _DIGITS + _LETTERS, _hong_kong)
