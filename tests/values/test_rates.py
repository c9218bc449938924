"""Rates: exact from table to value, rounded once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.rules.ledgers.capital import CapitalPolicy, RateDay
from crm.values.money import Money
from crm.values.rates import RATE_SCALE, as_currency, as_rate, converted, cross, half_up, rounded, written

#: A day of SAFE's table: some in yuan, one the other way round.
PAIRS = {
    ("USD", "CNY"): as_rate("684.74", 100),
    ("JPY", "CNY"): as_rate("5.1169", 100),
    ("CNY", "KRW"): as_rate("188.23"),
}


@pytest.mark.parametrize(
    ("base", "quote", "expected"),
    [
        ("USD", "CNY", Fraction("6.8474")),
        ("CNY", "USD", 1 / Fraction("6.8474")),
        ("JPY", "USD", Fraction("0.051169") / Fraction("6.8474")),
        ("KRW", "USD", 1 / Fraction("188.23") / Fraction("6.8474")),
        ("USD", "KRW", Fraction("6.8474") * Fraction("188.23")),
        ("USD", "USD", Fraction(1)),
        ("USD", "EUR", None),
    ],
)
def test_a_rate_is_direct_the_other_way_round_or_across_the_pivot(
    base: str, quote: str, expected: Fraction | None
) -> None:
    """Each exactly; where no way leads there is none."""
    assert cross(PAIRS, base, quote) == expected


@pytest.mark.parametrize(
    ("money", "to", "rate", "minor"),
    [
        (Money(100, "USD"), "JPY", Fraction("133.5"), 134),
        (Money(-100, "USD"), "JPY", Fraction("133.5"), -134),
        (Money(100, "USD"), "JPY", Fraction("133.499"), 133),
        (Money(1, "JPY"), "USD", Fraction("0.005"), 1),
        (Money(1, "JPY"), "KWD", Fraction("0.0023"), 2),
        (Money(1000, "KWD"), "USD", Fraction("3.25"), 325),
    ],
)
def test_half_of_a_minor_unit_is_rounded_up(money: Money, to: str, rate: Fraction, minor: int) -> None:
    """Also where the currencies have other minor units; what is taken back mirrors what was given."""
    assert converted(money, to, rate) == Money(minor, to)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "rate"), ("x", "rate"), (None, "rate"), (6.8, "rate"), (True, "rate"), ("NaN", "rate"), ("1e999999", "rate"), ("1" * 50, "rate"),
        ("0", "negative"), ("-1", "negative"), ("0.00000000001", "digits"), ("1e20", "digits"),
    ],
)  # fmt: skip
def test_a_rate_has_to_be_one(value: Any, code: str) -> None:
    """What is no positive number, or is finer or larger than what is kept, is refused; so is a float."""
    with pytest.raises(InvalidInput) as caught:
        as_rate(value)
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize("value", ["", "XXQ", None, 7, "usdollar"])
def test_a_currency_has_to_be_one(value: Any) -> None:
    """Another text is refused."""
    with pytest.raises(InvalidInput):
        as_currency(value)
    assert as_currency(" usd ") == "USD"


def test_a_rate_is_written_as_people_do() -> None:
    """Without zeroes that say nothing."""
    assert [written(as_rate(text)) for text in ("6.8474", "7", "0.0000000001", "1,234.50")] == [
        "6.8474", "7", "0.0000000001", "1234.5",
    ]  # fmt: skip


RATES = st.integers(min_value=1, max_value=10**6 * RATE_SCALE)


@given(minor=st.integers(min_value=-(10**12), max_value=10**12), one=RATES, other=RATES)
def test_a_conversion_is_that_of_exact_fractions(minor: int, one: int, other: int) -> None:
    """Across the pivot, the nearest minor unit to the exact value, and of two equally near ones the farther from zero."""
    pairs = {("EUR", "USD"): one, ("EUR", "JPY"): other}
    rate = cross(pairs, "USD", "JPY")
    exact = Fraction(minor, 100) * Fraction(other, one)
    assert rate == Fraction(other, one)
    if abs(exact) > 10**15:
        return
    value = converted(Money(minor, "USD"), "JPY", rate).minor
    assert abs(value - exact) <= Fraction(1, 2)
    assert abs(value - exact) < Fraction(1, 2) or abs(value) > abs(exact)
    assert converted(Money(-minor, "USD"), "JPY", rate).minor == -value
    assert half_up(rate * RATE_SCALE) == rounded(rate)


@given(
    st.decimals(min_value=Decimal("0.0000000001"), max_value=Decimal(10) ** 6, places=8), st.sampled_from([1, 10, 100])
)
def test_a_rate_is_kept_exactly(value: Decimal, units: int) -> None:
    """As a whole number of 10^-10 of one unit."""
    if value > 0:
        assert (
            Fraction(as_rate(value, units), RATE_SCALE)
            == Fraction(value) / units
            == Fraction(as_rate(str(value), units), RATE_SCALE)
        )


@pytest.mark.parametrize(
    ("text", "units", "rate"),
    [("7,1012", 1, "7.1012"), ("710,12", 100, "7.1012"), ("0,123", 1, "0.123"), ("7,100.5", 1, "7100.5"), ("1,234,567", 1, "1234567"), ("１２,５", 1, "12.5"),
     ("1.234,5", 1, "1234.5")],
)  # fmt: skip
def test_a_comma_is_a_point_or_cuts_thousands_off(text: str, units: int, rate: str) -> None:
    """Both decimal commas and thousands separators are read."""
    assert as_rate(text, units) == as_rate(rate)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("7,101", "separator"),
        ("１８,３４６", "separator"),
        ("１８，３４６", "separator"),
        ("1,23,4", "rate"),
        ("7,", "rate"),
        (",5", "rate"),
        ("12,34.5", "rate"),
    ],
)
def test_a_rate_that_may_be_two_is_none(text: str, code: str) -> None:
    """What can be read in two ways, or in none."""
    with pytest.raises(InvalidInput) as refusal:
        as_rate(text)
    assert refusal.value.problems[0].code == code


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        (RateDay.DAY, date(2024, 2, 10), date(2024, 2, 10)),
        (RateDay.MONTH_START, date(2024, 2, 10), date(2024, 2, 1)),
        (RateDay.MONTH_END, date(2024, 2, 10), date(2024, 2, 29)),
        (RateDay.MONTH_END, date(2023, 12, 31), date(2023, 12, 31)),
    ],
)
def test_the_policy_says_which_day_s_rate(rule: RateDay, day: date, expected: date) -> None:
    """The day itself, or the first or last of its month."""
    assert CapitalPolicy(rate_day=rule).rate_day_of(day) == expected
