"""Which lead a visit is about, on a terminal and without one."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

LOG = ("visit", "log", "丸善", "--note", "谈选址")


@pytest.fixture
def two(town: Terminal) -> Terminal:
    """A company with two open leads, L2 and L3."""
    return town


def test_without_a_terminal_the_way_out_works_as_it_is_printed(two: Terminal) -> None:
    """The leads are listed with their letters; one is named by an option, or none."""
    error = two.refused(1, *LOG)
    assert [match["id"] for match in error["matches"]] == [2, 3]
    assert error["problems"][0]["way_out"].endswith("--no-lead")
    printed = two.type(*LOG).stderr
    assert "L2" in printed
    assert two.json(*LOG, "--lead", "L3")["lead_id"] == 3
    assert two.json(*LOG, "--lead", "书店")["lead_id"] == 2
    assert two.json(*LOG, "--no-lead")["lead_id"] is None
    todo = ("todo", "add", "丸善", "寄资料", "--due", "2099-01-01")
    two.refused(1, *todo)
    two.ok(*todo, "--lead", "2")
    two.ok(*todo, "--no-lead")
    assert {row["lead_id"] for row in two.json("todo", "list")} == {2, None}


def test_a_request_names_its_lead_too(two: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the option, or asked for on a terminal."""
    ask = ("request", "open", "丸善", "用电增容")
    assert two.refused(1, *ask)["problems"][0]["code"] == "several_leads"
    two.ok(*ask, "--lead", "L3")
    two.ok(*ask, "--no-lead")
    monkeypatch.setattr("crm.cli.kit.prompts.on_terminal", lambda: True)
    assert two.type(*ask, stdin="2\n").exit_code == 0
    assert {row["lead_id"] for row in two.json("request", "list")} == {2, 3, None}


def test_on_a_terminal_it_is_asked(two: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Again after a wrong answer; 0 is none of them."""
    monkeypatch.setattr("crm.cli.kit.prompts.on_terminal", lambda: True)
    asked = two.type(*LOG, stdin="7\nL3\n")
    assert "about lead L3" in asked.stdout
    assert '"7" is not one of: L2, L3' in asked.stderr
    assert two.type(*LOG, stdin="0\n").exit_code == 0
    assert [row["lead_id"] for row in two.json("visit", "list")] == [None, 3]


def test_options_that_do_not_fit_are_refused(two: Terminal) -> None:
    """Both, or a lead of another company."""
    assert two.refused(2, *LOG, "--lead", "2", "--no-lead")["problems"][0]["code"] == "both"
    assert two.refused(2, *LOG, "--lead", "1")["problems"][0]["code"] == "another"


def test_a_bare_number_of_two_nouns_is_refused(two: Terminal) -> None:
    """Lead 1 is of another company than investor 1 could be; with the letter it works as printed."""
    error = two.refused(1, "visit", "log", "2", "--note", "x")
    assert "L2" in error["problems"][0]["text"]
    assert "I2" in error["problems"][0]["text"]
    assert two.json("visit", "log", "L2", "--note", "x")["lead_id"] == 2


def test_lists_show_numbers_that_can_be_typed(two: Terminal) -> None:
    """With their letters on the terminal, and as integers in JSON."""
    assert "L2 " in two.ok("lead", "list")
    assert "I2 " in two.ok("investor", "list")
    two.ok("lead", "show", "L2")
    assert "I2 · 丸善株式会社" in two.ok("investor", "show", "I2")
    assert {row["id"] for row in two.json("lead", "list")} == {1, 2, 3}


def test_what_is_promised_until_a_day_is_a_follow_up(town: Terminal) -> None:
    """Of its own line of the minutes and its owner; without a day it is in the minutes alone."""
    town.ok(
        "visit", "log", "L1", "--note", "谈", "--promised", "寄资料", "--promised", "安排考察", "--due", "2099-01-01"
    )
    assert {row["text"] for row in town.json("todo", "list")} == {"寄资料", "安排考察"}
    town.ok("visit", "log", "L1", "--note", "谈", "--promised", "寄样品", "--distinct", "另一次")
    assert len(town.json("todo", "list")) == 2
    third = ("--todo", "回电", "--promised", "报价", "--due", "2099-01-02", "--distinct", "第三次")
    town.ok("visit", "log", "L1", "--note", "谈", *third)
    assert len(town.json("todo", "list")) == 4
    error = town.refused(2, "visit", "log", "L1", "--note", "谈", "--due", "2099-01-01")
    assert error["problems"][0]["field"] == "todo"


def test_the_timeline_of_a_lead(town: Terminal) -> None:
    """In words, with numbers that can be typed; in JSON an array of rows."""
    town.ok("visit", "log", "L1", "--note", "谈选址", "--at", "2023-02-08 14:00")
    town.ok("visit", "edit", "1", "--note", "谈用地", "--reason", "记错")
    shown = town.ok("lead", "show", "L1", "--timeline", columns=160)
    assert "visit V1" in shown
    assert "correct a meeting" in shown
    assert "谈用地" in shown
    rows = town.json("lead", "show", "L1", "--timeline")
    assert [row["record"] for row in rows] == ["transition", "meeting", "correction"]
    assert "拜访 V1" in town.ok("lead", "show", "L1", "--timeline", "--lang", "zh", columns=160)
