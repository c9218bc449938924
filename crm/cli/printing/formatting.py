"""The format of amounts, days and times in each language. Nothing is rounded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from crm.cli.printing.language import Language
from crm.cli.printing.widths import printable
from crm.values.moments import BUREAU_ZONE, LocalTime, zone_of
from crm.values.money import Money, exponent
from crm.values.sentences import Coded

_WAN, _YI = Decimal(10_000), Decimal(100_000_000)
#: So many digits behind the point of a short amount; one that has more is written in full.
_SHORT_DIGITS = 4
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def shown(language: Language, value: object, *, short: bool = False) -> Any:
    """Return a value formatted in the language, *short* in a table; values of unknown types are unchanged."""
    return next((write(language, value, short) for kind, write in _WRITERS if isinstance(value, kind)), value)


def amount(language: Language, money: Money | None, *, short: bool = False) -> str:
    """Return an amount with all its digits; *short* lets Chinese use 万 and 亿 if that is exact."""
    if money is None:
        return ""
    if language.code == "zh":
        currency = _chinese_currency(money.currency)
        for unit, name in ((_YI, "亿"), (_WAN, "万")) if short else ():
            scaled = money.major / unit
            if abs(scaled) >= 1 and -int(scaled.normalize().as_tuple().exponent) <= _SHORT_DIGITS:
                return f"{scaled.normalize():,f}{name}{currency}"
        return f"{_digits(money)}{currency}"
    return f"{_digits(money)} {money.currency}"


def day(language: Language, value: date | None, *, short: bool = False) -> str:
    """Return a day: in words, or short for a table's column."""
    if value is None:
        return ""
    if language.code == "zh":
        return (
            f"{value.year:04}-{value.month:02}-{value.day:02}"
            if short
            else f"{value.year:04}年{value.month}月{value.day}日"
        )
    month = _MONTHS[value.month - 1]
    return f"{value.day} {month[:3] if short else month} {value.year:04}"


def moment(language: Language, value: LocalTime | datetime | None, *, short: bool = False) -> str:
    """Return a local time; the bureau's own zone is left out."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = LocalTime(value, BUREAU_ZONE)
    local = value.utc.astimezone(zone_of(value.zone))
    text = f"{day(language, local.date(), short=short)} {local:%H:%M}"
    return text if short or value.zone == BUREAU_ZONE else f"{text} ({value.zone})"


def days(language: Language, count: int | None) -> str:
    """Return a number of days."""
    return "" if count is None else language.say_n("{count} day", "{count} days", count)


def _digits(money: Money) -> str:
    """Return an amount in digits, in threes; Babel, which writes the same in both languages, takes long to load."""
    digits = exponent(money.currency)
    return f"{money.major:,.{digits if money.minor % 10**digits else 0}f}"


def _chinese_currency(code: str) -> str:
    from babel.numbers import get_currency_name

    return "元" if code == "CNY" else get_currency_name(code, locale="zh_CN")


#: How each sort of value is written; the first that fits counts, and a datetime is a date too.
_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Language, Any, bool], str]], ...] = (
    (Coded, lambda language, value, _: language.word(value.context, value.code)),
    (Money, lambda language, value, short: amount(language, value, short=short)),
    (LocalTime, lambda language, value, short: moment(language, value, short=short)),
    (datetime, lambda language, value, short: moment(language, value, short=short)),
    (date, lambda language, value, short: day(language, value, short=short)),
    (Enum, lambda _, value, __: str(value.value)),
    (str, lambda _, value, __: printable(value)),
    (
        (list, tuple),
        lambda language, value, _: language.listed(shown(language, item) for item in value),
    ),
)
