"""``crm demo``: loaded once, printed in both languages, nothing changed by a second load."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.databases import Databases

pytestmark = [pytest.mark.portable, pytest.mark.whole]


@pytest.fixture(scope="module")
def kept(databases: Databases) -> Iterator[tuple[str, str]]:
    """A database that ``crm demo`` loaded when it was empty, with a user set for another one, and what was printed."""
    url = databases.create()
    yield url, Terminal(url, user="tokyo.desk", language="zh").ok("demo", columns=80)
    databases.drop(url)


def test_the_demo_is_loaded_and_printed(kept: tuple[str, str]) -> None:
    """Board, the landed lead, each trip's plan, follow-ups and stations; twice is once."""
    url, first = kept
    terminal = Terminal(url, user="", language="zh")
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
    _, board, visit, year = (
        line.partition(" --as ")[2] for line in again.splitlines() if line.startswith("  ") and " --as " in line
    )
    assert "negotiating" in terminal.ok("--as", *shlex.split(board), "--lang", "en")
    assert "伊藤忠" in terminal.ok("--as", *shlex.split(visit))
    assert "US$3.137bn" in terminal.ok("--as", *shlex.split(year), "--lang", "en")
    assert "From contact to landed" in again
    told = terminal.json("demo")
    assert {"board", "hero", "history", "trips", "followups", "stations"} <= set(told)
    assert told["history"][-1]["to_stage"] == "landed"


def test_a_ledger_is_previewed_and_imported_as_printed(
    kept: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that are new, on record, alike, refused and carried over, in a few lines."""
    url, first = kept
    shown = first.partition("示例台账.csv：")[2].partition("试用命令")[0]
    assert "共 200 行（相同 2、新建 194、疑似重复 1、被拒绝 3）" in shown
    assert len(shown.splitlines()) < 25
    monkeypatch.chdir(tmp_path)
    written, brought = (
        line.partition(" demo ")[2] or line.partition(" --as ")[2] for line in shown.splitlines()[-3:-1]
    )
    terminal = Terminal(url, user="", language="en")
    terminal.ok("demo", *shlex.split(written))
    typed = ("--as", *shlex.split(brought))
    preview = terminal.ok(*typed, "--all")
    assert 'carried over at "registered"' in preview
    assert "--same 196=I" in preview
    assert terminal.ok(*typed).splitlines()[-1].startswith("Apply it:")


def test_a_user_set_for_another_database_does_not_stop_it(kept: tuple[str, str]) -> None:
    """In an empty database, and in one that the demo founded, it acts as its own administrator."""
    url, first = kept
    assert "项目看板" in first
    assert Terminal(url, user="tokyo.desk").json("demo")["board"]


@pytest.mark.whole  # it loads the demo again; the quick tier reads the lines and the JSON of one that is kept
@pytest.mark.parametrize("as_json", [False, True])
def test_without_a_database_it_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_json: bool) -> None:
    """Nothing of it stays behind, and it says how to keep one."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    terminal = Terminal("", user="")
    if as_json:
        assert terminal.json("demo")["board"]
    else:
        assert "crm demo --db sqlite:///demo.db" in terminal.ok("demo")
    assert list(tmp_path.iterdir()) == []


def test_it_keeps_out_of_a_database_with_people_in_it(town: Terminal) -> None:
    """Their own admin has to ask for it."""
    assert Terminal(town.url, user="").refused(1, "demo")["error"] == "AccessDenied"
