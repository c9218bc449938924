"""``crm investor merge`` and its kin: the plan, the question, the undoing; and groups."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


def test_two_cards_of_one_company(town: Terminal) -> None:
    """Planned, asked about, merged, listed, undone."""
    town.ok("investor", "add", "丸紅日本", "--country", "HK", "--note", "旧卡")
    (other,) = (row["id"] for row in town.json("investor", "list") if row["name"] == "丸紅日本")
    plan = town.json("investor", "merge", "丸红株式会社", str(other), "--plan")
    assert plan["clashes"] == []
    assert {row["record"] for row in plan["moves"]} == {"investor_name"}
    shown = town.ok("investor", "merge", "丸红株式会社", str(other), "--reason", "同一家", stdin="n\n")
    assert "旧卡" in shown
    assert "Nothing has changed" in shown
    asked = town.type("investor", "merge", "丸红株式会社", str(other), "--reason", "同一家", stdin="y\n")
    assert asked.exit_code == 0
    assert "is merged into" in asked.stdout
    assert "丸红株式会社" in town.ok("investor", "show", str(other))
    (row,) = town.json("investor", "merges")
    town.refused(1, "investor", "merge", "丸红株式会社", str(other), "--reason", "再次", "--yes")
    town.ok("investor", "unmerge", str(row["id"]), "--reason", "实为两家")
    assert "Nothing was merged" in town.ok("investor", "merges")
    town.ok(
        "investor", "merge", "丸红株式会社", str(other), "--take", "country=absorbed", "--reason", "同一家", "--yes"
    )
    assert town.json("investor", "show", "丸红株式会社")["row"]["country"] == "HK"
    assert town.refused(2, "investor", "merge", "1", "2", "--take", "x=y", "--plan")["problems"]


def test_two_cards_of_one_person(town: Terminal) -> None:
    """The same for contacts."""
    town.ok("contact", "add", "丸红", "田中 健一郎")
    (second,) = (row["id"] for row in town.json("contact", "list", "丸红") if row["name"] == "田中 健一郎")
    town.ok("contact", "merge", "1", str(second), "--reason", "同一人", "--yes")
    (row,) = town.json("contact", "merges", "--undone")
    town.ok("contact", "unmerge", str(row["id"]), "--reason", "两个人")


def test_a_group(town: Terminal) -> None:
    """Joined, drawn, left."""
    town.ok("investor", "join-group", "丸善株式会社", "丸红株式会社", "--since", "2020-01-01")
    drawn = town.ok("investor", "group", "丸善株式会社")
    assert drawn.index("丸红") < drawn.index("丸善")
    town.refused(1, "investor", "merge", "丸善株式会社", "丸红株式会社", "--reason", "x", "--yes")
    town.ok("investor", "edit-group", "丸善株式会社", "--since", "2021-04-01")
    town.ok("investor", "withdraw-group", "丸善株式会社", "--reason", "录错母公司")
    assert len(town.json("investor", "group", "丸善株式会社")) == 1
    assert town.json("investor", "memberships", "丸红株式会社") == []
    (gone,) = town.json("investor", "memberships", "丸红株式会社", "--withdrawn")
    assert (gone["child"], gone["withdrawn"]["reason"]) == ("丸善株式会社", "录错母公司")
    assert "录错母公司" in town.ok("investor", "memberships", "丸善株式会社", "--withdrawn")
    (refused,) = town.refused(1, "investor", "edit-group", "丸善株式会社", "--since", "2021-04-02")["problems"]
    assert refused["way_out"] == f"Restore it first: crm investor restore-group I{gone['child_id']} --began 2021-04-01"
    town.ok("investor", "restore-group", f"I{gone['child_id']}", "--began", "2021-04-01")
    town.ok("investor", "leave-group", "丸善株式会社", "--reason", "股权转让")
    assert len(town.json("investor", "group", "丸善株式会社")) == 1


def test_two_that_were_declared_two_by_mistake(town: Terminal) -> None:
    """The refusal says how to say so."""
    town.ok("investor", "add", "丸紅日本", "--country", "HK")
    (other,) = (str(row["id"]) for row in town.json("investor", "list") if row["name"] == "丸紅日本")
    town.ok("investor", "distinct", "1", other, "--reason", "试")
    refused = town.refused(1, "investor", "merge", "1", other, "--reason", "同一家", "--yes")
    assert "--mistaken" in str(refused)
    town.ok("investor", "merge", "1", other, "--mistaken", "--reason", "同一家", "--yes")
    assert town.json("investor", "show", other)["row"]["id"] == 1
