"""A SQLite file is kept before its tables change, and can be brought back."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from crm import schema
from crm.db import make_engine
from crm.errors import DatabaseNotReady, InvalidInput
from crm.files import replacing

pytestmark = pytest.mark.whole


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a database, with characters that addresses treat specially."""
    return tmp_path / "客户 50%.db"


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with a host's table and a row, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "crm.db"
    engine = make_engine(f"sqlite:///{file}")
    schema.upgrade(engine)
    write(engine, "CREATE TABLE note (body VARCHAR(20))")
    write(engine, "INSERT INTO note VALUES ('before')")
    engine.dispose()
    return file


@pytest.fixture
def engine(file: Path, migrated: Path) -> Iterator[Engine]:
    """A migrated SQLite file of the test's own, beside a host's table with a row."""
    shutil.copy(migrated, file)
    engine = make_engine(f"sqlite:///{file}")
    yield engine
    engine.dispose()


def write(engine: Engine, statement: str) -> None:
    """Run one statement and commit."""
    with engine.begin() as connection:
        connection.execute(text(statement))


def body(file: Path) -> str:
    """Return the host's row, read past SQLAlchemy."""
    with closing(sqlite3.connect(file)) as raw:
        (found,) = raw.execute("SELECT body FROM note").fetchone()
    return str(found)


def test_nothing_is_kept_of_a_new_file(file: Path) -> None:
    """The first upgrade has nothing to lose."""
    engine = make_engine(f"sqlite:///{file}")
    assert schema.upgrade(engine) is None
    engine.dispose()
    assert [path.name for path in file.parent.glob("*.bak*")] == []


def test_the_file_is_kept_before_its_tables_change(engine: Engine, file: Path) -> None:
    """The copy is named after the old revision and holds what was there; a second one takes another name."""
    (head,) = schema.heads()
    first = schema.downgrade(engine, "base")
    assert first == file.with_name(f"{file.name}.bak-{head}")
    assert body(first) == "before"
    base = schema.upgrade(engine)
    assert base == file.with_name(f"{file.name}.bak-base")
    write(engine, "UPDATE note SET body = 'after'")
    second = schema.downgrade(engine, "base")
    assert second == file.with_name(f"{file.name}.bak-{head}-2")
    assert (body(first), body(second)) == ("before", "after")


def test_a_backup_is_one_whole_file(engine: Engine, file: Path) -> None:
    """It holds what is still in the log, needs no file beside it, and leaves no half-written one."""
    target = file.with_name("copy.db")
    schema.backup(engine, target)
    assert body(target) == "before"
    assert sorted(path.name for path in file.parent.glob("copy*")) == ["copy.db"]


def test_a_backup_never_overwrites(engine: Engine, file: Path) -> None:
    """An existing file stays unchanged."""
    target = file.with_name("copy.db")
    target.write_text("precious")
    with pytest.raises(InvalidInput, match="already exists"):
        schema.backup(engine, target)
    assert target.read_text() == "precious"


def test_a_backup_that_cannot_be_written_is_explained(engine: Engine, tmp_path: Path) -> None:
    """The message says what to check."""
    with pytest.raises(DatabaseNotReady, match=r"cannot be copied.*folder exists"):
        schema.backup(engine, tmp_path / "none" / "copy.db")


def test_a_restore_brings_everything_back(engine: Engine, file: Path) -> None:
    """What was written since is gone, and the engine goes on working as before."""
    copy = file.with_name("copy.db")
    schema.backup(engine, copy)
    write(engine, "UPDATE note SET body = 'after'")
    schema.restore(engine, copy)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT body FROM note")) == "before"
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    schema.require_current(engine)


def test_a_restore_makes_a_file_that_was_lost(engine: Engine, file: Path) -> None:
    """A lost file is restored to the same or another place."""
    copy = file.with_name("copy.db")
    schema.backup(engine, copy)
    other = make_engine(f"sqlite:///{file.with_name('other.db')}")
    schema.restore(other, copy)
    schema.require_current(other)
    other.dispose()


def test_something_else_is_not_restored(engine: Engine, file: Path) -> None:
    """Neither a missing file, nor a text, nor another program's database replaces ours."""
    missing, letter, other = (file.with_name(name) for name in ("missing", "letter", "other"))
    letter.write_text("Dear investor, " * 500)
    with closing(sqlite3.connect(other)) as raw:
        raw.execute("CREATE TABLE note (body)")
    for path in (missing, letter, other):
        with pytest.raises(InvalidInput, match="not a backup of a CRM database"):
            schema.restore(engine, path)
    assert not missing.exists()
    assert body(file) == "before"


def test_a_restore_does_not_push_a_writer_aside(engine: Engine, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restore waits for a writer, then refuses and says so."""
    monkeypatch.setattr(replacing, "WAIT_MS", 10)
    copy = file.with_name("copy.db")
    schema.backup(engine, copy)
    with engine.connect() as writer:
        writer.execute(text("UPDATE note SET body = 'after'"))
        with pytest.raises(DatabaseNotReady, match="Another program keeps"):
            schema.restore(engine, copy)
        writer.commit()
    assert body(file) == "after"


def test_a_database_in_memory_has_no_file_to_keep() -> None:
    """The message names the address."""
    with pytest.raises(DatabaseNotReady, match="no database file at sqlite://"):
        schema.backup(make_engine("sqlite://"), "copy.db")


def test_on_postgresql_the_servers_own_tools_are_named(
    postgres_url: str, open_engine: Callable[..., Engine], tmp_path: Path
) -> None:
    """They do it better than we would."""
    engine = open_engine(postgres_url)
    with pytest.raises(DatabaseNotReady, match="pg_dump"):
        schema.backup(engine, tmp_path / "copy")
    with pytest.raises(DatabaseNotReady, match="pg_restore"):
        schema.restore(engine, tmp_path / "copy")
