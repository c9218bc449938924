"""Going out of use and coming back, and documents put right, as they are typed."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


def test_a_document_is_put_right(town: Terminal) -> None:
    """It is corrected, withdrawn and restored; a withdrawn one is listed where it is asked for."""
    paper = town.json(
        "lead", "evidence", "1", "--kind", "memorandum", "--dated", "2023-03-15", "--reference", "备忘录一"
    )
    number = str(paper["id"])
    town.ok("lead", "edit-evidence", number, "--dated", "2023-03-16", "--reference", "备忘录二")
    town.ok("lead", "withdraw-evidence", number, "--reason", "重复登记")
    assert town.json("lead", "evidence", "1") == []
    (gone,) = town.json("lead", "evidence", "1", "--withdrawn")
    assert (gone["reference"], gone["dated_on"], gone["withdrawn"]["reason"]) == ("备忘录二", "2023-03-16", "重复登记")
    town.ok("lead", "restore-evidence", number)
    assert [row["id"] for row in town.json("lead", "evidence", "1")] == [paper["id"]]


def test_what_was_archived_comes_back(town: Terminal) -> None:
    """A company, a person at one, a unit and a colleague."""
    town.ok("investor", "add", "乙方贸易", "--country", "JP")
    town.ok("contact", "add", "乙方", "佐藤花子", "--title", "课长")
    (contact,) = town.json("contact", "list", "乙方")
    for line in (["contact", str(contact["id"])], ["investor", "乙方贸易"]):
        noun, name = line
        town.ok(noun, "archive", name, "--reason", "误录")
    assert (
        "crm investor restore" in town.refused(1, "lead", "open", "乙方贸易", "--title", "x")["problems"][0]["way_out"]
    )
    town.ok("investor", "restore", "乙方贸易", "--reason", "重新联系")
    town.ok("contact", "restore", str(contact["id"]), "--reason", "重新联系")
    assert [row["name"] for row in town.json("contact", "list", "乙方")] == ["佐藤花子"]


def test_colleagues_and_units_go_and_come_back(town: Terminal) -> None:
    """What they leave open is named; under another name they are the same."""
    assert town.refused(1, "staff", "archive", "tokyo.desk", "--reason", "离任")["problems"]
    town.ok("staff", "archive", "tokyo.desk", "--reason", "离任", "--leave-open", "待定")
    town.ok("staff", "restore", "tokyo.desk", "--reason", "返岗")
    town.ok("staff", "edit", "tokyo.desk", "--name", "东京站专员")
    assert "东京站专员" in town.ok("staff", "list")
    assert town.refused(1, "unit", "archive", "gaoxin", "--reason", "撤并")["problems"]
    town.ok("unit", "archive", "gaoxin", "--reason", "撤并", "--leave-open", "待定")
    town.ok("unit", "restore", "gaoxin", "--reason", "恢复建制")
    town.ok("unit", "edit", "gaoxin", "--name", "济南高新区")
    assert "济南高新区" in town.ok("unit", "list", "--lang", "zh")
