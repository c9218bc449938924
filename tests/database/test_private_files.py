"""What holds personal data can be read by its owner alone, whatever the umask."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, text

from crm import schema
from crm.db import make_engine, sqlite_path
from crm.files import private
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes; the rights of the folder apply")

Open = Callable[..., Engine]


UMASKS = [0o000, 0o277]
#: For a test that runs commands: the quick tier has the umask that keeps nothing back.
one_umask = pytest.mark.parametrize(
    "umask", [UMASKS[0], pytest.param(UMASKS[1], marks=pytest.mark.whole)], ids=oct, indirect=True
)


@pytest.fixture(params=UMASKS, ids=oct, autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """One that keeps nothing back, and one that takes more than it should."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    """Return the rights of a file or folder."""
    return path.stat().st_mode & 0o777


def modes(folder: Path) -> dict[str, int]:
    """Return the rights of everything in a folder."""
    return {path.name: mode(path) for path in folder.iterdir()}


def test_a_database_and_its_log_are_private(open_engine: Open, tmp_path: Path) -> None:
    """The file, and what SQLite makes beside it while it is open."""
    engine = open_engine(f"sqlite:///{tmp_path}/crm.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (body)"))
    assert modes(tmp_path) == {"crm.db": 0o600, "crm.db-wal": 0o600, "crm.db-shm": 0o600}


def test_a_rollback_journal_is_private(open_engine: Open, tmp_path: Path) -> None:
    """A rollback journal is private, where write-ahead logging is off."""
    engine = open_engine(f"sqlite:///{tmp_path}/crm.db")
    with engine.connect() as connection:
        connection.rollback()
        connection.connection.driver_connection.execute("PRAGMA journal_mode = DELETE")  # type: ignore[union-attr]
        connection.execute(text("CREATE TABLE note (body)"))
        assert modes(tmp_path) == {"crm.db": 0o600, "crm.db-journal": 0o600}
        connection.rollback()


def test_a_tenants_file_is_private(open_engine: Open, tmp_path: Path) -> None:
    """The file of a tenant lies beside the named file and is private."""
    open_engine(f"sqlite:///{tmp_path}/crm.db", tenant="hangzhou").connect().close()
    assert mode(tmp_path / "crm-hangzhou.db") == 0o600


def test_a_relative_path_is_private(open_engine: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the working folder."""
    monkeypatch.chdir(tmp_path)
    open_engine("sqlite:///crm.db").connect().close()
    assert mode(tmp_path / "crm.db") == 0o600


def test_a_link_leads_to_a_private_file(open_engine: Open, tmp_path: Path) -> None:
    """The file is made where the link points, as SQLite would."""
    (tmp_path / "disk").mkdir(0o755)
    (tmp_path / "disk").chmod(0o755)
    (tmp_path / "crm.db").symlink_to(tmp_path / "disk" / "real.db")
    open_engine(f"sqlite:///{tmp_path}/crm.db").connect().close()
    assert mode(tmp_path / "disk" / "real.db") == 0o600
    assert (tmp_path / "crm.db").is_symlink()


def test_the_mode_of_a_file_that_is_there_is_left_alone(open_engine: Open, tmp_path: Path) -> None:
    """Somebody may have shared it with a group on purpose."""
    with closing(sqlite3.connect(tmp_path / "crm.db")):
        (tmp_path / "crm.db").chmod(0o660)
    schema.upgrade(open_engine(f"sqlite:///{tmp_path}/crm.db"))
    assert mode(tmp_path / "crm.db") == 0o660


def test_an_address_of_sqlites_own_makes_a_private_file(open_engine: Open, tmp_path: Path) -> None:
    """With a path that is quoted."""
    engine = open_engine(URL.create("sqlite", database=f"file:{tmp_path}/a%20b.db", query={"uri": "true"}))
    engine.connect().close()
    assert sqlite_path(engine) == tmp_path / "a b.db"
    assert mode(tmp_path / "a b.db") == 0o600


@pytest.mark.parametrize("asked", ["mode=ro", "mode=rw"])
def test_nothing_is_made_where_sqlite_would_make_nothing(open_engine: Open, tmp_path: Path, asked: str) -> None:
    """Such an address asks for a file that is there."""
    engine = open_engine(f"sqlite:///file:{tmp_path}/crm.db?{asked}&uri=true")
    with pytest.raises(Exception, match=r"cannot be used"):
        engine.connect()
    assert modes(tmp_path) == {}


@pytest.mark.parametrize("address", ["file::memory:?uri=true", ""])
def test_a_database_in_memory_makes_no_file(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No spelling of a database in memory creates a file."""
    monkeypatch.chdir(tmp_path)
    engine = make_engine(f"sqlite:///{address}")
    assert sqlite_path(engine) is None
    for name in (":memory:", "file:name?mode=memory&cache=shared", "file:/name?vfs=memdb"):
        assert private.opened(name, uri=name.startswith("file:"), making=True) is None
    assert modes(tmp_path) == {}


def test_a_missing_folder_is_told_by_sqlite(open_engine: Open, tmp_path: Path) -> None:
    """As before."""
    with pytest.raises(Exception, match=r"unable to open database file.*folder exists"):
        open_engine(f"sqlite:///{tmp_path}/none/crm.db").connect()
    assert modes(tmp_path) == {}


def test_two_may_make_one_file_at_once(tmp_path: Path) -> None:
    """The second finds the file of the first, and changes nothing."""
    assert private.create(tmp_path / "crm.db")
    (tmp_path / "crm.db").write_bytes(b"first")
    assert not private.create(tmp_path / "crm.db")
    assert (tmp_path / "crm.db").read_bytes() == b"first"


def test_new_folders_are_private_and_old_ones_left_alone(tmp_path: Path) -> None:
    """Each of them, not the last alone."""
    old = tmp_path / "old"
    old.mkdir()
    old.chmod(0o755)
    for _ in range(2):
        with private.folder(old / "new" / "newer"):
            pass
    assert [mode(folder) for folder in (old, old / "new", old / "new" / "newer")] == [0o755, 0o700, 0o700]
    (old / "file").touch()
    with pytest.raises(OSError, match="file"), private.folder(old / "file"):
        pass
    with pytest.raises(KeyError), private.folder(old / "gone" / "again"):
        raise KeyError
    assert not (old / "gone").exists()


@pytest.mark.whole
@one_umask
def test_copies_are_private(open_engine: Open, tmp_path: Path) -> None:
    """A backup, and the copy before the tables change, of a database that others may read."""
    engine = open_engine(f"sqlite:///{tmp_path}/crm.db")
    schema.upgrade(engine)
    (tmp_path / "crm.db").chmod(0o644)
    schema.backup(engine, tmp_path / "kept.db")
    kept = schema.downgrade(engine, "base")
    assert kept is not None
    assert (mode(tmp_path / "kept.db"), mode(kept)) == (0o600, 0o600)


@pytest.mark.whole
@one_umask
def test_the_first_command_makes_a_private_folder(tmp_path: Path, umask: int) -> None:
    """As on a fresh machine: the folder of the user's data, and the file in it."""
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share")}
    for key in ("CRM_DB", "CRM_TENANT", "XDG_CONFIG_HOME"):
        environment.pop(key, None)
    subprocess.run(
        [Path(sys.executable).parent / "crm", "init"],
        cwd=tmp_path, env=environment, check=True, capture_output=True, umask=umask,
    )  # fmt: skip
    (file,) = tmp_path.rglob("crm.db")
    assert mode(file) == 0o600
    folders = [parent for parent in file.parents if tmp_path in parent.parents]
    assert folders
    assert {mode(folder) for folder in folders} == {0o700}


@pytest.mark.whole
@one_umask
def test_a_check_names_what_others_can_read(tmp_path: Path) -> None:
    """The database, the copies beside it, and backups in its folder; with the command that closes them."""
    terminal = Terminal(f"sqlite:///{tmp_path}/crm.db")
    terminal.ok("init")
    terminal.ok("db", "backup", str(tmp_path / "kept 1.db"))
    for name in ("crm.db.bak-base", "letter.txt", "crm.db.txt"):
        (tmp_path / name).write_text("x")
        (tmp_path / name).chmod(0o644)
    (tmp_path / "crm.db").chmod(0o640)
    (tmp_path / "kept 1.db").chmod(0o604)
    result = terminal.type("db", "check")
    assert result.exit_code == 1
    assert [line.strip() for line in result.stdout.splitlines() if "chmod" in line] == [
        f"chmod 600 {tmp_path}/crm.db",
        f"chmod 600 {tmp_path}/crm.db.bak-base",
        f"chmod 600 '{tmp_path}/kept 1.db'",
    ]
    told = terminal.type("db", "check", "--json")
    assert told.exit_code == 1
    assert "crm.db.bak-base" in told.stdout
    for path in tmp_path.iterdir():
        path.chmod(0o600)
    assert terminal.json("db", "check")["readable_by_others"] == []
