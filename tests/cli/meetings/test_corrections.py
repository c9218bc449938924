"""What was typed yesterday, put right on the command line."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


def logged(town: Terminal) -> str:
    """Log a visit with a promise, and return its number."""
    typed = (
        "visit",
        "log",
        "丸红",
        "--contact",
        "田中",
        "--at",
        "2023-02-07 14:00",
        "--note",
        "谈到厂房",
        "--agreed",
        "互访",
    )
    return str(town.json(*typed, "--todo", "寄送资料", "--due", "2030-03-01")["id"])


def test_a_visit_is_edited(town: Terminal) -> None:
    """What is given changes, an empty text clears, and lists are given as a whole."""
    number = logged(town)
    town.ok("contact", "add", "丸红", "佐藤花子")
    said = town.ok(
        "visit", "edit", number, "--at", "2023-02-07 15:30", "--note", "谈到用地", "--contact", "佐藤", "--next", "寄图", "--agreed", "",
        "--lead", "", "--reason", "记错",
    )  # fmt: skip
    assert number in said
    card = town.json("visit", "show", number)
    row = card["row"]
    assert (row["at"]["local"][:16], row["summary"], row["contacts"]) == ("2023-02-07T15:30", "谈到用地", ["佐藤花子"])
    assert (card["minutes"], row["lead_id"], row["withdrawn"]) == ([["next", "寄图"]], None, None)
    town.ok("visit", "edit", number, "--contact", "")
    assert town.json("visit", "show", number)["row"]["contacts"] == []


def test_a_visit_is_withdrawn_and_restored(town: Terminal) -> None:
    """It is struck through where it is asked for; its promise goes and comes back."""
    number = logged(town)
    assert "crm visit restore" in town.ok("visit", "withdraw", number, "--reason", "重复登记")
    assert (town.json("visit", "list"), town.json("todo", "list")) == ([], [])
    (row,) = town.json("visit", "list", "--withdrawn")
    assert (row["withdrawn"]["reason"], len(town.json("todo", "list", "--withdrawn"))) == ("重复登记", 1)
    for page in (town.ok("visit", "list", "--withdrawn", columns=160), town.ok("visit", "show", number)):
        assert "重复登记" in page
    assert "已撤回" in town.type("visit", "withdraw", number, "--lang", "zh").stderr
    assert town.refused(1, "visit", "edit", number, "--note", "x")["problems"][0]["code"] == "withdrawn"
    town.ok("visit", "restore", number)
    assert (len(town.json("visit", "list")), len(town.json("todo", "list"))) == (1, 1)


def test_a_followup_is_corrected_and_cancelled(town: Terminal) -> None:
    """By the same words."""
    logged(town)
    number = str(town.json("todo", "list")[0]["id"])
    town.ok("todo", "edit", number, "--due", "2030-03-05", "--owner", "tokyo.desk")
    assert (town.json("todo", "list")[0]["due_on"], town.json("todo", "list")[0]["owner"]) == (
        "2030-03-05",
        "tokyo.desk",
    )
    town.ok("todo", "cancel", number, "--reason", "对方已取消")
    assert town.json("todo", "list", "--all") == []
    assert "对方已取消" in town.ok("todo", "list", "--withdrawn", columns=160)
    assert town.refused(1, "todo", "done", number, "--result", "x")["problems"][0]["code"] == "withdrawn"
    town.ok("todo", "restore", number)
    assert len(town.json("todo", "list")) == 1
    town.ok("todo", "done", number, "--result", "x")
    assert town.json("todo", "list") == []
    town.ok("todo", "reopen", number, "--reason", "误点完成")
    assert len(town.json("todo", "list")) == 1


def test_what_another_recorded_takes_a_reason(town: Terminal) -> None:
    """A manager is told so, with the option to add; an ambassador whom to ask."""
    number = str(town.json("--as", "tokyo.desk", "visit", "log", "丸红", "--note", "谈")["id"])
    wrong = town.refused(2, "visit", "withdraw", number)["problems"][0]
    assert (wrong["field"], "--reason" in wrong["way_out"]) == ("reason", True)
    town.ok("visit", "withdraw", number, "--reason", "重复登记")
    mine = logged(town)
    assert town.refused(1, "--as", "tokyo.desk", "visit", "withdraw", mine)["problems"][0]["code"] == "scope"


def test_what_is_struck_through_is_seen_on_a_terminal(town: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """In lists and on the card."""
    number = logged(town)
    town.ok("visit", "withdraw", number)
    monkeypatch.setenv("FORCE_COLOR", "1")
    for page in (town.ok("visit", "list", "--withdrawn", columns=160), town.ok("visit", "show", number)):
        assert "\x1b[9m谈到" in page or ";9m谈到" in page
