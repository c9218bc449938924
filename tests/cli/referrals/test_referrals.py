"""``crm referral``: recorded, confirmed, shared, drawn and ranked; and the pictures."""

from __future__ import annotations

import builtins
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from crm.exchange import pictures
from crm.reads.referrals.rows import ReferralRow, ReferralTree
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


def test_from_introduction_to_rank(town: Terminal) -> None:
    """Two share a lead, one is confirmed, the other withdrawn; the tree and the rank show it."""
    town.ok("investor", "add", "高力资本", "--country", "HK")
    town.ok("investor", "add", "济南同乡会", "--country", "HK", "--kind", "association")
    town.ok("referral", "add", "1", "高力资本", "--strength", "strong", "--credit", "70", "--as", "tokyo.desk")
    assert "30%" in town.ok("referral", "add", "1", "济南同乡会")
    first, second = (str(row["id"]) for row in town.json("referral", "list", "--lead", "1"))
    town.ok("referral", "confirm", first, "田中")
    town.ok("referral", "share", "1", f"{first}=80", f"{second}=20", "--reason", "商定")
    town.ok("referral", "edit", second, "--strength", "weak", "--note", "年会")
    assert "crm referral restore" in town.ok("referral", "withdraw", second, "--reason", "登记有误")
    assert str(town.json("referral", "list", "--withdrawn")[-1]["id"]) == second
    assert second not in {str(row["id"]) for row in town.json("referral", "list")}
    town.ok("referral", "restore", second)
    town.ok("referral", "withdraw", second, "--reason", "登记有误")
    third = town.json("referral", "add", "1", "济南同乡会", "--credit", "5")["id"]
    town.ok("referral", "decline", str(third), "--reason", "自行接洽")
    drawn = town.ok("referral", "tree", "高力资本")
    assert "丸红" in drawn
    assert "80%" in drawn
    assert "高力资本" in town.ok("referral", "tree", "丸红株式会社", "--direction", "up")
    assert "no referrals" in town.ok("referral", "tree", "丸善株式会社")
    year = town.json("referral", "list", "--lead", "1")[0]["introduced_on"][:4]
    (row,) = town.json("referral", "credit", year)
    assert (row["referrer"], row["leads"]) == ("高力资本", 1)
    assert "高力资本" in town.ok("lead", "show", "1")
    assert "高力资本" in town.ok("referral", "credit", year, "--limit", "3")


def test_pictures_at_the_terminal(town: Terminal, tmp_path: Path) -> None:
    """DOT, Mermaid and SVG, to the terminal or to a file."""
    town.ok("investor", "add", "高力资本", "--country", "HK")
    town.ok("referral", "add", "1", "高力资本")
    assert town.ok("referral", "tree", "高力资本", "--format", "dot").startswith("digraph")
    assert town.ok("referral", "tree", "高力资本", "--format", "mermaid").startswith("flowchart")
    for form in ("svg", "tree"):
        file = tmp_path / f"tree.{form}"
        assert str(file) in town.ok("referral", "tree", "高力资本", "--format", form, "--output", str(file)).replace(
            "\n", ""
        )
        assert "高力资本" in file.read_text("utf-8")


def row(number: int, party: int, brought: int, lead: str) -> ReferralRow:
    """Return a referral of a tree."""
    from datetime import date
    from uuid import UUID

    return ReferralRow(
        id=number, uid=UUID(int=number), referrer=f"r{party}", party=party, brought=f'b"{brought}\\<&>', brought_id=brought,
        lead_id=number, lead=lead, stage="contact", status="active", landed_on=None, arrived=(), channel="peer", strength="weak",
        points=1, introduced_on=date(2023, 1, 1), expires_on=date(2025, 1, 1), state="recorded", confirmed_on=None, version=1,
    )  # fmt: skip


TREE = ReferralTree(
    party=1,
    name="r1",
    down=(row(1, 1, 2, 'a "b"\n\\'), row(2, 1, 2, "]|;"), row(3, 2, 3, "锂电")),
    up=(row(4, -7, 1, "x"),),
)


def test_names_are_escaped() -> None:
    """Whatever stands in a name, the picture stays one; two leads of one pair are one line."""
    drawn = pictures.dot(TREE, lambda _: "said")
    assert '\\"b\\"' in drawn
    assert drawn.count("->") == 3
    flow = pictures.mermaid(TREE, lambda _: "said")
    assert flow.count("-->") == 3
    assert "c7[" in flow
    assert all(line.count('"') % 2 == 0 for line in flow.splitlines())
    root = ET.fromstring(pictures.svg(TREE, lambda _: "said"))  # noqa: S314 - our own
    texts = ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("text")]
    assert any("锂电" in text for text in texts)
    assert pictures.svg(ReferralTree(party=1, name="alone", down=(), up=()), lambda _: "").startswith("<?xml")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, town: Terminal) -> None:
    """The refusal says what to install."""
    town.ok("investor", "add", "高力资本", "--country", "HK")
    load = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "drawsvg":
            raise ImportError(name)
        return load(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    refused = town.refused(2, "referral", "tree", "高力资本", "--format", "svg")
    assert "pip install" in refused["problems"][0]["way_out"]
