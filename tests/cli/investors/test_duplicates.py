"""``crm investor``: likely duplicates named, listed, declared two."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


def test_duplicates_from_the_first_hint_to_the_declaration(town: Terminal) -> None:
    """The same name is refused, a near one is hinted at, a pair is listed until somebody says it is two."""
    one = town.json("investor", "add", "雪花啤酒", "--country", "CN")["id"]
    refused = town.refused(1, "investor", "add", "雪花-啤酒", "--country", "JP")
    assert refused["matches"] == [{"id": one, "label": "雪花啤酒"}]
    assert "--distinct" in refused["problems"][0]["way_out"]
    two = town.json("investor", "add", "雪花-啤酒", "--country", "JP", "--distinct", "另一家")["id"]
    assert town.json("investor", "duplicates") == []
    three = town.json("investor", "add", "济南雪花啤酒", "--country", "CN")["id"]
    rows = town.json("investor", "duplicates", "--reason", "near")
    assert [(row["one"], row["other"]) for row in rows] == [(one, three), (two, three)]
    assert "济南雪花啤酒" in town.ok("investor", "duplicates")
    town.ok("investor", "distinct", str(three), str(one), "--reason", "两家")
    assert [row["one"] for row in town.json("investor", "duplicates", "--min-score", "50")] == [two]
    town.refused(2, "investor", "distinct", str(one), str(one), "--reason", "x")
