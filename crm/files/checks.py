"""Integrity checks of a SQLite file, its schema version, and its content."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping

from crm.errors import N_, Problem, problem
from crm.models import Base
from crm.revisions import VERSION_TABLE, heads

#: Primary result codes: another holds a lock; the file is damaged, or is no SQLite file.
BUSY, DAMAGED = frozenset({5, 6}), frozenset({11, 26})

_LONGEST = 200


def code(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code of an error, 0 where there is none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_whole(raw: sqlite3.Connection) -> bool:
    """Return whether pages and indexes of a file are in order.

    Raises:
        sqlite3.Error: It cannot be read for another reason than damage: another holds a lock, the disk fails.
    """
    return not _damaged_pages(raw, "")


def damage(raw: sqlite3.Connection, name: str, way_out: str) -> tuple[Problem, ...]:
    """Return the damage of a file: damaged pages and indexes, else dangling foreign keys.

    Args:
        raw: A connection to the file.
        name: The file as it is shown.
        way_out: What to do about it, a template with ``{file}``.

    Raises:
        sqlite3.Error: As :func:`is_whole`.
    """
    if lines := _damaged_pages(raw, ""):
        return (_damage(name, _damaged_tables(raw), lines[0], way_out),)
    return tuple(_orphans(raw, name, way_out))


def damaged(name: str, error: sqlite3.Error, way_out: str) -> Problem:
    """Return the problem for a file that SQLite cannot read; *way_out* as for :func:`damage`."""
    return _damage(name, (), str(error), way_out)


def version(raw: sqlite3.Connection) -> tuple[str, ...] | None:
    """Return the revisions of the tables in a file; None where it has no version table."""
    if VERSION_TABLE not in _tables(raw):
        return None
    rows = raw.execute(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608  # our own name
    return tuple(sorted(str(row[0]) for row in rows))


def missing_tables(raw: sqlite3.Connection, found: tuple[str, ...]) -> tuple[str, ...]:
    """Return our tables that are missing in a file of the newest version; older versions are not checked."""
    return tuple(sorted(set(Base.metadata.tables) - set(_tables(raw)))) if found == heads() else ()


def content(raw: sqlite3.Connection) -> Mapping[str, tuple[int, str]]:
    """Return the content of a file: for each table the number of rows and a SHA-256 digest of them, and of the schema.

    Virtual tables store their content in shadow tables, which are included.
    """
    before, raw.text_factory = raw.text_factory, bytes  # a text that is no UTF-8 is content, too
    try:
        found = {"": _digest(raw, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")}
        for table in _tables(raw):
            found[table] = _digest(raw, f"SELECT * FROM {_quoted(table)}")  # noqa: S608 - quoted, from the file itself
    finally:
        raw.text_factory = before
    return found


def _damaged_pages(raw: sqlite3.Connection, table: str) -> list[str]:
    """Return the errors that SQLite finds in the pages and indexes of a table or of the file."""
    check = f"PRAGMA integrity_check({_quoted(table)})" if table else "PRAGMA integrity_check"
    try:
        lines = [
            line for (text,) in raw.execute(check) for line in str(text).splitlines() if not line.startswith("***")
        ]
    except sqlite3.DatabaseError as error:
        if code(error) not in DAMAGED:
            raise
        return [str(error)]
    return [] if lines == ["ok"] else lines


def _damaged_tables(raw: sqlite3.Connection) -> tuple[str, ...]:
    try:
        return tuple(table for table in _tables(raw) if _damaged_pages(raw, table))
    except sqlite3.DatabaseError:  # the list of tables is damaged itself
        return ()


def _damage(name: str, tables: tuple[str, ...], why: str, way_out: str) -> Problem:
    why = why.rstrip(".")[:_LONGEST]
    if not tables:
        return problem(N_("{file} is damaged: {why}."), way_out, field="path", code="damaged", file=name, why=why)
    return problem(
        N_("{file} is damaged in {tables}: {why}."),
        way_out,
        field="path",
        code="damaged",
        file=name,
        tables=", ".join(tables),
        why=why,
    )


def _orphans(raw: sqlite3.Connection, name: str, way_out: str) -> Iterator[Problem]:
    """Yield a problem for each table with dangling foreign keys."""
    broken: dict[tuple[str, str], list[object]] = {}
    for table, row, parent, _ in raw.execute("PRAGMA foreign_key_check"):
        broken.setdefault((str(table), str(parent)), []).append(row)
    for (table, parent), rows in sorted(broken.items()):
        yield problem(
            N_("{file}: {count} rows of {table} refer to missing rows of {parent}; the first is row {row}."),
            way_out,
            field="path",
            code="foreign_key",
            file=name,
            count=len(rows),
            table=table,
            parent=parent,
            row=str(rows[0]),
        )


def _tables(raw: sqlite3.Connection) -> tuple[str, ...]:
    """Return the tables that store rows, in order."""
    names = raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    )
    return tuple(name.decode() if isinstance(name, bytes) else str(name) for (name,) in names)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _digest(raw: sqlite3.Connection, query: str) -> tuple[int, str]:
    count, digest = 0, hashlib.sha256()
    for row in raw.execute(query):
        count += 1
        digest.update(repr(row).encode())
    return count, digest.hexdigest()
