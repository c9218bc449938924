"""The first commands of a new user, typed into a shell as they are printed: those of the README, and those of the demo."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

pytestmark = [
    pytest.mark.portable,
    pytest.mark.skipif(sys.platform == "win32", reason="the lines are for a shell"),
    pytest.mark.whole,
]


def typed(line: str, home: Path) -> str:
    """Type a line into a shell of somebody who has installed the program and set nothing; return what it prints."""
    programs = Path(sys.executable).parent
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=home,
        env={"HOME": str(home), "PATH": f"{programs}{os.pathsep}{os.defpath}", "LANG": "C.UTF-8", "LOGNAME": "desk"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_the_first_visit_is_logged_after_the_three_commands_of_the_readme(tmp_path: Path) -> None:
    """In a database below the home of whoever types them."""
    text = (ROOT / "README.md").read_text("utf-8").partition("## Install it")[2].partition("\n## ")[0]
    lines = [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]
    assert len(lines) == 3
    *_, logged = [typed(line, tmp_path) for line in lines]
    assert "Meeting V1 with 丸红株式会社 is logged" in logged
    assert [*tmp_path.rglob("crm.db")]


@pytest.mark.whole  # tests/cli/admin/test_demo.py types them into the program itself
def test_the_three_commands_of_the_demo_work_as_printed(tmp_path: Path) -> None:
    """The demo ends by naming the database, its users and three commands, after those that import the ledger."""
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    printed = typed(f"crm demo --db {url}", tmp_path)
    assert f"The database is {url}." in printed
    lines = [line.strip() for line in printed.splitlines() if line.startswith("  crm ")]
    assert len(lines) == 5
    _, preview, board, visit, year = [typed(line, tmp_path) for line in lines]
    assert "--apply" in preview
    assert "negotiating" in board
    assert "伊藤忠" in visit
    assert "US$3.137bn" in year
