"""``crm investor`` and identifiers: added, found by, refused twice, replaced, withdrawn, chosen in a merge; in both languages."""

from __future__ import annotations

import pytest
from attrs import evolve

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

JAPAN, TOO, CODE = "5835678256246", "4835678256247", "91110000600037341L"


def test_an_identifier_from_its_record_to_its_withdrawal(town: Terminal) -> None:
    """It finds its investor wherever one is named, and no second one may have it."""
    made = town.json(
        "investor",
        "add",
        "标识商事",
        "--country",
        "JP",
        "--identifier",
        f"jp_cn:{JAPAN}",
        "--identifier",
        "HRB 1 Koeln",
    )
    number = str(made["id"])
    for typed in (JAPAN, "５-8356-7825-6246", f"jp_cn:{JAPAN}", "de_hr:Köln HRB 1"):
        assert [row["id"] for row in town.json("investor", "find", typed)] == [made["id"]]
        assert town.json("investor", "show", typed)["row"]["id"] == made["id"]
    card = town.json("investor", "show", number)
    assert [(row["scheme"], row["value"], row["shown"]) for row in card["identifiers"]] == [
        ("jp_cn", JAPAN, "5-8356-7825-6246"),
        ("de_hr", "Köln HRB 1", "Köln HRB 1"),
    ]
    refused = town.refused(1, "investor", "add", "另一商事", "--country", "JP", "--identifier", JAPAN)
    assert "标识商事" in refused["problems"][0]["text"]
    assert f"crm investor unidentify {number}" in refused["problems"][0]["way_out"]
    town.refused(1, "investor", "identify", number, f"jp_cn:{TOO}")
    said = town.ok("investor", "identify", number, f"jp_cn:{TOO}", "--replaces", "换号")
    assert "Japanese corporate number" in said
    assert "former" in town.ok("investor", "show", JAPAN)
    done = town.json("investor", "unidentify", number, f"jp_cn:{TOO}", "--reason", "录错")
    assert (done["scheme"], done["value"]) == ("jp_cn", TOO)
    town.refused(1, "investor", "unidentify", number, f"jp_cn:{TOO}", "--reason", "再次")
    town.ok("investor", "identify", "丸善", TOO)
    assert "No investor" in town.ok("investor", "find", CODE)


def test_what_is_wrong_with_a_number_is_said_in_both_languages(reader: Terminal) -> None:
    """All of it at once, with the name of the scheme and an example."""
    line = (
        "investor",
        "add",
        "坏号",
        "--country",
        "JP",
        "--identifier",
        "uscc:9111",
        "--identifier",
        "jp_cn:6835678256246",
    )
    english = reader.type(*line)
    chinese = evolve(reader, language="zh").type(*line)
    assert english.exit_code == chinese.exit_code == 2
    assert "4 characters; the unified social credit code has 18" in " ".join(english.stderr.split())
    assert "统一社会信用代码应为 18 位" in chinese.stderr
    assert "日本法人番号中有字符写错" in chinese.stderr
    assert "5-8356-7825-6246" in chinese.stderr
    assert "统一社会信用代码" in evolve(reader, language="zh").ok("investor", "schemes")
    assert [row["code"] for row in reader.json("investor", "schemes")][:3] == ["uscc", "lei", "jp_cn"]
    reader.refused(2, "investor", "show", "jp_cn:1")
    reader.refused(1, "investor", "show", f"uscc:{CODE}")


def test_numbers_in_a_merge_and_among_duplicates(town: Terminal) -> None:
    """Different numbers are said to speak for two; a merge asks which it is, and undone both have theirs."""
    one = town.json("investor", "add", "雪花啤酒", "--country", "CN", "--identifier", f"jp_cn:{JAPAN}")["id"]
    two = town.json("investor", "add", "济南雪花啤酒", "--country", "CN", "--identifier", f"jp_cn:{TOO}")["id"]
    (row,) = town.json("investor", "duplicates")
    assert row["apart"] == ["jp_cn"]
    assert "日本法人番号不同" in evolve(town, language="zh").ok("investor", "duplicates")
    plan = town.json("investor", "merge", str(one), str(two), "--plan")
    assert plan["clashes"][0]["code"] == "identifier"
    town.refused(1, "investor", "merge", str(one), str(two), "--reason", "x", "--yes")
    town.ok("investor", "merge", str(one), str(two), "--take", "jp_cn=absorbed", "--reason", "x", "--yes")
    assert town.json("investor", "show", JAPAN)["row"]["id"] == one
    (merge,) = town.json("investor", "merges")
    town.ok("visit", "log", TOO, "--note", "谈", "--kind", "call")
    town.ok("investor", "unmerge", str(merge["id"]), "--reason", "实为两家")
    assert town.json("investor", "show", TOO)["row"]["id"] == two
