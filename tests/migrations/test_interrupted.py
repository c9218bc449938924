"""Whatever ends a backup or a restore in the middle, the database is the old or the new one."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from crm.files import replacing
from crm.files.workspaces import PREFIX, workspace
from tests.cli.conftest import Terminal
from tests.docs.pages import ROOT
from tests.migrations.files import body, left_over, small
from tests.tiers import first_quick

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor limits nor these signals")

#: Every line would take half a minute; a change of these modules is worth one run with 1.
STRIDE = 5
#: Of the quick tier.
LONG_STRIDE = 13


@posix
@pytest.mark.parametrize(("what", "how"), first_quick([*product(("restore", "backup", "replace"), ("kill", "raise"))]))
def test_an_interrupted_one_leaves_the_old_or_the_new_database(
    tmp_path: Path, what: str, how: str, pytestconfig: pytest.Config
) -> None:
    """Killed outright, or ended as by Ctrl-C or SIGTERM; what a killed one leaves is removed by the next."""
    stride = LONG_STRIDE if pytestconfig.getoption("--tier") == "quick" else STRIDE
    done = subprocess.run(
        [sys.executable, "-m", "tests.migrations.interrupted", tmp_path / "work", what, how, str(stride)],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ends = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(ends) * stride > 80
    assert ends[-1]["status"] == 0
    assert [outcome for outcome in ends if not _is_well(outcome, what, how)] == []


def _is_well(end: dict[str, object], what: str, how: str) -> bool:
    """Return whether nothing is lost, half done or left for ever."""
    old = "DatabaseError: file is not a database" if what == "replace" else "old"
    kept = "damaged" if what == "replace" else "old"
    if what == "backup":
        return (end["database"], end["swept"]) in (("old", []), ("old", ["copy.db"])) and end["copy"] in {None, "old"}
    if end["database"] == old:  # a kill may leave a whole copy more than is needed
        return end["kept"] in ([], [kept] if how == "kill" else [])
    return (end["database"], end["kept"], end["swept"]) == ("good", [kept], ["crm.db.before-restore"])


@pytest.mark.whole
@posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_command_that_is_told_to_end_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, command: str
) -> None:
    """By the system, or by a terminal that is closed; afterwards the signal does what it did before."""
    file, other = small(tmp_path / "crm.db"), small(tmp_path / "kept.db", "good")
    number = getattr(signal, name)
    before = signal.getsignal(number)
    copied = replacing.copy

    def told_to_end(source: Path, target: Path) -> None:
        copied(source, target)
        if source != other:
            os.kill(os.getpid(), number)

    for module in ("replacing", "copies"):
        monkeypatch.setattr(f"crm.files.{module}.copy", told_to_end)
    line = ["restore", str(other), "--yes"] if command == "restore" else ["backup", str(tmp_path / "copy.db")]
    result = Terminal(f"sqlite:///{file}").type("db", *line)
    assert result.exit_code == 128 + number
    assert signal.getsignal(number) == before
    assert body(file) == "old"
    assert left_over(tmp_path) == []


@pytest.mark.whole
@posix
@pytest.mark.parametrize("room", [-4096, 0])
def test_a_full_disk_leaves_the_old_database(tmp_path: Path, room: int) -> None:
    """Too full for the copy that is checked, or for the log of the transaction: a file may not grow beyond a limit."""
    file, kept = small(tmp_path / "crm.db"), small(tmp_path / "kept.db", "good", rows=700, journal="delete")
    script = (
        "import resource, sys; from crm import schema, make_engine; from crm.errors import DatabaseNotReady\n"
        "engine = make_engine(f'sqlite:///{sys.argv[1]}')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), -1))\n"
        "try: schema.restore(engine, sys.argv[2])\n"
        "except DatabaseNotReady as error: print(error)"
    )
    limit = str(kept.stat().st_size + room)
    done = subprocess.run(
        [sys.executable, "-c", script, file, kept, limit], capture_output=True, encoding="utf-8", check=False
    )
    assert "cannot be copied" in done.stdout, done.stderr
    assert body(file) == "old"
    assert left_over(tmp_path) == []


def test_a_folder_in_use_is_left_alone_and_an_old_one_removed(tmp_path: Path) -> None:
    """Whoever works in it holds a lock; whoever was killed holds none."""
    (tmp_path / f"{PREFIX}empty").mkdir()
    old = tmp_path / f"{PREFIX}old"
    old.mkdir()
    for name in ("lock", "copy.db"):
        (old / name).touch()
    with workspace(tmp_path) as one:
        assert not old.exists()
        with workspace(tmp_path) as two:
            assert one.exists()
            assert sorted(tmp_path.iterdir()) == sorted([one, two])
        assert list(tmp_path.iterdir()) == [one]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_swept_up_before_it_was_locked_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two begin at once."""
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect
    folders: list[Path] = []

    def late(*args: object, **options: object) -> sqlite3.Connection:
        if not folders:
            folders.extend(tmp_path.iterdir())
            folders[0].rmdir()
        return connect(*args, **options)

    monkeypatch.setattr(sqlite3, "connect", late)
    with workspace(tmp_path) as place:
        assert place.exists()
        assert list(tmp_path.iterdir()) == [place]
