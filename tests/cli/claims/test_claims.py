"""``crm claim``: from the first filing to the ruling, and the pool."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


def test_a_claim_from_filing_to_transfer(town: Terminal) -> None:
    """Two units contest a lead, an admin rules, the holder hands it over, and gives it up."""
    town.ok("unit", "add", "lixia", "--name", "历下区", "--name-en", "Lixia", "--kind", "district")
    pool = town.json("claim", "pool")
    assert 1 in [row["id"] for row in pool]
    filed = town.json("claim", "file", "1", "--unit", "gaoxin", "--note", "首谈")
    assert filed["unit"]
    town.ok("claim", "edit", str(filed["id"]), "--note", "首次洽谈纪要")
    assert town.json("claim", "list", "--lead", "1")[0]["note"] == "首次洽谈纪要"
    assert "contested" in town.ok("claim", "file", "1", "--unit", "lixia")
    assert {row["state"] for row in town.json("claim", "list", "--lead", "1")} == {"contested"}
    refused = town.refused(2, "claim", "rule", "1", "gaoxin=60", "--reason", "x")
    assert "100 %" in refused["problems"][0]["text"]
    town.ok("claim", "rule", "1", "gaoxin=60", "lixia＝40", "--reason", "双方均有推进")
    (row,) = town.json("claim", "list", "--state", "active")
    assert [(share["unit"], share["points"]) for share in row["shares"]] == [("gaoxin", 6000), ("lixia", 4000)]
    assert "60%" in town.ok("lead", "show", "1")
    assert "60%" in town.ok("investor", "show", "1")
    town.ok("claim", "renew", "1", "--reason", "再议")
    town.ok("claim", "transfer", "1", "--to", "lixia", "--keep", "10", "--reason", "落户历下")
    town.ok("claim", "release", "1", "--reason", "无合适用地")
    assert "无合适用地" in town.ok("claim", "history", "1")
    assert 1 in [row["id"] for row in town.json("claim", "pool", "--country", "JP", "--limit", "5")]
    assert "No lead in the pool matches" in town.ok("claim", "pool", "--country", "SE")


def test_who_has_claimed_a_company_is_seen_at_once(town: Terminal) -> None:
    """In the list and the search, and behind the answer of who opens another lead or logs a visit; a hidden lead leaks nothing."""
    town.ok("claim", "file", "1", "--unit", "gaoxin")
    assert "gaoxin" in town.ok("investor", "list")
    (row,) = town.json("investor", "find", "丸红")
    assert row["claimed_by"] == ["gaoxin"]
    opened = town.ok("lead", "open", "丸红", "--title", "二期")
    assert "claimed by 高新区" in opened
    visited = town.json("visit", "log", "L1", "--contact", "田中", "--note", "谈")
    assert [(claim["lead_id"], claim["unit"]) for claim in visited["claims"]] == [(1, "gaoxin")]
    assert "高新区" in town.ok(
        "visit", "log", "L1", "--contact", "田中", "--note", "再谈", "--distinct", "另一次", "--lang", "zh"
    )
    town.ok("claim", "file", "3", "--unit", "gaoxin")
    lead = ("lead", "open", "丸善", "--title")
    assert "claimed" not in town.ok(*lead, "二店", "--as", "tokyo.desk")
    assert "claimed" in town.ok(*lead, "三店")
    for number in range(5):
        town.ok("claim", "file", str(town.json(*lead, f"{number}号店")["id"]), "--unit", "gaoxin")
    assert "1 more" in town.ok(*lead, "六号店")
