"""Databases that keep what they are told: a SQLite file, and PostgreSQL with fsync on."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from tests.databases import SERVER_VARIABLE, Databases, PostgresDatabases, SQLiteFiles, own_server

BACKENDS = ("sqlite", "postgresql")
_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def databases(backend: str) -> Iterator[Databases]:
    """Yield a maker of databases of one kind, whose commits are durable."""
    if backend == "sqlite":
        with tempfile.TemporaryDirectory(prefix="crm-bench-") as folder:
            yield SQLiteFiles(Path(folder))
        return
    with own_server() as server:
        _make_durable(server)
        yield PostgresDatabases(server)


def _make_durable(server: URL) -> None:
    """Undo what the tests' server gives up for speed; a server named by the environment is left as it is, or refused."""
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    if not os.environ.get(SERVER_VARIABLE):
        with psycopg.connect(address, autocommit=True) as connection:
            for setting in _DURABLE:
                connection.execute(sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf(), pg_sleep(1)")
    with psycopg.connect(address) as connection:
        for setting in _DURABLE:
            row = connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(setting))).fetchone()
            if row != ("on",):
                raise SystemExit(f"{setting} is off on this server; durable commits cannot be measured there")
