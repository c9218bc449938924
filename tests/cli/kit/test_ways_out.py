"""The way out that a refusal prints works as it is printed."""

from __future__ import annotations

import re
import shlex

import pytest

from crm.services.kernel.finding import WAYS_OUT
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

#: A line that names something that is not there, by its noun.
UNKNOWN: dict[str, tuple[str, ...]] = {
    "investor": ("investor", "show", "无此 公司"),
    "lead": ("lead", "show", "无此项目"),
    "contact": ("contact", "show", "无此人"),
    "staff": ("staff", "show", "nobody"),
    "unit": ("lead", "list", "--unit", "nowhere"),
    "station": ("station", "show", "nowhere"),
    "trip": ("trip", "show", "nowhere-2023"),
    "event": ("event", "show", "nowhere-2023"),
    "attendance": ("event", "withdraw-attendance", "99"),
    "meeting": ("visit", "show", "V99"),
    "follow-up": ("todo", "done", "T99", "--result", "x"),
    "request": ("request", "show", "Q99"),
    "referral": ("referral", "withdraw", "R99", "--reason", "x"),
    "target": ("target", "show", "nothing"),
    "arrival": ("capital", "show", "A99"),
    "contract amount": ("contract", "show", "K99"),
}
#: What a way out leaves to be filled in.
FILLED = {"INVESTOR": "丸红", "TITLE": "新项目", "CC": "JP"}


def test_each_noun_with_a_way_out_is_tried() -> None:
    """A new one needs its line above."""
    assert set(UNKNOWN) == set(WAYS_OUT)


@pytest.mark.parametrize("noun", UNKNOWN)
def test_what_is_unknown_is_listed_or_added_as_printed(town: Terminal, noun: str) -> None:
    """Each command of the way out runs, with the placeholders filled in."""
    (problem,) = town.refused(1, *UNKNOWN[noun])["problems"]
    assert problem["code"] == "not_found"
    commands = re.findall(r"crm ([^;]+)", problem["way_out"])
    assert commands
    for command in commands:
        town.ok(*(FILLED.get(word, word) for word in shlex.split(command)))


@pytest.mark.parametrize(("language", "told"), [("en", "has reached contact already"), ("zh", "已到“接洽”阶段")])
def test_a_stage_that_is_reached_is_not_advised(town: Terminal, language: str, told: str) -> None:
    """A lead is not sent where it stands."""
    printed = town.ok("lead", "missing", "L1", "--to", "contact", "--lang", language)
    assert told in printed
    assert "crm lead advance" not in printed
    assert town.json("lead", "missing", "L1", "--to", "contact") == []


def test_a_visit_that_is_not_planned_is_named_by_its_number(town: Terminal) -> None:
    """The number of the refusal is the one that was typed."""
    leg = ("--leg", "东京|JP|Asia/Tokyo|2099-02-06 14:35|2099-02-10")
    days = ("--starts", "2099-02-06", "--ends", "2099-02-10")
    town.ok("trip", "plan", "tokyo", "--title", "赴日", "--leader", "副市长", "--rank", "city", *days, *leg)
    (problem,) = town.refused(1, "trip", "cancel-visit", "tokyo", "9", "--reason", "改期")["problems"]
    assert problem["text"] == 'There is no planned visit "9".'


def test_a_record_without_tags_says_so(town: Terminal) -> None:
    """None can be chosen of none."""
    (problem,) = town.refused(2, "lead", "tag", "L1", "--remove", "周会")["problems"]
    assert problem["text"] == "It has no tag."


@pytest.mark.parametrize(
    "line",
    [
        ("lead", "open", "丸红", "--title", "新项目", "--unit", "gaoxin", "--station", "frankfurt"),
        ("event", "add", "forum", "--title", "论坛", "--place", "东京", "--starts", "2023-03-01"),
    ],
)
def test_who_may_record_at_home_only_is_told_the_option(town: Terminal, line: tuple[str, ...]) -> None:
    """With their own place, and with it the line is accepted."""
    (problem,) = town.refused(1, *line, "--as", "tokyo.desk")["problems"]
    assert problem["code"] == "scope"
    assert "Name your own: --station tokyo." in problem["way_out"]
    town.ok(*line, "--station", "tokyo", "--as", "tokyo.desk")


def test_who_has_no_such_place_asks_others(town: Terminal) -> None:
    """A claim is a unit's, and the desk of a station has none."""
    (problem,) = town.refused(1, "claim", "file", "L2", "--unit", "gaoxin", "--as", "tokyo.desk")["problems"]
    assert problem["way_out"] == "Ask its owner, or one of these roles: manager, admin."
