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

from crm.errors import N_, InvalidInput, problem
from crm.refusals import not_one_of
from crm.values.registers.readers import (
    SHOWN,
    compact_form,
    read_european,
    read_german_number,
    read_hong_kong,
    read_japanese,
    read_korean,
    read_lei,
    read_uscc,
    show_japanese,
    show_korean,
    wrong,
)

_PAIR = 2
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
            text=value[:SHOWN],
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
    compact = compact_form(text)
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
            "text": str(value)[:SHOWN],
            "example": scheme.show(scheme.example),
        }
        raise InvalidInput(*(replace(flaw, params={**known, **flaw.params}) for flaw in refusal.problems)) from refusal


def _read(scheme: Scheme, text: str) -> str:
    if not text.strip() or len(text) > _LONGEST:
        raise InvalidInput(wrong(N_('"{text}" is not a valid {scheme}.'), "empty" if not text.strip() else "too_long"))
    return scheme.read(text)


_ALL = (
    Scheme(
        IdentifierScheme.USCC, "unified social credit code", "CN", "91110000600037341L", single=True, checked=True,
        rule=N_("18 characters, check digit (GB 32100-2015)"), read=read_uscc, shape="[0-9ANY][0-9]{7}[0-9A-Z]{10}",
    ),
    Scheme(
        IdentifierScheme.LEI, "LEI", None, "213800KUD8LAJWSQ9D15", single=True, checked=True,
        rule=N_("20 characters, two check digits (ISO 17442)"), read=read_lei, shape="[0-9A-Z]{18}[0-9]{2}",
    ),
    Scheme(
        IdentifierScheme.JP_CN, "Japanese corporate number", "JP", "5835678256246", single=True, checked=True,
        rule=N_("13 digits, the first is the check digit"), read=read_japanese, show=show_japanese, shape="[0-9]{13}",
    ),
    # A seat that moves gets another court and number, and a GmbH & Co. KG stands in two registers: several.
    Scheme(
        IdentifierScheme.DE_HR, "German register number", "DE", "Aachen HRA 11223", single=False, checked=True,
        rule=N_("court, register and number; the court must exist"), read=read_german_number,
        shape=".*(HRA|HRB|GNR|PR|VR)[1-9][0-9]{0,5}.*",
    ),
    # Each place of business has its own: several.
    Scheme(
        IdentifierScheme.KR_BRN, "Korean business number", "KR", "1348672683", single=False, checked=True,
        rule=N_("10 digits, parts and check digit"), read=read_korean, show=show_korean, shape="[0-9]{10}",
    ),
    # One in each member state where the company is registered for it: several.
    Scheme(
        IdentifierScheme.EU_VAT, "EU VAT number", None, "FR61954506077", single=False, checked=True,
        rule=N_("member state, then the rule of that state"), read=read_european, shape="[A-Z]{2}[0-9A-Z+*]{7,13}",
    ),
    Scheme(
        IdentifierScheme.HK_BRN, "Hong Kong business registration number", "HK", "12345678", single=True, checked=False,
        rule=N_("8 digits, or a letter and 7 digits; no check digit"), read=read_hong_kong,
    ),
)  # fmt: skip

#: Every scheme by its code, in the order they are listed.
SCHEMES: Mapping[str, Scheme] = MappingProxyType({scheme.code.value: scheme for scheme in _ALL})
#: Single schemes: a company has one current number.
SINGLE = tuple(scheme.code for scheme in _ALL if scheme.single)
