"""The verbs on both ledgers, on rates and on industries, as a day's work would type them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.cli.printing.widths import cells
from crm.reads.industries import IndustryRow
from crm.reads.ledgers.rates import ConvertedAmount, RateRow, RateTableRow
from crm.reads.ledgers.rows import ArrivalRow, ContractRow, EntryCard, SumRow
from tests.cli.conftest import Terminal, keys

pytestmark = pytest.mark.portable

SAFE = "日期,美元,日元,韩元\n2023-06-01,709.65,5.09,18600\n2023-05-18,699.67,5.08,18990\n"


@pytest.fixture
def staffed(town: Terminal, tmp_path: Path) -> Terminal:
    """A town with two verifiers and a table of rates."""
    for name in ("one", "two"):
        town.ok(
            "staff",
            "add",
            f"verifier.{name}",
            "--name",
            name,
            "--role",
            "verifier",
            "--unit",
            "gaoxin",
            "--since",
            "2022-01-01",
        )
    file = tmp_path / "safe.csv"
    file.write_bytes(SAFE.encode("gb18030"))
    assert "6 rates are added" in town.ok("rate", "load", str(file))
    assert "新增 0 条" in town.ok("rate", "load", str(file), "--lang", "zh")
    return town


@pytest.mark.parametrize(("noun", "day"), [("capital", "--arrived"), ("contract", "--agreed")])
def test_an_entry_waits_for_signatures(staffed: Terminal, noun: str, day: str) -> None:
    """Recorded and verified by two, with the work lists on the way; not confirmed by these, nor without its rate."""
    town = staffed
    town.ok(
        noun, "record", "1", "100000000 JPY", day, "2023-06-02", "--reference", "验资1", "--country", "HK", "--ultimate", "JP",
        "--industry", "C3670", "--place", "中国银行",
    )  # fmt: skip
    assert [row["id"] for row in town.json(noun, "list", "--waiting", "verification")] == [1]
    assert "third person" in town.ok(noun, "verify", "1", "--as", "verifier.one")
    assert town.json(noun, "list", "--waiting", "confirmation", "--mine", "--as", "verifier.one") == []
    assert town.refused(1, noun, "confirm", "1", "--as", "verifier.one")["error"] == "AccessDenied"
    assert town.refused(2, noun, "confirm", "1", "--as", "verifier.two")["problems"][0]["code"] == "rate_to_come"


@pytest.mark.parametrize(
    ("verb", "day"), [(["capital", "correct"], "--arrived"), (["contract", "correct"], "--agreed")]
)
def test_an_entry_is_corrected(staffed: Terminal, verb: list[str], day: str) -> None:
    """Reversed and recorded anew in one verb; an empty text clears, and the reason is asked for."""
    noun = verb[0]
    staffed.ok(noun, "record", "1", "5 USD", day, "2023-06-02", "--reference", "验资1", "--place", "中国银行")
    given = [*verb, "1", "--amount", "4 USD", "--place", ""]
    assert "--reason" in str(staffed.refused(2, *given))
    assert "another person verifies it" in staffed.ok(*given, "--reason", "录入有误")
    rows = {row["id"]: row for row in staffed.json(noun, "list")}
    assert {number: row["amount"]["minor"] for number, row in rows.items()} == {1: 500, 2: -500, 3: 400}
    assert (rows[2]["reverses_id"], rows[3]["place"], rows[3]["reference"]) == (1, None, "验资1")


def test_rates_and_conversion(staffed: Terminal) -> None:
    """Listed by table and currency; an amount is converted, and a missing rate refused with the way out."""
    town = staffed
    assert {frozenset(row) for row in town.json("rate", "list")} == {frozenset(keys(RateRow))}
    assert {frozenset(row) for row in town.json("rate", "list", "--tables")} == {frozenset(keys(RateTableRow))}
    assert "0.0508" in town.ok("rate", "list", "--currency", "JPY", "--until", "2023-05-31")
    found = town.json("rate", "convert", "100000000 JPY", "CNY", "--on", "2023-06-01")
    assert set(found) == keys(ConvertedAmount)
    assert found["value"]["minor"] == 509_000_000
    assert "5,090,000" in town.ok("rate", "convert", "100000000 JPY", "CNY", "--on", "2023-06-01")
    missing = town.refused(2, "rate", "convert", "5 EUR", "USD", "--on", "2023-06-01")
    assert missing["problems"][0]["code"] == "rate"
    assert "crm rate load" in missing["problems"][0]["way_out"]


def test_a_file_of_rates_that_is_wrong_is_not_loaded(town: Terminal, tmp_path: Path) -> None:
    """Every cell is named with line and column, in the reader's language; a file that is not there too."""
    file = tmp_path / "bad.csv"
    file.write_text("日期,美元,欧圆\n2023-02-30,x,1\n2023-05-18,-1,1\n", "utf-8")
    refused = town.refused(2, "rate", "load", str(file))
    assert [problem["code"] for problem in refused["problems"]] == ["currency", "date", "negative"]
    told = town.type("rate", "load", str(file), "--lang", "zh").output
    assert "第 3 行“美元”列" in told
    assert "不是正数" in told
    assert town.json("rate", "list") == []
    assert town.refused(2, "rate", "load", str(tmp_path / "none.csv"))["problems"][0]["code"] == "file"
    file.write_text("date,base,quote,rate\n2023-05-18,USD,CNY,7\n", "utf-8")
    assert town.json("rate", "load", str(file), "--source", "bank")["source"] == "bank"


def test_values_are_fixed_and_taken_back(staffed: Terminal) -> None:
    """Confirmed at the rate of its day; its reversal takes exactly that back; sums say so, in both languages and widths."""
    town = staffed
    town.ok("capital", "record", "1", "100000000 JPY", "--arrived", "2023-06-01", "--reference", "验资1")
    town.ok("capital", "verify", "1", "--as", "verifier.one")
    confirmed = town.json("capital", "confirm", "1", "--as", "verifier.two")
    assert (confirmed["cny"]["minor"], confirmed["source"], confirmed["on"]) == (509_000_000, "safe", "2023-06-01")
    town.ok("capital", "reverse", "1", "--reason", "录入有误")
    town.ok("capital", "verify", "2", "--as", "verifier.one")
    town.ok("capital", "confirm", "2", "--as", "verifier.two")
    sums = town.json("capital", "list", "--sums", "--state", "confirmed")
    assert set(sums[0]) == keys(SumRow)
    assert (sums[0]["entries"], sums[0]["usd"]["minor"], sums[0]["amount"]["minor"]) == (2, 0, 0)
    rows = town.json("capital", "list", "--country", "japan_korea", "--limit", "1", "--offset", "1")
    assert set(rows[0]) == keys(ArrivalRow)
    card = town.json("capital", "show", "1")
    assert set(card) == keys(EntryCard)
    assert [signature["step"] for signature in card["signatures"]] == ["reported", "verified", "confirmed"]
    assert [entry["verb"] for entry in card["audit"]] == ["capital.confirm", "capital.verify", "capital.record"]
    for language in ("zh", "en"):
        for line in (
            ("capital", "list"),
            ("capital", "list", "--sums"),
            ("capital", "show", "1"),
            ("lead", "show", "1"),
        ):
            for columns in (80, 120):
                printed = town.ok(*line, "--lang", language, columns=columns)
                assert max(cells(printed_line) for printed_line in printed.splitlines()) <= columns, printed
    assert "已冲销" in town.ok("capital", "show", "1", "--lang", "zh")


def test_a_contract_of_an_agreement(town: Terminal) -> None:
    """Its amount, day and reference are the agreement's; a decrease says why; the lead's card has them."""
    town.ok(
        "lead",
        "evidence",
        "1",
        "--kind",
        "agreement",
        "--dated",
        "2023-05-18",
        "--reference",
        "协议1",
        "--amount",
        "2000万美元",
    )
    town.ok("contract", "record", "1")
    assert town.refused(
        2, "contract", "record", "1", "3 USD", "--kind", "decrease", "--agreed", "2023-06-01", "--reference", "r"
    )
    town.ok(
        "contract",
        "record",
        "1",
        "3 USD",
        "--kind",
        "decrease",
        "--agreed",
        "2023-06-01",
        "--reference",
        "r",
        "--reason",
        "缩减",
    )
    rows = town.json("contract", "list", "--kind", "decrease")
    assert [set(row) for row in rows] == [keys(ContractRow)]
    assert rows[0]["amount"]["minor"] == -300
    assert [row["id"] for row in town.json("lead", "show", "1")["contracts"]] == [1, 2]
    assert "减资" in town.ok("contract", "list", "--lang", "zh")


def test_industries(town: Terminal, tmp_path: Path) -> None:
    """Shipped, loaded, listed, shown; a code that is not in a loaded list is refused."""
    file = tmp_path / "list.csv"
    file.write_text("代码,名称\n367,汽车零部件及配件制造\n3670,汽车零部件及配件制造\n", "utf-8")
    assert "2 groups" in town.ok("industry", "load", str(file))
    assert {frozenset(row) for row in town.json("industry", "list", "C36")} == {frozenset(keys(IndustryRow))}
    assert "汽车制造业" in town.ok("industry", "show", "3670", "--lang", "zh")
    assert "Manufacture of automobiles" in town.ok("industry", "list", "--text", "automobile")
    for code, name, level in (
        ("C3670", "汽车零部件及配件制造", "class"),
        ("C34", "通用设备制造业", "division"),
        ("C3599", "专用设备制造业", "division"),
    ):
        town.ok("lead", "edit", "1", "--industry", code)
        assert f"{code} {name}" in town.ok("lead", "show", "1", "--lang", "zh")
        assert town.json("lead", "show", "1")["industry"]["level"] == level
    entry = str(
        town.json(
            "contract", "record", "1", "1000 USD", "--agreed", "2023-06-02", "--reference", "r", "--industry", "C3670"
        )["id"]
    )
    assert "C3670 汽车零部件及配件制造" in town.ok("contract", "show", entry, "--lang", "zh")
    assert town.json("contract", "show", entry)["industry"]["name_en"] is None
    assert town.refused(2, "lead", "edit", "1", "--industry", "C3699")["problems"][0]["code"] == "industry"
