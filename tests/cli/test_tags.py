"""Tags on the command line: put on, taken off, listed, found by, renamed, merged, split."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


def test_tags_are_put_on_found_and_taken_off(town: Terminal) -> None:
    """Printed on the card, in lists, in JSON, on the board; several are asked for together."""
    said = town.ok("lead", "tag", "1", "周会", "重点", "--lang", "zh")
    assert said == "✓ 线索 L1 的标签已更改。\n"
    assert set(town.json("lead", "tag", "2", "ＶＩＰ")) == {"id", "version"}
    town.ok("investor", "tag", "1", "vip")
    assert town.json("lead", "show", "1")["row"]["tags"] == ["周会", "重点"]
    assert "周会, 重点" in town.ok("lead", "show", "1")
    assert {row["id"]: row["tags"] for row in town.json("investor", "list")}[1] == ["ＶＩＰ"]
    assert "ＶＩＰ" in town.ok("investor", "show", "1")
    assert [row["id"] for row in town.json("lead", "list", "--tag", "周会", "--tag", "重点")] == [1]
    assert sum(stage["count"] for stage in town.json("lead", "board", "--tag", "vip")) == 1
    town.ok("lead", "tag", "1", "--remove", "周会")
    assert town.json("lead", "show", "1")["row"]["tags"] == ["重点"]
    error = town.refused(2, "lead", "tag", "1", "--remove", "周会")
    assert "重点" in str(error)
    town.refused(2, "lead", "list", "--tag", "没有")


def test_tags_are_listed_renamed_merged_and_split(town: Terminal) -> None:
    """A manager does it; a name of digits is a name."""
    town.ok("lead", "tag", "1", "周会", "2024")
    town.ok("lead", "tag", "2", "例会")
    town.ok("tag", "rename", "2024", "二四年")
    town.ok("tag", "merge", "例会", "周会", "--reason", "同义")
    rows = town.json("tag", "list")
    assert [(row["name"], row["leads"], row["investors"], row["merged"]) for row in rows] == [
        ("二四年", 1, 0, []),
        ("周会", 2, 0, ["例会"]),
    ]
    assert set(rows[0]) == {"id", "name", "leads", "investors", "merged", "version"}
    assert "例会" in town.ok("tag", "list", "周")
    town.ok("tag", "split", "例会")
    assert [row["leads"] for row in town.json("tag", "list", "会")] == [1, 1]
    town.refused(1, "tag", "rename", "周会", "例会", "--as", "tokyo.desk")
