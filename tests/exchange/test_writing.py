"""How numbers, names and periods are written in each language."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.cli.printing.language import Code, Language
from crm.exchange.writing import Writer
from crm.reports.sheet import Kind
from crm.values.money import Money
from crm.values.period import Period
from crm.values.sentences import Coded, Named, NotAvailable, said

ZH, EN = Writer(Language("zh")), Writer(Language("en"))


@pytest.mark.parametrize(
    ("minor", "currency", "zh", "en"),
    [
        (313_700_000_000, "USD", "31.37亿美元", "US$3.137bn"), (34_450_000_000, "USD", "3.45亿美元", "US$345m"),
        (66_355_000_000, "USD", "6.64亿美元", "US$664m"), (13_800_000_000, "USD", "1.38亿美元", "US$138m"),
        (1_000_000_000, "USD", "1,000万美元", "US$10m"), (1_250_000_000, "USD", "1,250万美元", "US$12.5m"),
        (99_999_999_99, "USD", "1亿美元", "US$100m"), (-66_355_000_000, "USD", "-6.64亿美元", "-US$664m"),
        (320_000_000_000, "USD", "32亿美元", "US$3.2bn"), (999_900, "USD", "9,999美元", "US$9,999"), (123, "CNY", "1.23元", "CN¥1.23"),
        (500_000_000, "JPY", "5亿日元", "JP¥500m"), (5, "KWD", "0.005科威特第纳尔", "KWD 0.005"), (0, "USD", "0美元", "US$0"),
    ],
)  # fmt: skip
def test_amounts(minor: int, currency: str, zh: str, en: str) -> None:
    """In the unit people say, rounded half up, otherwise unchanged."""
    assert ZH.money(Money(minor, currency)) == zh
    assert EN.money(Money(minor, currency)) == en


@given(st.integers(-(10**13), 10**13))
def test_an_amount_is_never_off_by_more_than_its_last_digit(minor: int) -> None:
    """Of what is printed, in either language, nothing else is lost."""
    for writer, scales in ((ZH, {"亿": 10**8, "万": 10**4}), (EN, {"bn": 10**9, "m": 10**6})):
        text = writer.money(Money(minor, "USD")).replace("US$", "").replace("美元", "").replace(",", "")
        scale = next((power for name, power in scales.items() if text.endswith(name)), 1)
        plain = text.rstrip("亿万bnm")
        digits = len(plain.partition(".")[2])
        most = Fraction(
            scale,
            2
            * 10
            ** (3 if scale == 10**9 else 2 if scale > 1 and writer is ZH else 0 if abs(minor) >= 10**10 else digits),
        )
        assert abs(Fraction(plain) * scale - Fraction(minor, 100)) <= max(
            most, Fraction(scale, 2 * 10**digits) if digits else most
        )


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        ("share", Fraction(34_450, 313_700), "10.98%", "10.98%"), ("growth", Fraction(7), "+700%", "+700%"),
        ("growth", Fraction(14_827, 10_000), "+148.27%", "+148.27%"), ("growth", Fraction(-1, 3), "-33.33%", "-33.33%"), ("growth", 0, "0%", "0%"),
        ("growth", Fraction(1, 10**6), "0%", "0%"), ("share", 1, "100%", "100%"), ("points", Fraction(1002, 10_000), "+10.02", "+10.02"),
        ("count", 1_234_567, "1,234,567", "1,234,567"), ("days", Fraction(123, 2), "61.5", "61.5"), ("number", Fraction(1, 3), "0.33", "0.33"),
        ("count", NotAvailable("why"), "不适用", "n/a"), ("count", None, "", ""), ("money", (), "–", "–"),
    ],
)  # fmt: skip
def test_cells(kind: Kind, value: Any, zh: str, en: str) -> None:
    """Whole percentages without digits, others with two; a growth has its sign; what is not available says so."""
    assert EN.cell(kind, value) == en
    if not isinstance(value, NotAvailable):
        assert ZH.cell(kind, value) == zh


def test_figures_have_their_unit() -> None:
    """Where they stand alone."""
    assert (ZH.figure("points", Fraction(1171, 10_000)), ZH.figure("days", 3)) == ("+11.71个百分点", "3天")
    assert EN.figure("points", Fraction(1171, 10_000)) == "+11.71 percentage points"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("2022", "2022年", "2022"), ("2022H1", "2022年上半年", "H1 2022"), ("2022Q4", "2022年第四季度", "Q4 2022"),
        ("2022-02", "2022年2月", "February 2022"), ("2022-02-06", "2022年2月6日", "6 February 2022"),
        ("2022..2023", "2022年至2023年", "2022 to 2023"), ("2022-03..2022-05", "2022年3月至2022年5月", "March 2022 to May 2022"),
        ("2022-02-06..2022-03-01", "2022年2月6日至2022年3月1日", "6 February 2022 to 1 March 2022"),
    ],
)  # fmt: skip
def test_periods(text: str, zh: str, en: str) -> None:
    """As people say them."""
    assert (ZH.words(Period.parse(text)), EN.words(Period.parse(text))) == (zh, en)


def test_words() -> None:
    """Codes, names, countries and sentences within sentences."""
    assert (ZH.words(Coded("stage", "landed")), EN.words(Coded("stage", "landed"))) == ("落地", "landed")
    assert (ZH.words(Named("东京", "Tokyo")), EN.words(Named("东京", "Tokyo"))) == ("东京", "Tokyo")
    assert [ZH.words(Coded("country", code)) for code in ("JP", "HK", "TW", "ZZ9")] == [
        "日本",
        "中国香港",
        "中国台湾",
        "ZZ9",
    ]
    assert EN.words(said("Reached {stage}", stage=Coded("stage", "landed"))) == "Reached landed"
    assert EN.words("{braces} of a person") == "{braces} of a person"


@pytest.mark.parametrize("code", ["zh", "en"])
def test_every_word_has_a_language(code: Code) -> None:
    """An untranslated text is printed unchanged."""
    assert Writer(Language(code)).words("山") == "山"
