"""Engines and transactions, for those who have none of their own.

A host that brings its own session needs nothing from here. Everything else (the command line, the demo, the tests)
opens a database with :func:`make_engine` and writes inside :func:`session_scope`.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import StaticPool

from crm.errors import N_, BeginAgain, DatabaseNotReady, InvalidInput, problem
from crm.models.sqlite import begin_writing, in_the_way
from crm.private_files import create_database, opened

#: How long a writer waits for another one on SQLite, in milliseconds.
BUSY_TIMEOUT_MS = 10_000

#: A tenant is a PostgreSQL schema or a part of a file name, so it is spelled to be safe as both.
TENANT = re.compile(r"[a-z][a-z0-9_]{0,47}")

_IN_MEMORY = {None, "", ":memory:"}
_POSTGRES = {"postgres", "postgresql"}
#: What stands before the host in an address that is read wrongly or not at all; a password may be anywhere in it.
_UNREAD = re.compile(r"//.*@", re.DOTALL)
_SECRET = re.compile(r"pass|secret|token", re.IGNORECASE)

# SQLite's primary result codes that mean the file cannot be used now: busy, locked, read-only, I/O error, corrupt,
# full, cannot open, not a database.
_SQLITE_UNUSABLE = {5, 6, 8, 10, 11, 13, 14, 26}
_SQLITE_BUSY = {5, 6}
_SQLITE_READ_ONLY = 8
_WAL_RETRY_MS = 20


def make_engine(url: str | URL, *, tenant: str | None = None, **kw: Any) -> Engine:
    """Return an engine set up as the library expects; nothing is opened or created yet.

    SQLite: WAL, foreign keys on, full sync, a busy timeout of 10 seconds. ``BEGIN`` goes out with the first statement,
    so
    those who read wait for nobody; a verb that writes sends ``BEGIN IMMEDIATE``, so that two writers queue instead of
    failing half-way. A transaction that began by reading and then writes is refused with :class:`crm.errors.BeginAgain`
    where somebody else wrote in between. PostgreSQL: psycopg 3. A connection with the execution option
    ``crm_read_only=True`` refuses to write. All listeners are on this engine alone. A SQLite file that a connection
    makes can be read by its owner alone; one that is there keeps its mode.

    Args:
        url: A SQLAlchemy address. ``postgres://`` and ``postgresql://`` mean psycopg 3.
        tenant: One tenant of several: a schema on PostgreSQL, and it alone is on the search path; on SQLite a
            sibling file, ``crm.db`` becoming ``crm-<tenant>.db``.
        **kw: Passed on to :func:`sqlalchemy.create_engine`.

    Returns:
        The engine; its execution option ``crm_tenant`` holds the tenant.

    Raises:
        DatabaseNotReady: The address cannot be read, names another database, or its driver is not installed. A
            connection attempt that fails raises it too. No password is ever part of the message.
        InvalidInput: The tenant's name is not usable.
    """
    address = _parse(url)
    if tenant is not None:
        require_tenant_name(tenant)
        kw["execution_options"] = {**kw.get("execution_options", {}), "crm_tenant": tenant}
    if address.get_backend_name() == "sqlite":
        engine = _create(_tenant_file(address, tenant), kw)
        event.listen(engine, "do_connect", create_database)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        if address.database in _IN_MEMORY:
            event.listen(engine, "begin", _begin_in_memory)
        else:
            event.listen(engine, "before_cursor_execute", _begin_sqlite_reading)
    else:
        if tenant is not None:
            connect_args = kw.get("connect_args", {})
            options = (
                f"{connect_args.get('options') or address.query.get('options', '')} -c search_path={tenant}".strip()
            )
            kw["connect_args"] = {**connect_args, "options": options}
        engine = _create(address, kw)
        event.listen(engine, "begin", _begin_postgres)
    event.listen(engine, "handle_error", _explain, retval=True)
    return engine


@contextmanager
def session_scope(engine: Engine, *, read_only: bool = False, one_moment: bool = False) -> Iterator[Session]:
    """Open a session and a transaction: committed when the block ends well, rolled back when it raises.

    Objects keep their loaded values after the commit, so a face can still print them. On SQLite the transaction begins
    as a writer's with its first statement, so that whoever reads before writing is not refused halfway.

    Args:
        engine: As :func:`make_engine` returns it; other engines work, without the settings made there.
        read_only: Take no write lock; a write is refused by the database, and the end is a rollback.

        one_moment: Let everything that is read be of one moment, whatever others write: the level REPEATABLE READ on
            PostgreSQL; on SQLite it is so anyway.

    Yields:
        The session.
    """
    bind = engine.execution_options(crm_read_only=True) if read_only else engine
    if one_moment and engine.dialect.name == "postgresql":
        bind = bind.execution_options(isolation_level="REPEATABLE READ")
    with Session(bind, expire_on_commit=False) as session:
        if not read_only:
            event.listen(session, "after_begin", _begin_session_writing)
        try:
            yield session
        except BaseException:
            session.rollback()
            raise
        if read_only:
            session.rollback()
        else:
            session.commit()


@contextmanager
def connection_scope(engine: Engine) -> Iterator[Connection]:
    """Open a connection and a transaction: committed when the block ends well, rolled back when it raises.

    On SQLite foreign keys are not enforced inside, because a table that is rebuilt is dropped on the way and would
    take its children with it; they are checked as a whole before the commit.

    Args:
        engine: Any SQLite or PostgreSQL engine.

    Yields:
        The connection, inside its transaction.

    Raises:
        DatabaseNotReady: The block left rows that point nowhere; nothing was committed.
    """
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        # Straight at the driver: inside a transaction SQLite ignores this setting.
        raw: Any = connection.connection.driver_connection
        (enforced,) = raw.execute("PRAGMA foreign_keys").fetchone()
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                begin_writing(connection)
                yield connection
                _require_whole(connection)
        finally:
            raw.execute(f"PRAGMA foreign_keys = {enforced}")


def sqlite_path(engine: Engine) -> Path | None:
    """Return the file of a SQLite engine; None for a database in memory and for PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return None
    # The dialect's own reading of the address: file:crm.db?mode=ro is a file, too.
    (name,), options = engine.dialect.create_connect_args(engine.url)
    uri = bool(options.get("uri"))
    return opened(str(name) if uri else engine.url.database or "", uri=uri)


def shown(url: str | URL) -> str:
    """Return an address fit to be shown: every password in it is replaced by ``***``."""
    address = _read(url)
    if address is None:
        return _UNREAD.sub("//***@", str(url))
    hidden = {key: "***" for key in address.query if _SECRET.search(key)}
    return address.update_query_dict(hidden).render_as_string(hide_password=True).replace("%2A", "*")


def require_tenant_name(tenant: str) -> None:
    """Raise InvalidInput unless *tenant* can name a schema and be part of a file name."""
    if not TENANT.fullmatch(tenant) or tenant.startswith("pg_") or tenant in {"public", "information_schema"}:
        raise InvalidInput(
            problem(
                N_("{tenant!r} is not a valid name of a tenant."),
                N_("Use up to 48 of a-z, 0-9 and _, starting with a letter; pg_… and public are reserved."),
                field="tenant",
                tenant=tenant,
            )
        )


def _read(url: str | URL) -> URL | None:
    """Return an address as SQLAlchemy reads it, or None where it cannot be read.

    An @ in a user name or password that is not escaped ends it too early: the rest is taken for the host or the port.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        return None
    return None if isinstance(url, str) and "@" in (address.host or "") else address


def _parse(url: str | URL) -> URL:
    """Read an address and settle its driver."""
    way_out = N_("Write it like sqlite:///path/to/crm.db or postgresql://user@host/database.")
    address = _read(url)
    if address is None:
        if str(url).count("@") > 1:
            way_out = N_("In a user name or password write @ as %40, or leave the password to ~/.pgpass or PGPASSWORD.")
        raise DatabaseNotReady(
            problem(N_("{url!r} is not a valid database address."), way_out, field="db", url=shown(url))
        )
    if address.drivername in _POSTGRES:
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise DatabaseNotReady(
            problem(
                N_("{backend} is not supported; use SQLite or PostgreSQL."),
                way_out,
                field="db",
                backend=address.get_backend_name(),
            )
        )
    return address


def _tenant_file(address: URL, tenant: str | None) -> URL:
    """Return the address of the tenant's own file; a database in memory belongs to its engine anyway."""
    if tenant is None or address.database in _IN_MEMORY:
        return address
    file = Path(str(address.database))
    return address.set(database=str(file.with_name(f"{file.stem}-{tenant}{file.suffix or '.db'}")))


def _create(address: URL, kw: dict[str, Any]) -> Engine:
    """Create the engine, and explain a driver that is not installed."""
    if address.get_backend_name() == "sqlite" and address.database in _IN_MEMORY:
        # A database in memory lives as long as its one connection, whichever thread asks for it.
        kw = {"poolclass": StaticPool, **kw}
        kw["connect_args"] = {"check_same_thread": False, **kw.get("connect_args", {})}
    try:
        return create_engine(address, **kw)
    except ModuleNotFoundError as error:
        raise DatabaseNotReady(
            problem(
                N_("The driver {driver} is not installed."),
                N_("Install it with: pip install 'investor-crm[postgres]'"),
                field="db",
                driver=error.name or "psycopg",
            )
        ) from error


def _set_up_sqlite(raw: sqlite3.Connection, _record: object) -> None:
    """Prepare a new SQLite connection; transactions of the driver are switched off."""
    raw.isolation_level = None
    # The timeout goes first: the others may have to wait for somebody.
    raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _switch_to_wal(raw)
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")


def _switch_to_wal(raw: sqlite3.Connection) -> None:
    """Turn the write-ahead log on; a file remembers it, so this does something once in its life.

    The switch needs the file for itself and does not heed the timeout, so two first connections at once would get
    in each other's way; hence the waiting is done here.
    """
    for _ in range(BUSY_TIMEOUT_MS // _WAL_RETRY_MS):
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _SQLITE_BUSY:
                raise
            time.sleep(_WAL_RETRY_MS / 1000)
        else:
            return
    raw.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    """Turn writing off for a connection that only reads; BEGIN itself waits for the first statement."""
    read_only = _read_only(connection)
    raw: Any = connection.connection.driver_connection
    info = connection.connection.info
    if read_only != info.get("crm_query_only", False):
        raw.execute(f"PRAGMA query_only = {int(read_only)}")
        info["crm_query_only"] = read_only


def _begin_in_memory(connection: Connection) -> None:
    """Begin at once, because every session of a database in memory has the same connection: they take turns."""
    raw: Any = connection.connection.driver_connection
    if raw.in_transaction:
        raise DatabaseNotReady(
            problem(
                N_("An in-memory database allows one transaction at a time, and another one is open."),
                N_("End the other transaction first, or use a database file."),
                field="db",
            )
        )
    raw.execute("BEGIN")


def _begin_sqlite_reading(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    """Send BEGIN before the first statement of a transaction, unless that is one itself.

    It takes no lock before it reads or writes, and then the one it needs.
    """
    raw: Any = connection.connection.driver_connection
    first = not raw.in_transaction
    connection.connection.info["crm_first"] = first
    if first and not statement.startswith("BEGIN"):
        raw.execute("BEGIN")


def _begin_session_writing(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    begin_writing(connection)


def _begin_postgres(connection: Connection) -> None:
    """Let psycopg send BEGIN READ ONLY; this needs no further statement."""
    read_only = _read_only(connection)
    raw: object = connection.connection.driver_connection
    info = connection.connection.info
    if not hasattr(raw, "read_only"):  # another driver, named in the address
        if read_only:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    elif read_only != info.get("crm_read_only", False):
        raw.read_only = read_only or None
        info["crm_read_only"] = read_only


def _read_only(connection: Connection) -> bool:
    """Return whether this connection only reads."""
    return bool(connection.get_execution_options().get("crm_read_only", False))


def _require_whole(connection: Connection) -> None:
    """Raise DatabaseNotReady when a row points to a row that is not there."""
    broken = sorted({str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")})
    if broken:
        raise DatabaseNotReady(
            problem(
                N_("Rows of {tables} would refer to missing rows; nothing was changed."),
                N_("Restore the last backup with `crm db restore`, or repair these rows first."),
                tables=", ".join(broken),
            )
        )


def _explain(context: ExceptionContext) -> DatabaseNotReady | BeginAgain | None:
    """Turn a database that cannot be used into one sentence; leave every other error as it is."""
    error = context.original_exception
    if not isinstance(error, context.dialect.loaded_dbapi.Error):
        return None
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    unusable = code in _SQLITE_UNUSABLE
    if context.connection is not None and _read_only(context.connection):
        unusable = unusable and code != _SQLITE_READ_ONLY  # the caller's mistake, not the file's state
    if not (unusable or context.connection is None or context.is_disconnect) or context.engine is None:
        return None
    url = context.engine.url
    why = str(error).strip().rstrip(".")
    if url.password:
        why = why.replace(str(url.password), "***")
    if code in _SQLITE_BUSY:
        reason = in_the_way(error)
        # The first statement of a transaction waits for the lock; a later one that needs another lock does not.
        if reason and context.connection is not None and not context.connection.connection.info.get("crm_first", True):
            return BeginAgain.because(reason)
        return DatabaseNotReady(
            problem(
                N_("The database {url} is busy: somebody else has been writing for {seconds} seconds."),
                N_("Try again in a moment; nothing was written."),
                field="db",
                url=shown(url),
                seconds=BUSY_TIMEOUT_MS // 1000,
            )
        )
    return DatabaseNotReady(
        problem(
            N_("The database {url} cannot be used: {why}."),
            N_("Check the address, that the server is running or the folder exists, and that you may write there."),
            field="db",
            url=shown(url),
            why=why,
        )
    )
