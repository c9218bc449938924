"""A restore keeps the old content, and leaves an intact database beside other processes."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from crm import schema
from crm.errors import DatabaseNotReady, InvalidInput
from crm.files import checks, replacing
from crm.revisions import heads
from tests.cli.conftest import Terminal
from tests.migrations.files import OLDER, body, left_over, small

pytestmark = pytest.mark.whole

Open = Callable[..., Engine]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small database."""
    return small(tmp_path / "crm.db")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A backup with other content."""
    return small(tmp_path / "kept.db", "good", rows=700)


@pytest.fixture
def engine(file: Path, open_engine: Open) -> Engine:
    """An engine on the database."""
    return open_engine(f"sqlite:///{file}")


def test_what_is_replaced_is_kept_under_a_free_name(engine: Engine, file: Path, kept: Path) -> None:
    """Each time; the copy is one file, and can be restored in its turn."""
    first = schema.restore(engine, kept)
    assert (first.version, first.is_newest) == ((OLDER,), False)
    second = schema.restore(engine, kept)
    names = [restored.kept and restored.kept.name for restored in (first, second)]
    assert names == ["crm.db.before-restore", "crm.db.before-restore-2"]
    assert first.kept is not None
    assert (body(file), body(first.kept)) == ("good", "old")
    third = schema.restore(engine, first.kept)
    assert body(file) == "old"
    assert third.kept is not None
    if os.name != "nt":
        assert {path.stat().st_mode & 0o777 for path in (first.kept, third.kept)} == {0o600}
    with closing(sqlite3.connect(file)) as raw, closing(sqlite3.connect(first.kept)) as other:
        assert checks.content(raw) == checks.content(other)


def test_a_backup_of_a_newer_version_is_refused(engine: Engine, file: Path, tmp_path: Path) -> None:
    """This program could not work with it."""
    newer = small(tmp_path / "kept.db", "good", version="0123456789ab")
    with pytest.raises(
        DatabaseNotReady, match=r"0123456789ab, which this program does not support.*Upgrade this program"
    ):
        schema.restore(engine, newer)
    assert body(file) == "old"
    assert left_over(tmp_path) == []


def test_a_database_is_not_restored_onto_itself(engine: Engine, file: Path) -> None:
    """Under any of its names."""
    link = file.with_name("link.db")
    link.symlink_to(file)
    for path in (file, link, file.parent / "." / "crm.db"):
        with pytest.raises(InvalidInput, match="is the database itself"):
            schema.restore(engine, path)
    assert body(file) == "old"


def test_a_missing_database_is_made_anew_with_its_folder(open_engine: Open, kept: Path, tmp_path: Path) -> None:
    """As on a new machine; nothing is kept, as nothing was there."""
    file = tmp_path / "new" / "folder" / "crm.db"
    assert schema.restore(open_engine(f"sqlite:///{file}"), kept).kept is None
    assert body(file) == "good"
    assert [path.name for path in file.parent.iterdir()] == ["crm.db"]
    if os.name != "nt":
        assert [path.stat().st_mode & 0o777 for path in (file, file.parent)] == [0o600, 0o700]
    kept.write_text("x")
    with pytest.raises(InvalidInput, match="not a backup"):
        schema.restore(open_engine(f"sqlite:///{tmp_path}/other/crm.db"), kept)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("main", ["missing", "empty"])
def test_a_stray_log_is_put_aside(open_engine: Open, file: Path, kept: Path, main: str) -> None:
    """It belongs to a file that is gone, and would damage the new one."""
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("UPDATE note SET body = 'logged'")
        log = file.with_name("crm.db-wal").read_bytes()
    file.unlink()
    if main == "empty":
        file.touch()
    file.with_name("crm.db-wal").write_bytes(log)
    restored = schema.restore(open_engine(f"sqlite:///{file}"), kept)
    assert restored.kept is not None
    assert file.with_name("crm.db.before-restore-wal").read_bytes() == log
    assert body(file) == "good"


def test_an_empty_file_is_replaced(open_engine: Open, kept: Path, tmp_path: Path) -> None:
    """An empty file is replaced without a copy."""
    (tmp_path / "crm.db").touch()
    assert schema.restore(open_engine(f"sqlite:///{tmp_path}/crm.db"), kept).kept is None
    assert body(tmp_path / "crm.db") == "good"
    assert left_over(tmp_path) == []


def test_a_folder_is_no_database(open_engine: Open, kept: Path, tmp_path: Path) -> None:
    """The message says what to name."""
    (tmp_path / "crm.db").mkdir()
    with pytest.raises(InvalidInput, match=r"is a folder.*--db"):
        schema.restore(open_engine(f"sqlite:///{tmp_path}/crm.db"), kept)


def test_a_file_that_may_not_be_written_stays(
    engine: Engine, file: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator may write everything, so the system's answer is given here."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(DatabaseNotReady, match="is not writable"):
        schema.restore(engine, kept)
    assert body(file) == "old"
    assert left_over(file.parent) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_the_mode_of_a_database_stays(engine: Engine, file: Path, kept: Path) -> None:
    """Overwritten or replaced, a group that shares it goes on sharing it."""
    file.chmod(0o660)
    schema.restore(engine, kept)
    assert file.stat().st_mode & 0o777 == 0o660
    file.write_text("damaged " * 500)
    restored = schema.restore(engine, kept)
    assert file.stat().st_mode & 0o777 == 0o660
    assert restored.kept is not None
    assert restored.kept.stat().st_mode & 0o777 == 0o600


def test_a_link_to_a_database_stays_a_link(open_engine: Open, file: Path, kept: Path) -> None:
    """What it points to is replaced."""
    link = file.with_name("link.db")
    link.symlink_to(file)
    file.write_text("damaged " * 500)
    restored = schema.restore(open_engine(f"sqlite:///{link}"), kept)
    assert restored.kept == file.with_name("crm.db.before-restore")
    assert link.is_symlink()
    assert body(link) == "good"


def test_others_who_read_go_on_with_the_new_content(
    engine: Engine, file: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One in the middle of a transaction ends it on what it began with."""
    monkeypatch.setattr(replacing, "WAIT_MS", 10)  # so long the log waits for readers before it stays
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM note").fetchone() == (400,)
        schema.restore(engine, kept)
        assert reader.execute("SELECT count(*) FROM note").fetchone() == (400,)
        reader.execute("ROLLBACK")
        assert reader.execute("SELECT count(*) FROM note").fetchone() == (700,)
        reader.execute("INSERT INTO note (body) VALUES ('after')")
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("SELECT count(*) FROM note").fetchone() == (701,)


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_nobody_who_writes_is_pushed_aside(
    engine: Engine, file: Path, kept: Path, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused after the timeout; the writer commits, and nothing is left."""
    monkeypatch.setattr(replacing, "WAIT_MS", 10)
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute(f"PRAGMA journal_mode = {journal}")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE note SET body = 'written'")
        with pytest.raises(DatabaseNotReady, match="Another program keeps"):
            schema.restore(engine, kept)
        writer.execute("COMMIT")
    assert body(file) == "written"
    assert left_over(file.parent) == []


def test_what_others_write_at_the_last_moment_is_kept(
    engine: Engine, file: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the moment the copy is made nobody can write."""
    keep = replacing.keep

    def beside_a_writer(path: Path, *args: Any) -> Path:
        with (
            closing(sqlite3.connect(path, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("UPDATE note SET body = 'late'")
        return keep(path, *args)

    monkeypatch.setattr(replacing, "keep", beside_a_writer)
    restored = schema.restore(engine, kept)
    assert restored.kept is not None
    assert (body(file), body(restored.kept)) == ("good", "old")


@pytest.mark.parametrize("page_size", [1024, 8192])
def test_a_database_of_a_host_keeps_its_pages_and_its_journal(
    open_engine: Open, kept: Path, tmp_path: Path, page_size: int
) -> None:
    """A file that was not made by this program, with pages of another size and no log."""
    file = tmp_path / "crm.db"
    with closing(sqlite3.connect(file)) as raw:
        raw.execute(f"PRAGMA page_size = {page_size}")
        raw.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)")
        raw.execute("INSERT INTO note (body) VALUES ('old')")
        raw.commit()
    restored = schema.restore(open_engine(f"sqlite:///{file}"), kept)
    assert restored.kept is not None
    assert (body(file), body(restored.kept)) == ("good", "old")
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert raw.execute("PRAGMA page_size").fetchone() == (page_size,)


def test_a_disk_that_does_not_keep_what_is_written_is_noticed(
    engine: Engine, file: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the database holds is compared with what the backup held."""
    found = checks.content

    def forgetful(raw: sqlite3.Connection) -> dict[str, tuple[int, str]]:
        is_database = any(str(row[2]).endswith("/crm.db") for row in raw.execute("PRAGMA database_list"))
        return {**found(raw), **({"note": (0, "")} if is_database else {})}

    monkeypatch.setattr(checks, "content", forgetful)
    with pytest.raises(DatabaseNotReady, match=r"differs from what was written to it.*before-restore"):
        schema.restore(engine, kept)
    assert body(file.with_name("crm.db.before-restore")) == "old"


def test_a_backup_does_not_see_what_is_not_committed(engine: Engine, file: Path, tmp_path: Path) -> None:
    """And does not wait for it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE note SET body = 'half'")
        schema.backup(engine, tmp_path / "kept.db")
    assert body(tmp_path / "kept.db") == "old"


def test_a_backup_rolls_back_what_a_killed_writer_left(engine: Engine, file: Path, tmp_path: Path) -> None:
    """A hot journal is played back before anything is copied."""
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = DELETE")
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE note SET body = 'half ' || body")
        half, journal = file.read_bytes(), file.with_name("crm.db-journal").read_bytes()
    assert b"half old" in half
    file.write_bytes(half)
    file.with_name("crm.db-journal").write_bytes(journal)
    schema.backup(engine, tmp_path / "kept.db")
    assert body(tmp_path / "kept.db") == "old"


def test_two_backups_of_one_name_do_not_overwrite_each_other(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is told, however late the first one came."""
    copy = replacing.copy

    def late(source: Path, target: Path) -> None:
        copy(source, target)
        (tmp_path / "kept.db").write_text("first")

    monkeypatch.setattr("crm.files.copies.copy", late)
    with pytest.raises(InvalidInput, match="already exists"):
        schema.backup(engine, tmp_path / "kept.db")
    assert (tmp_path / "kept.db").read_text() == "first"
    assert left_over(tmp_path) == []


def test_the_command_says_what_is_kept_and_what_comes_next(file: Path, kept: Path) -> None:
    """In words and as JSON; an older version is upgraded by a command of its own."""
    terminal = Terminal(f"sqlite:///{file}")
    told = terminal.ok("db", "restore", str(kept), "--yes")
    assert f"{file}.before-restore." in told.replace("\n", "")
    assert "crm db upgrade" in told
    found = terminal.json("db", "restore", str(kept), "--yes")
    assert found == {
        "path": str(kept), "kept": f"{file}.before-restore-2", "version": OLDER, "needs_upgrade": True, "files": 0,
    }  # fmt: skip
    assert "更早版本" in terminal.ok("db", "restore", str(kept), "--yes", "--lang", "zh")
    assert heads() != (OLDER,)
