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


def test_on_a_terminal_it_is_asked(two: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Again after a wrong answer; 0 is none of them."""
    monkeypatch.setattr("crm.cli.kit.prompts.on_terminal", lambda: True)
    asked = two.type(*LOG, stdin="7\nL3\n")
    assert "about lead 3" in asked.stdout
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
