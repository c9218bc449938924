"""What has to hold after each end of a process, a server or a disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, and_, func, not_, or_, select, text
from sqlalchemy.engine import make_url

from crm import CRM, schema
from crm.db import session_scope
from crm.models import Base
from tests.drill.story import Counts, counts, opened
from tests.frozen.player import Call, named


class Broken(Exception):
    """The database is not as it has to be."""


def require(good: object, what: str) -> None:
    """Raise Broken unless something holds."""
    if not good:
        raise Broken(what)


def sound(url: str, *, deeply: bool = False) -> Counts:
    """Require that a database opens, is whole, and that its audit accounts for every record.

    Args:
        url: The database.
        deeply: On PostgreSQL, compare every index with its table too.

    Returns:
        How many rows each table has.
    """
    if url.startswith("sqlite"):
        _whole_file(str(make_url(url).database))
    engine = opened(url)
    schema.require_current(engine)
    with session_scope(engine, read_only=True, one_moment=True) as session:
        if not url.startswith("sqlite"):
            _alone(session.connection())
            _whole_server(session.connection())
    if deeply and not url.startswith("sqlite"):
        with engine.begin() as connection:
            _whole_indexes(connection)
    with session_scope(engine, read_only=True, one_moment=True) as session:
        found = CRM(session, "admin").audit.verify() if _founded(session.connection()) else ()
        require(not found, f"audit verify: {found}")
        return counts(session.connection())


def again(url: str, call: Call, expected: Counts) -> None:
    """Require that a call with a uid, made twice more, returns the one record of that uid, and the rows are as expected."""
    engine = opened(url)
    answers = list[list[Any]]()
    for _ in range(2):
        with session_scope(engine) as session:
            answers.append(named(call.make(session)))
    require(answers[0] == answers[1], f"{call.verb}: {answers}")
    with engine.connect() as connection:
        require(counts(connection) == expected, f"{call.verb}: {difference(counts(connection), expected)}")


def difference(found: Counts, expected: Counts) -> dict[str, tuple[int | None, int | None]]:
    """Return the tables whose rows are more or fewer, with both numbers."""
    names = found.keys() | expected.keys()
    return {name: (found.get(name), expected.get(name)) for name in names if found.get(name) != expected.get(name)}


def _founded(connection: Connection) -> bool:
    return bool(connection.scalar(select(func.count()).select_from(Base.metadata.tables["crm_staff"])))


def _whole_file(path: str) -> None:
    with closing(sqlite3.connect(path)) as raw:
        require(raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "integrity_check")
        require(raw.execute("PRAGMA foreign_key_check").fetchall() == [], "foreign_key_check")


def _alone(connection: Connection) -> None:
    """Wait until the server has noticed that the others are gone: one may be in the middle of a commit."""
    others = text(
        "SELECT count(*), pg_sleep(0.002) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    while connection.scalar(others):
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))


def _whole_server(connection: Connection) -> None:
    """Look for rows that point nowhere: PostgreSQL has nothing like SQLite's check."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            parent = key.referred_table.alias("parent")
            pairs = [(table.c[part.parent.name], parent.c[part.column.name]) for part in key.elements]
            there = select(1).where(and_(*(mine == theirs for mine, theirs in pairs))).exists()
            orphans = select(func.count()).where(not_(or_(*(mine.is_(None) for mine, _ in pairs))), not_(there))
            found = connection.scalar(orphans.select_from(table))
            require(not found, f"{found} rows of {table.name} point nowhere ({key.name})")


def _whole_indexes(connection: Connection) -> None:
    """Compare the indexes of trees with their tables."""
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS amcheck"))
    connection.execute(
        text(
            "SELECT bt_index_parent_check(indexrelid, true) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " JOIN pg_am ON pg_am.oid = relam WHERE amname = 'btree' AND indisvalid AND indisready"
        )
    )
