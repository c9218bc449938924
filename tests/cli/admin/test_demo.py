"""``crm demo``: loaded once, printed in both languages, nothing changed by a second load."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


def test_the_demo_is_loaded_and_printed(database_url: str) -> None:
    """Board, the landed lead, each trip's plan, follow-ups and stations; twice is once."""
    terminal = Terminal(database_url, user="", language="zh")
    first = terminal.ok("demo", columns=80)
    for word in (
        "项目看板",
        "从接洽到落地",
        "japan-2023-02",
        "germany-2023-02",
        "hongkong-2023-02",
        "待办",
        "联络站",
        "凯傲",
    ):
        assert word in first
    again = terminal.ok("demo", "--lang", "en")
    assert "nothing changed" in again
    board, visit, year = (
        line.partition(" --as ")[2] for line in again.splitlines() if line.startswith("  ") and " --as " in line
    )
    assert "negotiating" in terminal.ok("--as", *shlex.split(board), "--lang", "en")
    assert "伊藤忠" in terminal.ok("--as", *shlex.split(visit))
    assert "US$3.137bn" in terminal.ok("--as", *shlex.split(year), "--lang", "en")
    assert "From contact to landed" in again
    told = terminal.json("demo")
    assert {"board", "hero", "history", "trips", "followups", "stations"} <= set(told)
    assert told["history"][-1]["to_stage"] == "landed"


def test_a_user_set_for_another_database_does_not_stop_it(database_url: str) -> None:
    """In an empty database, and in one that the demo founded, it acts as its own administrator."""
    for _ in range(2):
        assert Terminal(database_url, user="tokyo.desk").json("demo")["board"]


def test_it_says_how_to_keep_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The throwaway one is gone when its last line is read."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert "crm demo --db sqlite:///demo.db" in Terminal("", user="").ok("demo")


def test_without_a_database_it_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it stays behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    Terminal("", user="").json("demo")
    assert list(tmp_path.iterdir()) == []


def test_it_keeps_out_of_a_database_with_people_in_it(town: Terminal) -> None:
    """Their own admin has to ask for it."""
    assert Terminal(town.url, user="").refused(1, "demo")["error"] == "AccessDenied"
