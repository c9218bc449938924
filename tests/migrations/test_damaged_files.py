"""A damaged database is not copied as if it were whole, and can be replaced by a backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from crm import schema
from crm.errors import DatabaseNotReady, InvalidInput
from crm.revisions import heads
from tests.cli.conftest import Terminal
from tests.migrations.files import body, damage, left_over, small

pytestmark = pytest.mark.whole

Open = Callable[..., Engine]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small database."""
    return small(tmp_path / "crm.db")


@pytest.fixture
def engine(file: Path, open_engine: Open) -> Engine:
    """An engine on it that has opened nothing yet."""
    return open_engine(f"sqlite:///{file}")


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("table", r"crm\.db is damaged in note: .+crm db restore"),
        ("index", r"crm\.db is damaged in note: .+crm db restore"),
        ("header", r"crm\.db is damaged: file is not a database.+crm db restore"),
        ("short", r"crm\.db is damaged: database disk image is malformed.+crm db restore"),
        ("key", r"2 rows of note refer to missing rows of note; the first is row 7.+crm db restore"),
        ("text", r"crm\.db is damaged: file is not a database"),
        ("empty", r"no CRM tables yet"),
    ],
)
def test_a_damaged_database_is_not_backed_up(engine: Engine, file: Path, how: str, told: str) -> None:
    """What is damaged is named with the way out, and no file is left."""
    damage(file, how)
    with pytest.raises(DatabaseNotReady, match=told):
        schema.backup(engine, file.with_name("kept.db"))
    assert not file.with_name("kept.db").exists()
    assert left_over(file.parent) == []


def test_a_damaged_database_is_not_upgraded(engine: Engine, file: Path) -> None:
    """No copy of it could be kept that is worth anything."""
    damage(file, "index")
    before = file.read_bytes()
    with pytest.raises(DatabaseNotReady, match="damaged in note"):
        schema.upgrade(engine)
    engine.dispose()
    assert left_over(file.parent) == []
    assert file.read_bytes() == before


def test_a_database_without_our_tables_is_not_backed_up(open_engine: Open, tmp_path: Path) -> None:
    """Neither another program's, nor one that has lost some."""
    file = small(tmp_path / "crm.db", version=heads()[0])
    with pytest.raises(DatabaseNotReady, match=r"lacks the tables crm_address|lacks the tables crm_\w+, crm_\w+"):
        schema.backup(open_engine(f"sqlite:///{file}"), tmp_path / "kept.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as raw:
        raw.execute("CREATE TABLE note (body)")
    with pytest.raises(DatabaseNotReady, match="no CRM tables yet"):
        schema.backup(open_engine(f"sqlite:///{tmp_path}/other.db"), tmp_path / "kept.db")
    assert left_over(tmp_path) == ["other.db"]


@pytest.mark.parametrize("log", ["-wal", "-journal", "-shm"])
def test_a_backup_takes_no_name_beside_which_a_log_lies(engine: Engine, file: Path, log: str) -> None:
    """SQLite would apply the log of another file to it."""
    file.with_name(f"kept.db{log}").write_text("stray")
    with pytest.raises(InvalidInput, match="already exists"):
        schema.backup(engine, file.with_name("kept.db"))


@pytest.mark.parametrize("how", ["table", "index", "header", "short", "text"])
def test_a_damaged_database_is_replaced_and_kept_byte_by_byte(engine: Engine, file: Path, how: str) -> None:
    """That is when a restore is needed."""
    kept = small(file.with_name("kept.db"), "good")
    damage(file, how)
    before = file.read_bytes()
    restored = schema.restore(engine, kept)
    assert restored.kept == file.with_name("crm.db.before-restore")
    assert restored.kept.read_bytes() == before
    assert left_over(file.parent) == ["crm.db.before-restore"]
    assert body(file) == "good"


def test_broken_keys_are_replaced_and_kept(engine: Engine, file: Path) -> None:
    """The pages are whole, so others may go on reading."""
    kept = small(file.with_name("kept.db"), "good")
    damage(file, "key")
    restored = schema.restore(engine, kept)
    assert restored.kept is not None
    assert (body(file), body(restored.kept)) == ("good", "old")


@pytest.mark.parametrize("how", ["table", "index", "header", "short", "key", "text", "empty"])
def test_a_damaged_backup_is_not_restored(engine: Engine, file: Path, how: str) -> None:
    """A damaged backup is refused, and the database stays unchanged."""
    kept = small(file.with_name("kept.db"), "good")
    damage(kept, how)
    with pytest.raises(InvalidInput, match=r"kept\.db"):
        schema.restore(engine, kept)
    assert body(file) == "old"
    assert left_over(file.parent) == []


def test_a_damaged_database_that_others_have_open_is_not_replaced(
    engine: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they write would be lost with the old file."""
    monkeypatch.setattr("crm.files.replacing.WAIT_MS", 10)
    kept = small(file.with_name("kept.db"), "good")
    damage(file, "index")
    with closing(sqlite3.connect(file)) as other:
        other.execute("SELECT count(*) FROM note NOT INDEXED").fetchone()
        with pytest.raises(DatabaseNotReady, match="Another program keeps"):
            schema.restore(engine, kept)
    assert left_over(file.parent) == []


def test_the_log_of_a_damaged_database_is_kept_and_never_applied_to_the_new_one(engine: Engine, file: Path) -> None:
    """As a killed program leaves it."""
    kept = small(file.with_name("kept.db"), "good")
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("CREATE TABLE logged (body)")
        whole, log = file.read_bytes(), file.with_name("crm.db-wal").read_bytes()
    assert log
    file.write_bytes(whole)
    damage(file, "index")
    damaged = file.read_bytes()
    file.with_name("crm.db-wal").write_bytes(log)
    restored = schema.restore(engine, kept)
    assert restored.kept is not None
    assert restored.kept.read_bytes() == damaged
    assert file.with_name("crm.db.before-restore-wal").read_bytes() == log
    assert not file.with_name("crm.db-wal").exists()
    assert body(file) == "good"


def test_a_check_of_the_line_names_the_damage_in_both_languages(file: Path) -> None:
    """As people and programs read it."""
    damage(file, "table")
    terminal = Terminal(f"sqlite:///{file}")
    wrong = terminal.refused(4, "db", "backup", str(file.with_name("kept.db")))["problems"][0]
    assert (wrong["code"], wrong["field"]) == ("damaged", "path")
    told = terminal.type("db", "backup", str(file.with_name("kept.db")), "--lang", "zh")
    assert "已损坏" in told.stderr
