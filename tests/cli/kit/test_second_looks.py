"""No command looks up again what its verb has just written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

#: What is told beside: the claims of others on the same investor.
_BESIDE = "FROM crm_claim"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Record what any engine is sent."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(" ".join(statement.split()))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def looked_up(town: Terminal, *line: str, beside: str | None = _BESIDE) -> list[str]:
    """Return what a command asks the database after its last write, but for what is told *beside*."""
    with statements() as sent:
        town.ok(*line)
    written = max(number for number, statement in enumerate(sent) if statement.startswith("INSERT INTO crm_audit"))
    asked = [statement for statement in sent[written + 1 :] if statement.startswith("SELECT")]
    return [statement for statement in asked if beside is None or beside not in statement]


def test_what_is_written_is_not_looked_up(town: Terminal) -> None:
    """Leads, people, meetings, follow-ups."""
    for line in (
        ("lead", "open", "丸红", "--title", "二期"),
        ("lead", "edit", "2", "--note", "x"),
        ("lead", "handover", "2", "--owner", "tokyo.desk"),
        ("lead", "evidence", "1", "--kind", "photograph", "--dated", "2023-02-01", "--reference", "1"),
        ("contact", "add", "丸红", "佐藤花子"),
        ("contact", "employ", "佐藤", "丸善"),
        ("visit", "log", "L1", "--contact", "田中", "--note", "x", "--todo", "寄资料", "--due", "2099-01-01"),
        ("todo", "add", "L1", "回电", "--due", "2099-01-01"),
        ("todo", "done", "1", "--result", "x"),
        ("request", "open", "丸红", "用电增容", "--no-lead", "--due", "2099-01-01", "--answer-due", "2099-01-01"),
        ("request", "assign", "1", "--unit", "bureau"),
        ("request", "resolve", "1", "--outcome", "x"),
        ("claim", "file", "1"),
        ("claim", "renew", "1"),
        ("referral", "add", "1", "丸善"),
        ("referral", "withdraw", "1", "--reason", "x"),
    ):
        assert looked_up(town, *line) == [], line


def test_a_filed_claim_is_not_looked_up(town: Terminal) -> None:
    """The last protected day of a claim that was filed just now follows from the policy."""
    assert looked_up(town, "claim", "file", "1", beside=None) == []


def test_what_a_lead_lacks_takes_no_card(town: Terminal) -> None:
    """The next stage is that of the policy; only its facts are asked for, and a history is read once."""
    with statements() as sent:
        town.ok("lead", "missing", "1")
        town.ok("lead", "history", "1")
    assert not [statement for statement in sent if "FROM crm_meeting JOIN crm_investor" in statement]
    assert len([statement for statement in sent if "FROM crm_transition JOIN crm_staff" in statement]) == 1


def test_the_card_of_a_meeting_says_all_that_was_logged(town: Terminal) -> None:
    """Its brand and its trip stood in no place on the terminal."""
    town.ok(
        *("trip", "plan", "jp-2023", "--title", "赴日招商团", "--leader", "副市长", "--rank", "city"),
        *("--starts", "2023-02-06", "--ends", "2023-02-12", "--announced", "2023-01-16"),
    )
    logged = ("visit", "log", "L1", "--note", "x", "--at", "2023-02-08 10:00", "--trip", "jp-2023")
    made = town.json(*logged, "--brand", "through_train")
    assert town.json("visit", "show", str(made["id"]))["row"]["trip"] == "jp-2023"
    shown = town.ok("visit", "show", str(made["id"]))
    assert re.search(r"Trip +jp-2023", shown)
    assert "Service brand" in shown
