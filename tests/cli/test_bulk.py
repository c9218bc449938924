"""Bulk verbs on the command line: named, filtered for, from a file; previewed, then written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


def tags(town: Terminal, number: int) -> list[str]:
    """Return the tags of a lead."""
    found: list[str] = town.json("lead", "show", str(number))["row"]["tags"]
    return found


def test_nothing_is_written_without_apply(town: Terminal) -> None:
    """The preview lists each lead with what would change; applied, it says how many were written."""
    assert "--previewed" in town.ok("bulk", "tag", "1", "L2", "--tag", "周会")
    assert tags(town, 1) == tags(town, 2) == []
    seen = town.json("bulk", "tag", "1", "L2", "--tag", "周会")
    assert set(seen) == {"written", "done", "refused", "token"}
    assert [(row["id"], row["changes"]) for row in seen["done"]] == [
        (1, {"tags": [[], ["周会"]]}),
        (2, {"tags": [[], ["周会"]]}),
    ]
    assert "Written: 2" in town.ok("bulk", "tag", "1", "L2", "--tag", "周会", "--apply")
    assert tags(town, 1) == tags(town, 2) == ["周会"]


def test_only_what_was_previewed_is_written(town: Terminal) -> None:
    """A token stands for the leads, their versions and what becomes of them."""
    line = ("bulk", "tag", "--where", "status=active", "--tag", "周会")
    token = town.json(*line)["token"]
    town.ok("lead", "tag", "2", "重点")
    assert town.refused(1, *line, "--previewed", token)["problems"][0]["code"] == "stale"
    assert (tags(town, 1), tags(town, 2)) == ([], ["重点"])
    assert "Written: " in town.ok(*line, "--previewed", town.json(*line)["token"])
    assert tags(town, 1) == ["周会"]


def test_all_or_none_or_those_that_may(town: Terminal) -> None:
    """One that is refused holds back the other, with its reasons; both are told in the preview."""
    town.ok("lead", "lose", "2", "--reason", "r")
    shown = town.ok("bulk", "hold", "1", "2", "--reason", "r", "--review", "2099-01-01", "--lang", "zh")
    assert "1 条线索可行，1 条被拒绝" in shown
    assert "crm lead reopen" in shown
    town.refused(1, "bulk", "hold", "1", "2", "--reason", "r", "--review", "2099-01-01", "--apply")
    done = town.json("bulk", "hold", "1", "2", "--reason", "r", "--review", "2099-01-01", "--apply", "--those-that-may")
    assert ([row["id"] for row in done["done"]], [row["id"] for row in done["refused"]]) == ([1], [2])
    assert town.json("lead", "show", "1")["row"]["status"] == "on_hold"


def test_leads_are_filtered_for_or_come_from_a_file(town: Terminal, tmp_path: Path) -> None:
    """By the filters of the list, by a view, by lines and by JSON; not both at once."""
    everything = town.json("lead", "list")
    ids = {row["id"] for row in everything}

    def found(*line: str) -> set[int]:
        done = town.json("bulk", "tag", "--tag", "x", *line)
        return {row["id"] for row in (*done["done"], *done["refused"])}

    assert found("--where", "status=active") == ids
    town.ok("lead", "tag", "1", "周会", "重点")
    assert found("--where", "tag=周会+重点") == {1}
    assert found("--where", "stage=接洽", "--where", "mine=yes", "--where", "met-until=2099-01-01") <= ids
    town.ok("lead", "list", "--tag", "周会", "--sort", "title", "--save", "周会")
    assert found("--view", "周会") == {1}
    lines, rows = tmp_path / "leads.csv", tmp_path / "leads.json"
    lines.write_text("编号,名称\nL1,甲\n2,乙\n", "utf-8")
    rows.write_text('[{"id": 1}, {"id": 2}]', "utf-8")
    assert found("--file", str(lines)) == found("--file", str(rows)) == {1, 2}
    rows.write_text('[{"no": 1}]', "utf-8")
    for line in (("--file", str(rows)), ("1", "--where", "status=active"), ("--where", "statsu=active"), ()):
        town.refused(2, "bulk", "tag", "--tag", "x", *line)


def test_each_bulk_verb_does_what_the_single_one_does(town: Terminal) -> None:
    """Advance, hand over, lose."""
    town.refused(1, "bulk", "advance", "1", "--apply")
    town.ok(
        "visit", "log", "丸红", "--contact", "田中", "--note", "会谈", "--at", "2023-02-08 14:00", "--as", "tokyo.desk"
    )
    moved = town.json("bulk", "advance", "1", "--apply")
    assert moved["done"][0]["changes"] == {"stage": ["contact", "negotiating"]}
    handed = town.json("bulk", "handover", "1", "--owner", "boss", "--station", "", "--reason", "r")
    assert "station" in handed["done"][0]["changes"]
    lost = town.json("bulk", "lose", "1", "2", "--reason", "r", "--competitor", "青岛", "--apply")
    assert (lost["written"], len(lost["done"])) == (True, 2)
