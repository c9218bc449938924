"""A command that another transaction was in the way of is repeated as a whole, and asks nothing twice."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from crm.cli.kit.verbs import RETRIES
from crm.services.kernel import writing
from crm.services.kernel.auditing import signing
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

Meeting = Callable[[int], list[int]]


class DeadlockDetectedError(Exception):
    """As the driver of PostgreSQL tells it."""

    sqlstate = "40P01"


@pytest.fixture
def deadlocks(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Let the next writes meet a deadlock, as many as the test says; return a list that grows with each."""
    sign = signing.sign

    def meet(times: int) -> list[int]:
        met = list[int]()

        def signing(*args: object, **kw: object) -> None:
            if len(met) < times:
                met.append(1)
                raise OperationalError("INSERT", {}, DeadlockDetectedError())
            sign(*args, **kw)  # type: ignore[arg-type] # as they came

        monkeypatch.setattr(writing, "sign", signing)
        return met

    return meet


def test_a_command_is_repeated(town: Terminal, deadlocks: Meeting) -> None:
    """What the first attempt wrote was rolled back, and is there once."""
    met = deadlocks(RETRIES)
    town.ok("investor", "add", "三井物产株式会社", "--country", "JP")
    assert len(met) == RETRIES
    assert [row["name"] for row in town.json("investor", "list")].count("三井物产株式会社") == 1


def test_a_command_is_not_repeated_for_ever(town: Terminal, deadlocks: Meeting) -> None:
    """Then it is told: exit status 3, and nothing was written."""
    deadlocks(RETRIES + 1)
    error = town.refused(3, "investor", "add", "三井物产株式会社", "--country", "JP")
    assert [problem["code"] for problem in error["problems"]] == ["repeat"]


@pytest.mark.usefixtures("town")
def test_a_question_is_asked_once(town: Terminal, deadlocks: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer holds for the repeated call, and what was listed above the question is listed once."""
    monkeypatch.setattr("crm.cli.investors.investor.on_terminal", lambda: True)
    monkeypatch.setattr("crm.cli.kit.prompts.on_terminal", lambda: True)
    met = deadlocks(2)
    line = ("investor", "add", "丸红株式会社", "--country", "JP")
    result = town.type(*line, stdin="another branch\n")
    assert (result.exit_code, len(met)) == (0, 2), result.output
    assert result.stderr.count("already be on record") == 1
    assert result.stderr.count("Why is it a different company") == 1


def test_a_pipe_is_read_once(town: Terminal, deadlocks: Meeting) -> None:
    """What a shell gives as <(…) can be read no second time."""
    met = deadlocks(1)
    readable, writable = os.pipe()
    os.write(writable, b"date,base,quote,rate,units\n2023-01-03,USD,CNY,6.9475,1\n")
    os.close(writable)
    printed = town.ok("rate", "load", f"/dev/fd/{readable}", "--source", "own")
    os.close(readable)
    assert len(met) == 1
    assert "1 rates are added" in printed


def test_what_was_committed_is_not_repeated(town: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conflict after the commit is told, and the command is not run again."""
    from crm.cli.kit.face import Face
    from crm.errors import BeginAgain

    def done(*_: object, **__: object) -> None:
        raise BeginAgain.because("Somebody else was first.")

    monkeypatch.setattr(Face, "done", done)
    town.refused(3, "investor", "add", "三井物产株式会社", "--country", "JP")
    assert [row["name"] for row in town.json("investor", "list")].count("三井物产株式会社") == 1
