"""The verbs on promotion events, as a day's work would type them."""

from __future__ import annotations

import pytest

from crm.cli.printing.widths import cells
from crm.reads.events.rows import AttendanceRow, EventCard, EventFigures, EventRow
from tests.cli.conftest import Terminal, keys

pytestmark = pytest.mark.portable

ADD = ("event", "add", "tokyo-2023", "--title", "济南投资推介会", "--place", "东京", "--country", "JP", "--zone", "Asia/Tokyo",
       "--starts", "2023-02-08", "--station", "tokyo", "--organiser", "JETRO")  # fmt: skip
PERIOD = ("--since", "2023-01-01", "--until", "2023-12-31")


def test_from_planned_to_held_with_the_leads_it_started(town: Terminal) -> None:
    """Added, edited, attended, held; a lead names it by its code."""
    assert town.json(*ADD)["code"] == "tokyo-2023"
    town.ok("event", "edit", "tokyo-2023", "--ends", "2023-02-09", "--organiser", "")
    town.ok("event", "attend", "tokyo-2023", "丸红", "--contact", "田中")
    assert "80人" in town.ok(
        "event", "attend", "tokyo-2023", "--people", "80", "--note", "日方企业代表", "--lang", "zh"
    )
    town.ok("event", "hold", "tokyo-2023", "--outcome", "签约2个项目")
    opened = town.json(
        "lead", "open", "丸红", "--title", "燃料电池", "--source", "event:tokyo-2023", "--unit", "gaoxin"
    )
    card = town.json("event", "show", "推介会")
    assert set(card) == keys(EventCard)
    assert set(card["row"]) == keys(EventRow)
    assert set(card["attendance"][0]) == keys(AttendanceRow)
    assert (card["row"]["people"], card["row"]["leads"], card["row"]["organiser"]) == (81, 1, None)
    assert [row["id"] for row in card["leads"]] == [opened["id"]]
    assert "推介会" in town.ok("lead", "show", str(opened["id"]))
    guests = str(card["attendance"][1]["id"])
    town.ok("event", "edit-attendance", guests, "--people", "60", "--reason", "误计")
    town.ok("event", "withdraw-attendance", guests, "--reason", "另一场")
    assert "另一场" in town.ok("event", "show", "tokyo-2023", "--withdrawn")
    assert town.json("event", "show", "tokyo-2023")["row"]["people"] == 1
    town.ok("event", "restore-attendance", guests)
    assert town.json("event", "show", "tokyo-2023")["row"]["people"] == 61
    shown = town.ok("event", "show", "tokyo-2023", "--lang", "zh")
    assert "境外" in shown
    assert "田中健一" in shown
    figures = town.json("event", "figures", "2023", "--station", "tokyo")
    assert set(figures) == keys(EventFigures)
    assert (figures["held"], figures["held_abroad"], figures["held_at_home"]) == (1, 1, 0)
    assert "1: 0 at home, 1 abroad" in town.ok("event", "figures", "2023")


def test_events_are_listed_and_cancelled(town: Terminal) -> None:
    """By period, place and state."""
    assert town.json("event", "list") == []
    town.ok(*ADD)
    town.ok(
        "event", "add", "forum", "--title", "产业链论坛", "--kind", "论坛", "--place", "济南", "--starts", "2023-09-20"
    )
    town.ok("event", "cancel", "forum", "--reason", "场地改建")
    assert [row["code"] for row in town.json("event", "list", "--abroad")] == ["tokyo-2023"]
    assert [row["code"] for row in town.json("event", "list", "--home", "--state", "cancelled", *PERIOD)] == ["forum"]
    assert town.json("event", "list", "--unit", "gaoxin") == []
    assert "场地改建" in town.ok("event", "show", "forum")


def test_what_is_wrong_is_said(town: Terminal) -> None:
    """A refusal ends with status 1, wrong usage with 2, a stale record with 3."""
    town.ok(*ADD)
    assert town.refused(1, *ADD)
    assert town.refused(2, "event", "add", "x")
    assert town.refused(2, "event", "add", "x", "--title", "t", "--place", "p", "--starts", "2023-02-30")
    assert town.refused(2, "event", "attend", "tokyo-2023")
    assert town.refused(3, "event", "hold", "tokyo-2023", "--version", "7")
    assert town.refused(1, "event", "cancel", "tokyo-2023", "--reason", "x", "--as", "shen")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [80, 120])
def test_lists_and_cards_fit_the_terminal(town: Terminal, language: str, columns: int) -> None:
    """No line is wider."""
    town.ok(*ADD)
    town.ok("event", "attend", "tokyo-2023", "丸红", "--note", "部长等三人与会并作交流发言")
    for line in (("list",), ("show", "tokyo-2023"), ("figures", "2023")):
        text = town.ok("event", *line, "--lang", language, columns=columns)
        assert all(cells(printed_line) <= columns for printed_line in text.splitlines()), text
