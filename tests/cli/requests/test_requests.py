"""The verbs on requests, as a day's work would type them."""

from __future__ import annotations

import pytest

from crm.cli.printing.widths import cells
from crm.reads.deadlines import DueRow
from crm.reads.requests.rows import ReinvestmentRow, RequestCard, RequestFigures, RequestRow, RequestStepRow
from tests.cli.conftest import Terminal, keys

pytestmark = pytest.mark.portable


def opened(town: Terminal, *more: str) -> str:
    """Accept a request of long ago, and return its number."""
    return str(town.json("request", "open", "丸红", "厂房用电增容", "--accepted", "2023-01-20", *more)["id"])


def test_from_accepted_to_solved_and_again(town: Terminal) -> None:
    """Each step by its verb; the deadlines are working days, so the Spring Festival does not count."""
    made = town.json(
        "request", "open", "丸红", "厂房用电增容", "--kind", "utilities", "--channel", "session", "--brand", "相约下午茶",
        "--accepted", "2023-01-20",
    )  # fmt: skip
    assert (made["answer_due_on"], made["due_on"]) == ("2023-02-01", "2023-02-22")
    number = str(made["id"])
    town.ok("request", "edit", number, "--channel", "online", "--reason", "来电登记错误")
    assert "crm request restore" in town.ok("request", "withdraw", number, "--reason", "重复登记")
    assert town.json("request", "list") == []
    assert "重复登记" in town.ok("request", "list", "--withdrawn")
    assert "重复登记" in town.ok("request", "show", number)
    town.ok("request", "restore", number)
    town.ok("request", "assign", number, "--unit", "gaoxin", "--assignee", "tokyo.desk", "--note", "加急")
    assert "2023年2月22日" in town.ok(
        "request", "answer", number, "供电公司已受理", "--on", "2023-02-06", "--lang", "zh"
    )
    town.ok("request", "resolve", number, "--outcome", "已增容", "--on", "2023-02-20")
    town.ok("request", "rate", number, "5")
    card = town.json("request", "show", number)
    assert set(card) == keys(RequestCard)
    assert set(card["row"]) == keys(RequestRow)
    assert set(card["steps"][0]) == keys(RequestStepRow)
    assert (card["row"]["state"], card["row"]["in_time"], card["row"]["satisfaction"]) == ("solved", True, 5)
    shown = town.ok("request", "show", number, "--lang", "zh")
    assert "相约下午茶" in shown
    assert "供电公司已受理" in shown
    assert "5/5" in shown
    town.ok("request", "reopen", number, "--reason", "仍跳闸", "--due", "2100-01-04")
    assert town.json("request", "list")[0]["state"] == "answered"
    assert "重新" in town.ok("request", "show", number, "--lang", "zh")


def test_requests_are_listed_and_counted(town: Terminal) -> None:
    """By what is asked for; the figures of a period in both languages."""
    first, second = opened(town, "--brand", "through_train"), opened(town, "--unit", "gaoxin")
    town.ok(
        "request",
        "resolve",
        second,
        "--unsolvable",
        "--outcome",
        "规划不允许",
        "--on",
        "2023-03-01",
        "--satisfaction",
        "2",
    )
    assert [str(row["id"]) for row in town.json("request", "list", "--overdue")] == [first]
    assert [str(row["id"]) for row in town.json("request", "list", "--all", "--unit", "gaoxin")] == [second]
    assert town.json("request", "list", "--brand", "afternoon_tea") == []
    assert town.json("request", "list", "--person", "boss", "--state", "unsolvable", "--investor", "丸红", "--lead", "1",
                     "--until", "2023-12-31") == []  # fmt: skip
    found = town.json("request", "figures", "2023")
    assert set(found) == keys(RequestFigures)
    assert (found["accepted"], found["solved"], found["unsolvable"], found["open"]) == (2, 0, 1, 1)
    assert "0 of 1 said 4 or 5; 2.00 on average" in town.ok("request", "figures", "2023")
    assert "无法解决" in town.ok("request", "figures", "2023", "--lang", "zh", "--unit", "gaoxin")


def test_reinvested_profits_show_what_came_before(town: Terminal) -> None:
    """The request solved in the year before stands beside the money."""
    number = opened(town)
    town.ok("request", "resolve", number, "--outcome", "已增容", "--on", "2023-02-20")
    town.ok("visit", "log", "L1", "--note", "下午茶", "--brand", "afternoon_tea", "--at", "2023-03-01 14:00")
    assert len(town.json("visit", "list", "--brand", "afternoon_tea")) == 1
    town.ok(
        "capital", "record", "1", "5000000 USD", "--arrived", "2023-06-01", "--reference", "r", "--kind", "reinvestment"
    )
    rows = town.json("request", "reinvested")
    assert set(rows[0]) == keys(ReinvestmentRow)
    assert (rows[0]["requests"], len(rows[0]["meetings"])) == ([int(number)], 1)
    assert "共1件" in town.ok("request", "reinvested", "丸红", "--lang", "zh")
    assert (
        town.json("request", "reinvested", "丸善", "--since", "2023-01-01", "--until", "2023-12-31", "--days", "9")
        == []
    )


def test_what_is_wrong_is_said(town: Terminal) -> None:
    """A refusal ends with status 1, wrong usage with 2, a stale record with 3."""
    number = opened(town)
    assert town.refused(2, "request", "open", "丸红", "x", "--accepted", "2023-01-20", "--brand", "nothing")
    assert town.refused(2, "request", "open", "丸红", "x", "--accepted", "2090-01-20")
    assert town.refused(2, "request", "assign", number)
    assert town.refused(1, "request", "show", "999")
    assert town.refused(1, "request", "rate", number, "5")
    assert town.refused(2, "request", "resolve", number, "--outcome", "x", "--satisfaction", "6")
    assert town.refused(2, "request", "figures", "x")
    assert town.refused(3, "request", "answer", number, "x", "--version", "7")
    assert town.refused(1, "request", "answer", number, "x", "--as", "shen")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [80, 120])
def test_lists_and_cards_fit_the_terminal(town: Terminal, language: str, columns: int) -> None:
    """No line is wider."""
    number = opened(town, "--brand", "through_train", "--unit", "gaoxin", "--assignee", "tokyo.desk")
    for line in (("list",), ("show", number), ("figures", "2023")):
        text = town.ok("request", *line, "--lang", language, columns=columns)
        assert all(cells(printed_line) <= columns for printed_line in text.splitlines()), text


def test_what_is_due_stands_in_one_list(town: Terminal) -> None:
    """Promises, requests and reviews; in both languages, at both widths."""
    number = opened(town, "--unit", "gaoxin")
    town.ok("lead", "hold", "1", "--reason", "换届", "--review", "2100-01-01")
    rows = town.json("todo", "due")
    assert [(row["kind"], str(row["id"]), row["overdue"]) for row in rows] == [("answer", number, True)]
    assert set(rows[0]) == keys(DueRow)
    both = town.json("todo", "due", "--until", "2100-01-01")
    assert [row["kind"] for row in both] == ["answer", "review"]
    assert town.json("todo", "due", "--owner", "tokyo.desk", "--unit", "gaoxin", "--station", "tokyo") == []
    for language, word in (("zh", "答复诉求"), ("en", "answer of request")):
        for columns in (80, 120):
            text = town.ok("todo", "due", "--until", "2100-01-01", "--lang", language, columns=columns)
            assert word in text.replace("\n", " ")
            assert all(cells(printed_line) <= columns for printed_line in text.splitlines()), text
