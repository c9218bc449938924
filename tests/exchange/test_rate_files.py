"""Tables of rates from files."""

from __future__ import annotations

from datetime import date

import pytest

from crm.errors import InvalidInput
from crm.exchange import industries
from crm.exchange.rates import PER_YUAN, read
from crm.rules.kernel.checks import MOST_NAMED
from crm.values.rates import Quotation, as_rate

SAFE = "日期,美元,日元,韩元\n2023-02-17,684.74,5.1169,18823\n2023/2/16,685.19,,-\n\n"
ECB = "Date,USD,JPY,CYP,\n2023-02-17,1.0625,143.26,N/A,\n2023-02-16,1.07,143.1,N/A,\n"
LONG = "Date;Base;Quote;Rate;Units\n20230217;usd;CNY;684.74;100\n2023-02-17;CNY;KRW;188.23;\n"
DAY = date(2023, 2, 17)


@pytest.mark.parametrize(
    "content",
    [SAFE, SAFE.encode(), b"\xef\xbb\xbf" + SAFE.encode(), SAFE.encode("gb18030"), SAFE.encode("utf-16"), SAFE.replace(",", "\t").replace("\n", "\r\n")],
    ids=["text", "utf-8", "bom", "gb18030", "utf-16", "tabs"],
)  # fmt: skip
def test_a_table_of_safe_is_read(content: str | bytes) -> None:
    """Yuan for 100 units, but units for 100 yuan where the market quotes it so; empty cells are none."""
    found = read(content)
    assert found.layout == "safe"
    assert found.quotations == (
        Quotation(DAY, "USD", "CNY", as_rate("6.8474")),
        Quotation(DAY, "JPY", "CNY", as_rate("0.051169")),
        Quotation(DAY, "CNY", "KRW", as_rate("188.23")),
        Quotation(date(2023, 2, 16), "USD", "CNY", as_rate("6.8519")),
    )


def test_the_other_way_round_are_those_of_the_trade_system() -> None:
    """Those that are quoted as so many yuan are none of them."""
    assert not PER_YUAN & {"USD", "EUR", "JPY", "HKD", "GBP", "AUD", "NZD", "SGD", "CHF", "CAD"}


def test_a_table_of_the_ecb_is_read() -> None:
    """Units for one euro, N/A is none, and the comma at the end of a line is nothing."""
    found = read(ECB.replace("CYP", "HRK").replace("HRK", "CZK"))
    assert found.layout == "ecb"
    assert found.quotations[:2] == (
        Quotation(DAY, "EUR", "USD", as_rate("1.0625")),
        Quotation(DAY, "EUR", "JPY", as_rate("143.26")),
    )
    assert len(found.quotations) == 4


def test_a_currency_that_is_no_more_is_passed_over_where_it_has_no_rate_of_ours() -> None:
    """The ECB's history has columns of currencies that became the euro."""
    assert [quotation.quote for quotation in read(ECB).quotations] == ["USD", "JPY", "USD", "JPY"]


def test_the_long_form_is_read() -> None:
    """With its units, where they are not one."""
    found = read(LONG)
    assert found.layout == "long"
    assert found.quotations == (
        Quotation(DAY, "USD", "CNY", as_rate("6.8474")),
        Quotation(DAY, "CNY", "KRW", as_rate("188.23")),
    )


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("日期,美元,欧圆\n2023-02-30,x,1\n2023-02-17,-1,1,9\n", {(1, "3"), (2, "日期"), (3, "日期"), (3, "美元")}),
        ("date,base,quote,rate,units\n2023-02-17,XXQ,CNY,0,0\n", {(2, "base"), (2, "rate"), (2, "units")}),
        ("date,base,quote,rate\n,USD,USD,1\n", {(2, "date"), (2, "quote")}),
    ],
)
def test_everything_wrong_is_named_with_line_and_column(content: str, where: set[tuple[int, str]]) -> None:
    """All at once."""
    with pytest.raises(InvalidInput) as caught:
        read(content)
    assert {(problem.params["row"], problem.params["column"]) for problem in caught.value.problems} == where


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty"), (b"", "empty"), ("\n \n", "empty"), (b"\xff\xfe\x00", "encoding"), ("a,b\n1,2\n", "layout"),
        ("日期,美元,美元\n", "twice"), ('日期,美元\n"2023', "csv"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(content: str | bytes, code: str) -> None:
    """Empty, no text, another table, a column twice, a quotation mark that does not end."""
    with pytest.raises(InvalidInput) as caught:
        read(content)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_of_many_mistakes_the_first_are_named() -> None:
    """The refusal names the first problems and the number of the others."""
    with pytest.raises(InvalidInput) as caught:
        read("日期,美元\n" + "2023-02-17,x\n" * 200)
    assert len(caught.value.problems) == MOST_NAMED + 1
    assert caught.value.problems[-1].params["count"] == 200 - MOST_NAMED


def test_a_list_of_industries_is_read() -> None:
    """In Chinese or English headings, with or without English names."""
    assert industries.read("代码,名称\n367,汽车零部件\n".encode("gb18030")) == [("367", "汽车零部件", "")]
    assert industries.read("name_en,code,name\nParts,C3670,零部件\n") == [("C3670", "零部件", "Parts")]
    with pytest.raises(InvalidInput):
        industries.read("a,b\n")


def test_a_person_may_say_what_a_file_is_in() -> None:
    """The encoding that is named is the only one that is tried; an unknown one is refused."""
    korean = "code,name\n367,자동차부품\n"
    assert industries.read(korean.encode("euc-kr"), encoding="EUC-KR") == [("367", "자동차부품", "")]
    with pytest.raises(InvalidInput, match="not text in utf-8"):
        industries.read(korean.encode("euc-kr"), encoding="utf-8")
    with pytest.raises(InvalidInput, match="klingon"):
        read("日期,美元\n".encode(), encoding="klingon")
