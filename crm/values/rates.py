"""Exchange rates: exact from table to value, rounded once, at the end.

A rate is a whole number of 10^-10; results of computations with rates are :class:`~fractions.Fraction`. A value is
rounded to the minor unit of its currency, half away from zero, so that a reversal cancels its entry.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation, localcontext
from fractions import Fraction
from hashlib import sha256

from attrs import frozen

from crm.errors import N_, InvalidInput, problem
from crm.refusals import no_currency
from crm.values.money import CURRENCIES, Money, exponent
from crm.values.written.numbers import pointed

#: Rates are stored in units of 10^-10.
RATE_SCALE = 10**10
#: The largest rate that a BIGINT can store; real rates are far smaller.
_MOST = 2**63 - 1
_LONGEST = 40
#: The stored decimals, and the form of a plain number.
_DIGITS = 10
_PLAIN = re.compile(r"([0-9]{1,8})(?:\.([0-9]{1,10}))?")

#: Of one table and day: (base, quote) to the units of quote for one unit of base, in 10^-10.
Pairs = Mapping[tuple[str, str], int]


@frozen
class Quotation:
    """The value of one unit of a currency in another, on a day.

    Attributes:
        on: The day it holds for.
        base: ISO 4217: one unit of this.
        quote: ISO 4217: is worth so many units of this.
        rate: How many, in 10^-10.
    """

    on: date
    base: str
    quote: str
    rate: int

    def __str__(self) -> str:
        """Return its canonical form, which the checksums of loads are computed from."""
        return f"{self.on.isoformat()},{self.base},{self.quote},{self.rate}"


def checksum(quotations: Iterable[Quotation]) -> str:
    """Return the SHA-256 of rates in their canonical order: by day, base and quote."""
    sum_ = sha256()
    for quotation in quotations:
        sum_.update(f"{quotation}\n".encode())
    return sum_.hexdigest()


def as_currency(value: object) -> str:
    """Return an ISO 4217 code in capitals.

    Raises:
        InvalidInput: It is not a currency.
    """
    code = value.strip().upper() if isinstance(value, str) else ""
    if code not in CURRENCIES:
        raise InvalidInput(no_currency(str(value)[:12], "currency"))
    return code


def as_rate(value: object, units: int = 1) -> int:
    """Return a rate in 10^-10 of one unit.

    Args:
        value: Text, a Decimal or a whole number, such as ``"687.04"``; no float, which is never exact.
        units: So many units of the base it is for, such as 100.

    Raises:
        InvalidInput: It is not a number, is not positive, or has more digits than are kept.
    """
    if isinstance(value, str) and (plain := _PLAIN.fullmatch(value)) is not None:
        # Nearly every cell of a long table: in whole numbers, without a Decimal.
        behind = plain[2] or ""
        whole, left = divmod(int((plain[1] + behind).ljust(len(plain[1]) + _DIGITS, "0")), units)
        if whole > 0 and not left:
            return whole
    number: Decimal | None = None
    if isinstance(value, str) and len(value) <= _LONGEST:
        try:
            plain_text = unicodedata.normalize("NFKC", value).strip()
            # A comma before three digits may be a decimal comma; a point in a rate is a decimal point.
            number = Decimal(pointed(plain_text, doubtful=",", field="rate") or plain_text)
        except InvalidOperation:
            number = None
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
    if number is None or not number.is_finite() or abs(number.adjusted()) > _LONGEST:
        raise InvalidInput(
            problem(
                N_('"{text}" is not a rate.'),
                N_("Write a number such as 687.04."),
                field="rate",
                code="rate",
                text=str(value)[:_LONGEST],
            )
        )
    if number <= 0:
        raise InvalidInput(
            problem(
                N_("The rate {text} is not positive."),
                N_("Leave the cell empty if there is no rate."),
                field="rate",
                code="negative",
                text=str(value)[:_LONGEST],
            )
        )
    with localcontext(prec=3 * _LONGEST):
        scaled = Fraction(number) * RATE_SCALE / units
    if scaled.denominator != 1 or scaled > _MOST:
        raise InvalidInput(
            problem(
                N_("The rate {text} for {units} has too many digits: at most ten decimals for one unit are stored."),
                N_("Give the inverse rate, or round it."),
                field="rate",
                code="digits",
                text=str(value)[:_LONGEST],
                units=units,
            )
        )
    return scaled.numerator


def half_up(value: Fraction) -> int:
    """Return the nearest whole number, rounded half away from zero."""
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return -size if value < 0 else size


def cross(pairs: Pairs, base: str, quote: str) -> Fraction | None:
    """Return the value of one unit of *base* in *quote*: the direct rate, its inverse, or a cross rate over the pivot.

    The pivot is the currency of most pairs: CNY in a table of SAFE, EUR in one of the ECB. Returns None if there is no
    rate.
    """
    if base == quote:
        return Fraction(1)
    direct = _leg(pairs, base, quote)
    if direct is not None:
        return direct
    often = Counter(code for pair in pairs for code in pair)
    for pivot in sorted(often, key=lambda code: (-often[code], code)):
        there, on = _leg(pairs, base, pivot), _leg(pairs, pivot, quote)
        if there is not None and on is not None:
            return there * on
    return None


def _leg(pairs: Pairs, base: str, quote: str) -> Fraction | None:
    if (base, quote) in pairs:
        return Fraction(pairs[base, quote], RATE_SCALE)
    if (quote, base) in pairs:
        return Fraction(RATE_SCALE, pairs[quote, base])
    return None


def converted(money: Money, to: str, rate: Fraction) -> Money:
    """Return an amount in another currency, rounded once.

    Args:
        money: The amount.
        to: ISO 4217 code of the other currency.
        rate: Units of it for one unit of the amount's currency.

    Raises:
        InvalidInput: The result is larger than any real amount.
    """
    shift = exponent(to) - exponent(money.currency)
    return Money(half_up(money.minor * rate * Fraction(10) ** shift), to)


def rounded(rate: Fraction) -> int:
    """Return a rate in 10^-10, the form stored beside a value."""
    return half_up(rate * RATE_SCALE)


def written(rate: int) -> str:
    """Return a rate as people write it: 68704000000 is ``6.8704``."""
    whole, rest = divmod(rate, RATE_SCALE)
    return f"{whole}.{rest:010d}".rstrip("0").rstrip(".")
