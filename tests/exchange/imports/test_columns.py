"""What headings and cells say."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput, Problem
from crm.exchange.imports.cells import Raw, from_number, from_text, from_value, shown
from crm.exchange.imports.headings import Unit, recognised, unit_of
from crm.exchange.imports.opening import open_table
from crm.exchange.imports.values import OPEN_VALUES, Column, open_words
from crm.rules.imports.fields import IMPORTABLE
from tests.exchange.imports.books import write_xlsx
from tests.tiers import examples

pytestmark = pytest.mark.portable


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("企业名称", "investor.name"),
        ("企 业\n名 称", "investor.name"),
        ("*企业名称（全称）", "investor.name"),
        ("1、企业名称：", "investor.name"),
        ("企業名稱", "investor.name"),
        ("Company Name*", "investor.name"),
        ("会社名", "investor.name"),
        ("회사명", "investor.name"),
        ("国家/地区", "investor.country"),
        ("职务", "contact.title"),
        ("联系电话（手机）", "contact.phone"),
        ("E-MAIL", "contact.email"),
        ("当前进度", "lead.stage"),
        ("최근 연락일", "meeting.at"),
        ("lead.title", "lead.title"),
    ],
)
def test_a_heading_is_recognised_however_it_is_written(text: str, path: str) -> None:
    """Marks, numbers, spaces, brackets, traditional characters and capitals do not matter."""
    assert recognised(text).path == path


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("投资额（万美元）", Unit(10**4, "USD")),
        ("投资额(万元)", Unit(10**4, "CNY")),
        ("计划投资额（亿元人民币）", Unit(10**8, "CNY")),
        ("投资总额/人民币万元", Unit(10**4, "CNY")),
        ("投资额万美元", Unit(10**4, "USD")),
        ("投资额（单位：万美元）", Unit(10**4, "USD")),
        ("Amount (USD m)", Unit(10**6, "USD")),
        ("Investment, EUR million", Unit(10**6, "EUR")),
        ("Amount (thousand EUR)", Unit(10**3, "EUR")),
        ("Amount (million)", Unit(10**6, None)),
        ("投資額（百万円）", Unit(10**6, "JPY")),
        ("投資額（億円）", Unit(10**8, "JPY")),
        ("투자금액(억원)", Unit(10**8, "KRW")),
        ("투자액(만 달러)", Unit(10**4, "USD")),
        ("投资额（必填）", None),
        ("投资额", None),
    ],
)
def test_the_unit_in_a_heading_counts(text: str, unit: Unit | None) -> None:
    """It is read in four languages, wherever it stands."""
    heading = recognised(text)
    assert (heading.path, heading.unit) == ("lead.expected", unit)


def test_what_is_unsure_has_candidates_and_what_counts_rows_has_none() -> None:
    """A word of several fields, and one that is only alike, are not decided."""
    assert recognised("Name").candidates[:2] == ("investor.name", "contact.name")
    assert recognised("最新进展情况").path is None
    assert "lead.stage" in recognised("最新进展情况").candidates
    assert recognised("序号").counts
    assert recognised("No.").counts
    assert recognised("天气").candidates == ()
    assert recognised("Project", nouns=["contact"]).path is None
    assert unit_of("手机") is None


def _value(path: str, raw: Raw, unit: Unit | None = None, **more: object) -> object:
    words, starts, ends = open_words(OPEN_VALUES)
    column = Column(path, "h", unit, open_words=words, open_starts=starts, open_ends=ends, **more)  # type: ignore[arg-type]
    value = column.value(raw)
    return value.code if isinstance(value, Problem) else value


_10K_USD = Unit(10**4, "USD")


@pytest.mark.parametrize(
    ("raw", "unit", "value"),
    [
        (Decimal("12.1"), _10K_USD, "121000 USD"),
        (from_number(12.1), _10K_USD, "121000 USD"),
        (from_number(0.1 + 0.2), _10K_USD, "3000 USD"),
        ("1,200", _10K_USD, "12000000 USD"),
        ("12.125", _10K_USD, "121250 USD"),
        ("12.500", Unit(1, "USD"), "separator"),
        ("500万", Unit(1, "USD"), "5000000 USD"),
        ("三百万美元", _10K_USD, "三百万美元"),
        ("300万欧元", _10K_USD, "300万欧元"),
        ("三百万", Unit(1, "CNY"), "3000000 CNY"),
        (5, None, 5),
        ("5", None, 5),
        (Decimal("5.5"), None, Decimal("5.5")),
        ("约500", _10K_USD, None),
        ("500左右", _10K_USD, None),
        ("待定", _10K_USD, None),
        ("—", _10K_USD, None),
        ("TBD", _10K_USD, None),
        (None, _10K_USD, None),
        ("看情况", None, "看情况"),
    ],
)
def test_an_amount_is_in_whole_units_exactly(raw: Raw, unit: Unit | None, value: object) -> None:
    """A unit of its own goes before that of the heading; about and to be decided are not known yet."""
    assert _value("lead.expected", raw, unit) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2026.05.24", date(2026, 5, 24)),
        ("2026年5月24日", date(2026, 5, 24)),
        ("2026年5月24日（周日）", date(2026, 5, 24)),
        ("2026년 5월 24일", date(2026, 5, 24)),
        ("20260524", date(2026, 5, 24)),
        (20260524, date(2026, 5, 24)),
        (46166, date(2026, 5, 24)),
        ("46166", date(2026, 5, 24)),
        (Decimal("46166.5"), date(2026, 5, 24)),
        (datetime(2026, 5, 24, 14), date(2026, 5, 24)),  # noqa: DTZ001 - a sheet knows no zones
        ("24 May 2026", date(2026, 5, 24)),
        ("05/06/2026", "readings"),
        ("5月24日", "year"),
        ("待定", None),
        (7, "7"),
        ("soon", "soon"),
    ],
)
def test_a_day_is_read_as_sheets_store_it_and_people_write_it(raw: Raw, value: object) -> None:
    """What cannot be read stays a text, which the reader of the field refuses."""
    assert _value("lead.received", raw) == value


def test_a_day_without_a_year_takes_that_of_the_mapping() -> None:
    """In 1904 sheets the serial numbers are others."""
    assert _value("lead.received", "5月24日", year=2026) == date(2026, 5, 24)
    assert _value("lead.received", "5/24", year=2026) == date(2026, 5, 24)
    assert _value("lead.received", "12.03.2026", day_first=True) == date(2026, 3, 12)
    assert _value("lead.received", "05/24/2026", day_first=False) == date(2026, 5, 24)
    assert _value("lead.received", 44704, is_1904=True) == date(2026, 5, 24)
    assert _value("meeting.at", Decimal("46166.5")) == datetime(2026, 5, 24, 12)  # noqa: DTZ001 - a sheet knows no zones


@pytest.mark.parametrize(
    ("path", "raw", "value"),
    [
        ("contact.phone", from_value(13800138000.0, 1), "13800138000"),
        ("investor.identifier", from_value(913701000000000011.0, 1), "digits"),
        ("investor.identifier", "9.13701E+17", "digits"),
        ("investor.identifier", from_text('="00123"', 1), "00123"),
        ("investor.name", from_text("=1+1", 1), "formula"),
        ("investor.name", from_text("#REF!", 1), "error"),
        ("investor.name", from_text("　示例\xa0", 1), "示例"),
        ("lead.foreign", "是", True),
        ("lead.foreign", "否", False),
        ("lead.foreign", True, True),
    ],
)
def test_digits_stay_digits_and_what_is_lost_is_told(path: str, raw: Raw, value: object) -> None:
    """A telephone number is a text; digits that a spreadsheet dropped, errors and formulas refuse their cell."""
    assert _value(path, raw) == value


@examples(200)
@given(st.decimals(0, 10**9, places=2), st.sampled_from([1, 10**3, 10**4, 10**6, 10**8]))
def test_no_amount_is_changed_by_its_unit(number: Decimal, factor: int) -> None:
    """A number of a sheet, a binary fraction, times its unit is exact."""
    found = _value("lead.expected", from_number(float(number)), Unit(factor, "USD"))
    assert Decimal(str(found).removesuffix(" USD")) == number * factor


_DAYS = st.dates(date(1960, 1, 1), date(2100, 1, 1))
_NAMES = st.text(st.characters(categories=["Lo", "Lu", "Ll"], codec="utf-8"), min_size=2, max_size=12)


@examples(25, deadline=None)
@given(
    st.lists(st.tuples(_NAMES, st.integers(1, 10**6), _DAYS, st.integers(10**10, 10**12)), min_size=1, max_size=5),
    st.booleans(),
)
def test_what_is_written_to_a_workbook_is_read_from_it(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, int, date, int]], old: bool
) -> None:
    """Names, amounts, days and telephone numbers come back, of 1904 sheets too."""
    path = tmp_path_factory.mktemp("round") / "book.xlsx"
    head = ["企业名称", "投资额（万元）", "登记日期", "电话"]
    write_xlsx(path, {"a": [head, *([f"名{name}", *rest] for name, *rest in records)]}, date_1904=old)
    rows = list(open_table(path).rows())
    assert [
        (
            row.values["investor.name"],
            row.values["lead.expected"],
            row.values["lead.received"],
            row.values["contact.phone"],
        )
        for row in rows
    ] == [
        (shown(from_text(f"名{name}", 1)), f"{amount * 10**4} CNY", day, str(phone))
        for name, amount, day, phone in records
    ]


def test_every_word_that_people_use_is_recognised() -> None:
    """No heading of a field is taken for another, unless several fields share it."""
    for path, found in IMPORTABLE.items():
        for word in found.headings:
            heading = recognised(word)
            assert path == heading.path or path in heading.candidates, word


def test_sheets_that_both_look_like_tables_are_asked_about(tmp_path: Path) -> None:
    """One is named by --sheet; hidden ones and notes do not count."""
    rows = [["企业名称", "国别"], ["示例", "日本"]]
    path = write_xlsx(tmp_path / "book.xlsx", {"说明": [["填写说明"], ["请填写"]], "一": rows, "二": rows})
    with pytest.raises(InvalidInput, match="--sheet"):
        open_table(path)
    assert open_table(path, sheet="二").sheet == "二"
    with pytest.raises(InvalidInput, match="说明"):
        open_table(path, sheet="三")
