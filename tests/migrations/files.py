"""A small database in a file, and what can befall it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from crm.revisions import VERSION_TABLE, heads, revisions

PAGE = 4096
#: A version that is known and not the newest, so that nobody asks for all tables.
(OLDER,) = revisions()[heads()[0]]


def small(path: Path, body: str = "old", *, version: str = OLDER, rows: int = 400, journal: str = "wal") -> Path:
    """Make a database of an older version with a table, an index and a key; with a log, as make_engine would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute(f"PRAGMA journal_mode = {journal}")
        raw.execute(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL)")
        raw.execute(f"INSERT INTO {VERSION_TABLE} VALUES (?)", [version])
        raw.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT, note_id INTEGER REFERENCES note (id))")
        raw.execute("CREATE INDEX ix_note_body ON note (body)")
        raw.execute("BEGIN")
        raw.executemany(
            "INSERT INTO note (body) VALUES (?)", [(f"{body} {number:05} {'x' * 60}",) for number in range(rows)]
        )
        raw.execute("COMMIT")
    return path


def body(path: Path) -> str:
    """Return which of the small databases this is, and that it is whole."""
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (found,) = raw.execute("SELECT body FROM note ORDER BY id LIMIT 1").fetchone()
    return str(found).split(" ", maxsplit=1)[0]


def damage(path: Path, how: str) -> None:
    """Damage a file that nobody has open: ``table``, ``index``, ``header``, ``short``, ``key``, ``empty``, ``text``."""
    if how == "key":
        with closing(sqlite3.connect(path, isolation_level=None)) as raw:
            raw.execute("UPDATE note SET note_id = 99999 WHERE id IN (7, 8)")
        return
    content = bytearray(path.read_bytes())
    if how in {"table", "index"}:
        root = _root(path, "note" if how == "table" else "ix_note_body")
        start = (root - 1) * PAGE
        content[start + 8 : start + PAGE // 2] = b"\xa5" * (PAGE // 2 - 8)
    elif how == "header":
        content[:100] = b"\xa5" * 100
    elif how == "short":
        del content[-3 * PAGE - 100 :]
    elif how == "empty":
        content.clear()
    else:
        content[:] = b"Dear investor, " * 500
    path.write_bytes(content)


def left_over(folder: Path) -> list[str]:
    """Return what lies about in a folder besides the database and the backup of a test."""
    return sorted(
        path.name for path in folder.iterdir() if path.name not in {"crm.db", "kept.db", "crm.db-wal", "crm.db-shm"}
    )


def snapshot(path: Path, to: Path) -> Path:
    """Copy a file as it is."""
    return Path(shutil.copy(path, to))


def _root(path: Path, name: str) -> int:
    with closing(sqlite3.connect(path)) as raw:
        (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name]).fetchone()
    return int(page)
