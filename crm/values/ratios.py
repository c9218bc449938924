"""Shares and growth as exact fractions, or the reason why there is none."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from crm.errors import N_
from crm.values.money import Money
from crm.values.sentences import NotAvailable, Said

#: Why there is no share or growth.
OF_NOTHING = Said(N_("the denominator is zero"))


FROM_ZERO = Said(N_("the earlier figure is zero"))


UNKNOWN = Said(N_("the figure to compare with is unknown"))


def share(part: int | Money | NotAvailable, whole: int | Money | NotAvailable) -> Fraction | NotAvailable:
    """Return a part of a whole, exactly; of zero there is no share, nor of what is not available."""
    if isinstance(part, NotAvailable):
        return part
    if isinstance(whole, NotAvailable):
        return whole
    one, other = _numbers(part, whole)
    return Fraction(one, other) if other else NotAvailable(OF_NOTHING)


def growth(now: int | Money | NotAvailable, before: int | Money | NotAvailable | None) -> Fraction | NotAvailable:
    """Return the relative growth from *before*, exactly: eight times as much is 7.

    From zero, less or unknown there is none.
    """
    if isinstance(now, NotAvailable):
        return now
    if isinstance(before, NotAvailable):
        return before
    if before is None:
        return NotAvailable(UNKNOWN)
    one, other = _numbers(now, before)
    return Fraction(one - other, other) if other > 0 else NotAvailable(FROM_ZERO)


def rounded(value: Fraction | Decimal | int, digits: int) -> Decimal:
    """Return a number with the given decimals, rounded half away from zero, as statisticians do; exact until then."""
    exact = Fraction(value) * 10**digits
    whole, rest = divmod(abs(exact.numerator), exact.denominator)
    whole += 2 * rest >= exact.denominator
    return Decimal(whole if exact >= 0 else -whole).scaleb(-digits)


def _numbers(one: int | Money, other: int | Money) -> tuple[int, int]:
    if isinstance(one, Money) and isinstance(other, Money):
        if one.currency != other.currency:
            raise ValueError(f"{one} and {other} cannot be compared without a rate")
        return one.minor, other.minor
    if isinstance(one, Money) or isinstance(other, Money):
        raise TypeError(f"{one} and {other} are not of one kind")
    return one, other
