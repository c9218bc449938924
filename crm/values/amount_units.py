"""The unit in which an amount was stated: 3.45亿 is exact in the ledger, but was rounded by its source."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from crm.values.money import Money, scale_of


class AmountUnit(StrEnum):
    """A unit in which large amounts are stated."""

    THOUSAND = "thousand"
    TEN_THOUSAND = "ten_thousand"
    MILLION = "million"
    TEN_MILLION = "ten_million"
    HUNDRED_MILLION = "hundred_million"
    BILLION = "billion"
    TEN_BILLION = "ten_billion"
    HUNDRED_BILLION = "hundred_billion"
    TRILLION = "trillion"


#: How many of the currency's own unit each is.
TIMES = {
    AmountUnit.THOUSAND: 10**3,
    AmountUnit.TEN_THOUSAND: 10**4,
    AmountUnit.MILLION: 10**6,
    AmountUnit.TEN_MILLION: 10**7,
    AmountUnit.HUNDRED_MILLION: 10**8,
    AmountUnit.BILLION: 10**9,
    AmountUnit.TEN_BILLION: 10**10,
    AmountUnit.HUNDRED_BILLION: 10**11,
    AmountUnit.TRILLION: 10**12,
}
#: Official statistics are in units of 10,000; amounts in coarser units are rounded.
FINE = 10**4
#: The units in which amounts are rounded, unless digits behind the point reach down to :data:`FINE`.
COARSE = tuple(unit for unit, times in TIMES.items() if times > FINE)


def told_in(amount: object) -> AmountUnit | None:
    """Return the unit that a typed amount is written in: ``3.45亿美元``, ``US$345m``; None of one in whole digits."""
    times = scale_of(amount) if isinstance(amount, str) else 1
    return next((unit for unit, known in TIMES.items() if known == times), None)


def in_unit(money: Money, unit: AmountUnit) -> str:
    """Return the amount in units: ``3.45``."""
    number = (money.major / Decimal(TIMES[unit])).normalize()
    return f"{number:f}"
