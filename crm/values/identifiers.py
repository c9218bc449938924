"""Identifiers and codes that others assign: checked before they are kept."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from itertools import islice
from uuid import UUID

from crm.errors import N_, InvalidInput, problem
from crm.values.registers.schemes import IdentifierScheme, as_identifier
from crm.values.text import comparison_key

#: Sections of GB/T 4754-2017, each with its first and last division.
_SECTIONS = {
    "A": (1, 5),
    "B": (6, 12),
    "C": (13, 43),
    "D": (44, 46),
    "E": (47, 50),
    "F": (51, 52),
    "G": (53, 60),
    "H": (61, 62),
    "I": (63, 65),
    "J": (66, 69),
    "K": (70, 70),
    "L": (71, 72),
    "M": (73, 75),
    "N": (76, 79),
    "O": (80, 82),
    "P": (83, 83),
    "Q": (84, 85),
    "R": (86, 90),
    "S": (91, 96),
    "T": (97, 97),
}
_INDUSTRY = re.compile(r"([A-T]?)([0-9]{2})([0-9]{0,2})")
_LONGEST_NAME = 60
#: The length of a code of ISO 3166-1 alpha-3, such as DEU.
_ALPHA_3 = 3
#: The number of industries that a refusal names.
_MOST_NAMED = 20
_CODE = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")
#: ISO 3166-1 alpha-2, officially assigned.
COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT"
    " BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH"
    " ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT"
    " HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS"
    " LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI"
    " NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG"
    " SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG"
    " UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)


#: Usual short names that are not in Unicode's data.
_SHORT = {
    "USA": "US",
    "America": "US",
    "UK": "GB",
    "England": "GB",
    "Korea": "KR",
    "South Korea": "KR",
    "南韩": "KR",
    "HKSAR": "HK",
    "Hong Kong": "HK",
    "香港": "HK",
    "港": "HK",
    "Macau": "MO",
    "Macao": "MO",
    "澳门": "MO",
    "Czech Republic": "CZ",
    "阿联酋": "AE",
    "UAE": "AE",
    "沙特": "SA",
    "印尼": "ID",
    "Holland": "NL",
    "Turkey": "TR",
    "Republic of Korea": "KR",
    "大韩民国": "KR",
    "Great Britain": "GB",
    "中国大陆": "CN",
    "中华人民共和国": "CN",
    "People's Republic of China": "CN",
    "PRC": "CN",
    "中国香港": "HK",
    "中国澳门": "MO",
    "中国台湾": "TW",
    "台湾地区": "TW",
    "台湾省": "TW",
    "United States of America": "US",
    "美利坚合众国": "US",
    "Russian Federation": "RU",
    "俄国": "RU",
    "The Netherlands": "NL",
    "BVI": "VG",
    "英属维京群岛": "VG",
    "开曼": "KY",
    "日本国": "JP",
    "Federal Republic of Germany": "DE",
    "Britain": "GB",
    "Hong Kong SAR": "HK",
    "香港特别行政区": "HK",
    "Macau SAR": "MO",
    "Macao SAR": "MO",
    "澳门特别行政区": "MO",
    "澳洲": "AU",
    "纽西兰": "NZ",
    "Myanmar": "MM",
    "Burma": "MM",
    "Ivory Coast": "CI",
    "Swaziland": "SZ",
    "Macedonia": "MK",
}


@cache
def _countries_by_name() -> Mapping[str, str]:
    """Return countries by their Chinese and English names: those of Unicode CLDR as Babel has them, and short ones."""
    from babel import Locale  # noqa: PLC0415 - Babel reads its data at the first name, not at the start
    from babel.core import get_global  # noqa: PLC0415 - as above

    names = ((name, code) for tongue in ("zh", "en") for code, name in Locale(tongue).territories.items())
    every = {comparison_key(name): code for name, code in names if code in COUNTRIES}
    three = {name.lower(): codes[0] for name, codes in get_global("territory_aliases").items() if len(name) == _ALPHA_3}
    return (
        {name: code for name, code in three.items() if name.isalpha() and code in COUNTRIES}
        | every
        | {comparison_key(name): code for name, code in _SHORT.items()}
    )


def _countries_like(text: str) -> Mapping[str, str]:
    """Return the Chinese names of the countries that a part of a name fits, by code."""
    from babel import Locale  # noqa: PLC0415 - as above

    key = comparison_key(text)
    least = _ALPHA_3 if key.isascii() else 2
    chinese = Locale("zh").territories
    fits = {code for name, code in _countries_by_name().items() if len(key) >= least and key in name}
    return {code: chinese[code] for code in sorted(fits)}


def as_industry(value: object) -> str:
    """Return an industry of GB/T 4754-2017 with its section letter: ``C36``, ``C3670``; ``36`` becomes ``C36``.

    The whole name of a section or a division, in Chinese or English, will do: 汽车制造业.

    Raises:
        InvalidInput: It is neither, the division is not in the section, or several have this name; those that fit are
            named.
    """
    text = unicodedata.normalize("NFKC", str(value)).strip().upper()
    if len(text) == 1 and text in _SECTIONS:
        return text
    match = _INDUSTRY.fullmatch(text)
    if match is not None:
        division = int(match[2])
        section = next((letter for letter, (low, high) in _SECTIONS.items() if low <= division <= high), None)
        if section is not None and match[1] in {"", section}:
            return f"{section}{match[2]}{match[3]}"
    elif isinstance(value, str) and len(value) <= _LONGEST_NAME:
        from crm.values.registers.industries import named  # noqa: PLC0415 - the tables are read at the first name

        fits = named(value)
        if len(fits) == 1 and comparison_key(value) in map(comparison_key, (fits[0].name, fits[0].name_en)):
            return fits[0].code
        if fits:
            raise several_industries(value, ((industry.code, industry.name) for industry in fits))
    raise InvalidInput(
        problem(
            N_('"{text}" is not an industry of GB/T 4754.'),
            N_("Write a section and division such as C36, or a class such as C3670."),
            field="industry",
            code="industry",
            text=str(value)[:40],
        )
    )


def several_industries(text: str, fits: Iterable[tuple[str, str]]) -> InvalidInput:
    """Return the refusal of a name that is no code, with the codes and names of the industries that fit."""
    return InvalidInput(
        problem(
            N_('"{text}" is not one industry of GB/T 4754; these fit: {fits}.'),
            N_("Write one of their codes."),
            field="industry",
            code="industry",
            text=text[:40],
            fits="; ".join(f"{code} {name}" for code, name in islice(fits, _MOST_NAMED)),
        )
    )


def as_credit_code(value: object) -> str:
    """Return a unified social credit code (GB 32100-2015) whose check digit holds; full width is accepted.

    Raises:
        InvalidInput: The length, a character or the check digit is wrong.
    """
    try:
        return as_identifier((IdentifierScheme.USCC, value)).value
    except InvalidInput as refusal:
        raise InvalidInput(
            *(replace(flaw, field="credit_code", code="credit_code") for flaw in refusal.problems)
        ) from refusal


def with_check_digit(stem: str) -> str:
    """Return a unified social credit code from its first 17 characters."""
    from stdnum.cn import uscc  # noqa: PLC0415 - as above

    return stem + str(uscc.calc_check_digit(stem))


def as_country(value: object) -> str:
    """Return an ISO 3166-1 alpha-2 code in capitals from one, or from a country's name in Chinese or English.

    Raises:
        InvalidInput: It is neither. Where it is a part of names, the codes that fit are named.
    """
    text = unicodedata.normalize("NFKC", str(value)).strip().upper()
    if text not in COUNTRIES and isinstance(value, str) and len(value) <= _LONGEST_NAME:
        text = _countries_by_name().get(comparison_key(value), text)
        fits = {} if text in COUNTRIES else _countries_like(value)
        if fits:
            raise InvalidInput(
                problem(
                    N_('"{text}" is not a country; these fit: {fits}.'),
                    N_("Write one of their codes."),
                    field="country",
                    code="country",
                    text=value[:40],
                    fits="; ".join(f"{code} {name}" for code, name in islice(fits.items(), _MOST_NAMED)),
                )
            )
    if text not in COUNTRIES:
        raise InvalidInput(
            problem(
                N_('"{text}" is not a country.'),
                N_("Write two letters of ISO 3166, such as JP, DE, HK, CN."),
                field="country",
                code="country",
                text=str(value)[:40],
            )
        )
    return text


def as_code(value: object, field: str) -> str:
    """Return a short code people type: 1 to 40 of a–z, 0–9, dot, dash and underscore, such as ``tokyo.desk``.

    Raises:
        InvalidInput: Another character, empty, or too long.
    """
    text = str(value).strip().lower()
    if not _CODE.fullmatch(text) or not isinstance(value, str):
        raise InvalidInput(
            problem(
                N_('{field}: "{text}" is not a code.'),
                N_("Use 1 to 40 of a-z, 0-9, dot, dash and underscore, such as tokyo.desk."),
                field=field,
                code="code",
                text=str(value)[:60],
            )
        )
    return text


def as_uid(value: UUID | str) -> UUID:
    """Return a uid.

    Raises:
        InvalidInput: It is not a UUID.
    """
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except (ValueError, AttributeError, TypeError) as error:
        raise InvalidInput(
            problem(
                N_('"{text}" is not a uid.'),
                N_("Pass a UUID, such as a fresh UUIDv7."),
                field="uid",
                code="uid",
                text=str(value)[:60],
            )
        ) from error


def digest(content: Mapping[str, object]) -> str:
    """Return the SHA-256 of *content* in a canonical form: the same content gives the same 64 hex digits."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def as_sha256(value: object) -> str:
    """Return 64 lower-case hex digits.

    Raises:
        InvalidInput: It is not a SHA-256.
    """
    text = str(value).strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise InvalidInput(
            problem(
                N_('"{text}" is not a SHA-256.'),
                N_("Pass the 64 hex digits of the file's checksum."),
                field="sha256",
                code="sha256",
                text=text[:70],
            )
        )
    return text
