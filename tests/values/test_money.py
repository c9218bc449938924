"""Money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.values.money import CURRENCIES, MAX_MINOR, NAMES, Money, as_money, exponent

amounts = st.builds(Money, st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(sorted(CURRENCIES)))


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("20000000 USD", 2_000_000_000, "USD"),
        ("20,000,000.50 usd", 2_000_000_050, "USD"),
        ("US$3.2bn", 320_000_000_000, "USD"),
        ("$5m", 500_000_000, "USD"),
        ("2000万 USD", 2_000_000_000, "USD"),
        ("2000万美元", 2_000_000_000, "USD"),
        ("1.5亿元", 15_000_000_000, "CNY"),
        ("1.5億円", 150_000_000, "JPY"),
        ("3千万元", 3_000_000_000, "CNY"),
        ("3百万 EUR", 300_000_000, "EUR"),
        ("人民币1亿", 10_000_000_000, "CNY"),
        ("RMB 100", 10_000, "CNY"),
        ("JPY 1200", 1200, "JPY"),
        ("1200円", 1200, "JPY"),
        ("EUR 12,500.50", 1_250_050, "EUR"),
        ("€7", 700, "EUR"),
        ("HK$8", 800, "HKD"),
        ("1.234 KWD", 1234, "KWD"),
        ("１００ USD", 10_000, "USD"),
        ("-5 USD", -500, "USD"),
        ("12.50 EUR", 1250, "EUR"),
        ("0.500 EUR", 50, "EUR"),
        ("1.234亿元", 12_340_000_000, "CNY"),
        ("12,000 JPY", 12_000, "JPY"),
        ("5万美金", 5_000_000, "USD"),
        ("300万加元", 300_000_000, "CAD"),
        ("2亿新加坡元", 20_000_000_000, "SGD"),
        ("1000万瑞郎", 1_000_000_000, "CHF"),
        ("20 million US dollars", 2_000_000_000, "USD"),
        ("5bn yen", 5_000_000_000, "JPY"),
        ("100万 euros", 100_000_000, "EUR"),
        ("Hong Kong  dollars 8", 800, "HKD"),
        ("1 South Korean won", 1, "KRW"),
        ("7000万元人民币", 7_000_000_000, "CNY"),
        ("5 MXN", 500, "MXN"),
        ("3千亿韩元", 300_000_000_000, "KRW"),
        ("  5 USD ", 500, "USD"),
        ("三百万美元", 300_000_000, "USD"),
        ("一亿二千万元", 12_000_000_000, "CNY"),
        ("3亿4500万美元", 34_500_000_000, "USD"),
        ("三点四五亿美元", 34_500_000_000, "USD"),
        ("十五万欧元", 15_000_000, "EUR"),
        ("三百零五元", 30_500, "CNY"),
        ("一亿零五百万元", 10_500_000_000, "CNY"),
        ("1万2000元", 1_200_000, "CNY"),
        ("伍億円", 500_000_000, "JPY"),
        ("人民币叁佰万元整", 300_000_000, "CNY"),
        ("壹仟贰佰叁拾肆万伍仟陆佰圆整", 1_234_560_000, "CNY"),
        ("-三百万美元", -300_000_000, "USD"),
        ("1.000.000,50 EUR", 100_000_050, "EUR"),
        ("1.000.000 EUR", 100_000_000, "EUR"),
        ("1\u202f000\u202f000,5 EUR", 100_000_050, "EUR"),
        ("CHF 12'500.50", 1_250_050, "CHF"),
        ("12,50 EUR", 1250, "EUR"),
        ("1,5 bn EUR", 150_000_000_000, "EUR"),
        ("人民幣100萬元", 100_000_000, "CNY"),
        ("三百萬港幣", 300_000_000, "HKD"),
        ("100 歐元", 10_000, "EUR"),
        ("日圓１００", 100, "JPY"),
        ("500萬新臺幣", 500_000_000, "TWD"),
        ("100万块钱", 100_000_000, "CNY"),
        ("NT$ 500", 50_000, "TWD"),
        ("￦5000", 5000, "KRW"),
        ("AU$5", 500, "AUD"),
        ("R$5", 500, "BRL"),
        ("5 zł", 500, "PLN"),
        ("2 Mio. EUR", 200_000_000, "EUR"),
        ("1,5 Mrd. €", 150_000_000_000, "EUR"),
        ("\u22125000 USD", -500_000, "USD"),
        ("－5000 USD", -500_000, "USD"),
        ("+5000 USD", 500_000, "USD"),
    ],
)
def test_what_people_type_is_read(text: str, minor: int, currency: str) -> None:
    """Amounts are read with Chinese and English scales and numerals, signs of currencies and the separators of any country."""
    assert Money.parse(text) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "amount"),
        ("20000000", "amount"),
        ("USD", "amount"),
        ("abc USD", "amount"),
        ("1e6 USD", "amount"),
        ("nan USD", "amount"),
        ("1,23,4 USD", "amount"),
        ("1.234.56 EUR", "amount"),
        ("1.234,567,890 EUR", "amount"),
        ("百万美元", "amount"),
        ("三五百万元", "amount"),
        ("三百多万元", "amount"),
        ("3.5亿5千万元", "amount"),
        ("5 XXX", "currency"),
        ("1.5 JPY", "digits"),
        ("0.005 USD", "digits"),
        ("99999999999999 USD", "too_large"),
        (20_000_000.5, "type"),
        (20_000_000, "type"),
        (None, "type"),
    ],
)
def test_what_is_no_amount_is_refused(text: Any, code: str) -> None:
    """A missing currency, an unknown one, too many digits and what is no text are refused, each by its code."""
    with pytest.raises(InvalidInput) as caught:
        Money.parse(text)
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("text", "code", "readings"),
    [
        ("12.500 EUR", "separator", "12500 or 12.5."),
        ("12.000 JPY", "separator", "12000 or 12."),
        ("USD 1.000", "separator", "1000 or 1."),
        ("-１２．５００ EUR", "separator", "12500 or 12.5."),
        ("三百五元", "separator", "350 or 305."),
        ("三万五美元", "separator", "35000 or 30005."),
        ("1万2元", "separator", "12000 or 10002."),
        ("3亿4500元", "separator", "345000000 or 300004500."),
        ("¥500", "currencies", "CNY, JPY"),
        ("5万卢比", "currencies", "INR, IDR"),
        ("5 million pesos", "currencies", "MXN, PHP"),
        ("100 克朗", "currencies", "SEK, NOK"),
        ("kr 500", "currencies", "SEK, NOK"),
        ("１２．０００ 日圓", "separator", "12000 or 12."),
    ],
)
def test_what_has_two_readings_is_refused(text: str, code: str, readings: str) -> None:
    """An amount that may mean thousands or decimals, or several currencies, is refused with its readings."""
    with pytest.raises(InvalidInput) as caught:
        Money.parse(text)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert readings in str(caught.value)


@given(st.integers(1, 10**12 - 1))
def test_a_chinese_number_is_what_it_is_written_from(number: int) -> None:
    """A number that is written out in Chinese is read back."""
    assert Money.parse(f"{in_chinese(number)}元") == Money(number * 100, "CNY")


def in_chinese(number: int) -> str:
    """Return a number below 10^12 in Chinese."""
    if number >= 10**4:
        size, unit = (10**8, "亿") if number >= 10**8 else (10**4, "万")
        over, rest = divmod(number, size)
        zero = "零" * (0 < rest < size // 10)
        return f"{in_chinese(over)}{unit}{zero}{in_chinese(rest)}"
    made, gap = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        made += ("零" if gap and made else "") + "零一二三四五六七八九"[digit] + unit if digit else ""
        gap = not digit
    return made


@pytest.mark.parametrize("name", sorted(NAMES))
def test_an_amount_has_any_currency_of_a_rate_table(name: str) -> None:
    """A currency is read by its Chinese name, or refused with its codes if several have that name."""
    try:
        read = Money.parse(f"5 {name}").currency
    except InvalidInput as refusal:
        read = str(refusal)
    assert NAMES[name] in read


@pytest.mark.parametrize("minor", [1.0, True, Decimal(1), "1", None])
def test_minor_units_are_integers(minor: Any) -> None:
    """No float, no bool, no Decimal stands for minor units."""
    with pytest.raises(InvalidInput):
        Money(minor, "USD")


@given(amounts)
def test_printed_money_reads_back_the_same(amount: Money) -> None:
    """What Money prints, Money.parse reads to the same amount, for every currency."""
    assert Money.parse(str(amount)) == amount


@given(amounts)
def test_the_major_amount_is_exact(amount: Money) -> None:
    """Minor units and the decimal amount say the same; nothing is rounded and no float appears."""
    assert isinstance(amount.major, Decimal)
    assert amount.major * 10 ** exponent(amount.currency) == amount.minor


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_amounts_of_one_currency_add_up(one: int, other: int) -> None:
    """A sum is the sum of the minor units, and an amount with its reversal is nothing."""
    assert Money(one, "USD") + Money(other, "USD") == Money(one + other, "USD")
    assert Money(one, "USD") + -Money(one, "USD") == Money(0, "USD")


def test_currencies_are_not_added_up() -> None:
    """Dollars and yuan have no sum without a rate."""
    with pytest.raises(InvalidInput, match="USD and CNY"):
        Money(1, "USD") + Money(1, "CNY")


def test_money_passes_as_it_is() -> None:
    """as_money takes Money or text."""
    assert as_money(Money(1, "USD")) == Money(1, "USD")
    assert as_money("0.01 USD") == Money(1, "USD")


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("KRW", 0), ("USD", 2), ("CNY", 2), ("KWD", 3)])
def test_minor_digits_follow_the_standard(currency: str, digits: int) -> None:
    """The yen has no minor digit, the dollar two, the dinar three (ISO 4217)."""
    assert exponent(currency) == digits
