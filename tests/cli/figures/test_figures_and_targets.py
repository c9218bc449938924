"""The verbs on figures, benchmarks of others, targets, contracts and reports, as a day's work would type them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.cli.printing.widths import cells
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

TARGETS = Path(__file__).parents[3] / "crm" / "demo" / "data" / "targets.toml"
RATES = "日期,美元\n2023-06-01,709.65\n2023-06-02,710.00\n2023-06-05,711.00\n"


@pytest.fixture
def signed(town: Terminal, tmp_path: Path) -> Terminal:
    """A town whose contract of a thousand dollars is confirmed by a third person."""
    for name in ("one", "two"):
        town.ok("staff", "add", name, "--name", name, "--role", "verifier", "--unit", "gaoxin", "--since", "2022-01-01")
    file = tmp_path / "safe.csv"
    file.write_text(RATES, "utf-8")
    town.ok("rate", "load", str(file))
    town.ok(
        "contract", "record", "1", "1000 USD", "--agreed", "2023-06-02", "--reference", "合同1", "--industry", "C3670"
    )
    town.ok("contract", "verify", "1", "--as", "one")
    town.ok("contract", "confirm", "1", "--as", "two")
    return town


def test_a_contract_counts_once_it_is_confirmed_and_is_taken_back_by_a_negative_entry(signed: Terminal) -> None:
    """The card names all three; the figure follows the ledger."""
    card = signed.json("contract", "show", "1")
    assert [signature["by"] for signature in card["signatures"]] == ["boss", "one", "two"]
    counted = signed.ok("figure", "count", "contract_fdi", "2023", "--lang", "en")
    assert "1,000" in counted
    signed.ok("contract", "reverse", "1", "--reason", "签错")
    assert signed.json("contract", "show", "2")["row"]["amount"]["minor"] == -100_000
    assert signed.refused(2, "figure", "count", "nothing", "2023")
    assert signed.refused(2, "figure", "count", "contract_fdi", "20233")


def test_a_year_is_closed_once_and_again_with_a_reason(signed: Terminal) -> None:
    """What was published stays; a later entry is a restatement."""
    signed.ok("figure", "close", "2023")
    assert signed.refused(2, "figure", "close", "2023")["problems"][0]["field"] == "reason"
    signed.ok("figure", "close", "2023", "--reason", "复核")
    assert [closing["edition"] for closing in signed.json("figure", "closings", "2023")] == [1, 2]
    assert signed.json("report", "restatement", "2023")["report"] == "restatement"
    assert signed.refused(1, "figure", "close", "2099")["problems"][0]["code"] == "not_over"
    assert signed.refused(1, "figure", "close", "2022", "--as", "shen")["error"] == "AccessDenied"


def test_figures_of_others_are_set_and_listed(signed: Terminal) -> None:
    """With their source; the last one holds, and a value that is none is refused."""
    line = ("benchmark", "set", "nation", "actual_fdi.growth", "2023")
    signed.ok(*line, "8.00%", "--source", "公报")
    signed.ok(*line, "8.10%", "--source", "公报修订")
    assert signed.json("benchmark", "list", "--period", "2023")[0]["source"] == "公报修订"
    assert signed.refused(2, *line, "viel", "--source", "x")
    assert signed.refused(1, *line, "1%", "--source", "x", "--as", "tokyo.desk")["error"] == "AccessDenied"


def test_targets_are_loaded_listed_ended_and_frozen(signed: Terminal, tmp_path: Path) -> None:
    """All of them from one file or none; a second load changes nothing; what is frozen has its edition."""
    for kind, code in (("district", "lixia"), ("department", "gxj"), ("enterprise", "cfj")):
        signed.ok("unit", "add", code, "--name", code, "--name-en", code, "--kind", kind)
    signed.ok("target", "load", str(TARGETS))
    many = len(signed.json("target", "list"))
    signed.ok("target", "load", str(TARGETS))
    assert len(signed.json("target", "list")) == many > 5
    broken = tmp_path / "broken.toml"
    broken.write_text(TARGETS.read_text("utf-8").replace('period = "2023"', 'period = "20233"', 1), "utf-8")
    assert "2023" in str(signed.refused(2, "target", "load", str(broken)))
    broken.write_bytes(b'title = "\xff"')
    wrong = signed.refused(2, "target", "load", str(broken))["problems"][0]
    assert (wrong["code"], str(broken) in str(wrong)) == ("file", True)
    signed.ok(
        "target", "set", "own-2023", "--title", "实际使用外资", "--measure", "actual_fdi", "--period", "2023", "--at-least", "1m USD",
        "--source", "方案",
    )  # fmt: skip
    assert signed.json("target", "show", "own-2023")
    signed.ok("target", "edit", "own-2023", "--filter", "industry=C", "--at-least", "2m USD", "--reason", "更正")
    signed.ok("target", "edit", "own-2023", "--filter", "", "--reason", "更正")
    terms = signed.json("target", "show", "own-2023")["versions"]
    assert [(row["number"], row["terms"]["threshold"]["base"], row["terms"]["filter"]["industry"]) for row in terms] == [
        (3, 200_000_000, []), (2, 200_000_000, ["C"]), (1, 100_000_000, []),
    ]  # fmt: skip
    signed.ok("target", "end", "own-2023", "--reason", "不再考核")
    signed.ok("target", "restore", "own-2023", "--reason", "恢复")
    signed.ok("target", "end", "own-2023", "--reason", "不再考核")
    signed.ok("target", "freeze", "2023")
    assert signed.refused(1, "target", "freeze", "2023")
    assert [row["edition"] for row in signed.json("target", "editions")] == [1]
    assert signed.json("report", "scorecard", "2023")["report"] == "scorecard"
    assert signed.json("report", "scorecard", "2023", "--frozen", "1")["report"] == "scorecard"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [80, 120])
def test_the_reports_of_the_year_fit_the_width(reader: Terminal, language: str, columns: int) -> None:
    """Within the width, in both languages, with the method; also where there is nothing to tell."""
    for line in (
        ("report", "year", "2022"), ("report", "scorecard", "2023"), ("report", "referrals"),
        ("report", "ambassadors"), ("report", "station", "tokyo"),
    ):  # fmt: skip
        text = reader.ok("--lang", language, *line, columns=columns)
        assert all(cells(printed_line) <= columns for printed_line in text.splitlines()), line
        assert ("口径" if language == "zh" else "Method") in text


def test_a_delegation_is_reported(town: Terminal) -> None:
    """A trip is reported by its code; an unknown code is refused."""
    town.ok(
        "trip", "plan", "japan", "--title", "赴日团", "--leader", "L", "--rank", "city", "--starts", "2023-02-06",
        "--ends", "2023-02-12", "--member", "boss", "--late-reason", "补录",
    )  # fmt: skip
    assert town.json("report", "trip", "japan")["report"] == "trip"
    assert town.refused(1, "report", "trip", "nowhere")["error"] == "NotFound"


def test_names_are_spelled_anew(town: Terminal) -> None:
    """A second time as well as the first; every name is found afterwards."""
    town.ok("db", "reindex")
    assert town.json("investor", "find", "丸红")


@pytest.mark.parametrize(
    ("language", "nothing", "choose"),
    [
        ("zh", "没有您可见的记录支撑：实际使用外资。", "可选"),
        ("en", "There are no records that you may see behind: Actual FDI.", "Choose one of"),
    ],
)
def test_what_stands_behind_a_figure_is_asked_for_by_its_key(
    signed: Terminal, language: str, nothing: str, choose: str
) -> None:
    """Long or short; where nothing stands behind it, one line says so; an unknown one is refused with those there are."""
    asked = ("--lang", language, "report", "year", "2023", "--explain")
    text = signed.ok(*asked, "contract_fdi.growth", columns=160)
    assert "two" in text
    assert nothing not in text
    assert nothing in " ".join(signed.ok(*asked, "actual_fdi", columns=160).split())
    refused = str(signed.refused(1, *asked, "actual_fdi:country=JP"))
    assert "actual_fdi:section=C" in refused
    assert choose in refused
    signed.ok("figure", "close", "2023")
    empty = ("--lang", language, "report", "restatement", "2023", "--explain")
    line = "This report has no figure to explain." if language == "en" else "本报表没有可供追溯的数字。"
    assert line in signed.ok(*empty, columns=160)
    assert line in str(signed.refused(1, *empty, "actual_fdi"))
