"""The rates by which targets and forecasts compare amounts. One statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from fractions import Fraction

from attrs import frozen
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from crm.models import Rate
from crm.rules.ledgers.capital import CapitalPolicy
from crm.values.money import CURRENCIES, Money, exponent
from crm.values.rates import cross


@frozen
class RatesOfDay:
    """The rates of currencies on a day: the last ones published by then.

    Attributes:
        pairs: Units of the second currency for one of the first, in 10^-10.
        on: The latest day of them, or None: there are none.
    """

    pairs: Mapping[tuple[str, str], int]
    on: date | None

    def rate(self, base: str, quote: str) -> Fraction | None:
        """Return the value of one minor unit of *base* in minor units of *quote*, or None without a rate."""
        found = cross(self.pairs, base, quote)
        return None if found is None else found * Fraction(10) ** (exponent(quote) - exponent(base))

    def floors(self, least: Money) -> dict[str, int]:
        """Return for each currency the smallest amount worth at least *least*, in minor units."""
        known = {least.currency, *(code for pair in self.pairs for code in pair)}
        found = {}
        for currency in sorted(known & CURRENCIES):
            rate = self.rate(currency, least.currency)
            if rate is not None:
                found[currency] = -(-least.minor * rate.denominator // rate.numerator)
        return found


def rates_of(session: Session, policy: CapitalPolicy, days: Collection[date]) -> dict[date, RatesOfDay]:
    """Return the rates of currencies on each of some days, by the policy's table. One statement, or none."""
    if not days:
        return {}
    age = timedelta(days=policy.rate_age_days)
    rows = session.execute(
        select(Rate.published_on, Rate.base, Rate.quote, Rate.rate)
        .where(
            Rate.source == policy.rate_source,
            or_(*(and_(Rate.published_on <= day, Rate.published_on >= day - age) for day in sorted(days))),
        )
        .order_by(Rate.published_on)
    ).all()
    found = {}
    for day in days:
        near = [row for row in rows if day - age <= row.published_on <= day]
        # The later of two rates of a pair comes second, and stays.
        found[day] = RatesOfDay(
            {(row.base, row.quote): row.rate for row in near}, near[-1].published_on if near else None
        )
    return found
