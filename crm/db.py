"""Engines and transactions, for those who have none of their own.

A host that brings its own session needs nothing from here. Everything else (the command line, the demo, the tests)
opens a database with :func:`make_engine` and writes inside :func:`session_scope`.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, overload

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import StaticPool

from crm.addresses import IN_MEMORY, of_tenant, parsed, require_tenant_name, shown
from crm.errors import N_, BeginAgain, CRMError, DatabaseNotReady, problem
from crm.files.private import create_database, sqlite_path
from crm.models.contention import WAIT_MS, busy, contention
from crm.models.sqlite import begin_writing

__all__ = ["connection_scope", "make_engine", "session_scope", "sqlite_path"]

#: docs/embedding.md names the loggers.
_LOG = logging.getLogger("crm.db")
# SQLite's primary result codes that mean the file cannot be used now: busy, locked, read-only, I/O error, corrupt,
# full, cannot open, not a database.
_SQLITE_UNUSABLE = {5, 6, 8, 10, 11, 13, 14, 26}
_SQLITE_BUSY = {5, 6}
_SQLITE_READ_ONLY = 8
_WAL_RETRY_MS = 20
#: Where a connection keeps why its transaction can go no further.
_UNUSABLE = "crm_unusable"


def make_engine(url: str | URL, *, tenant: str | None = None, **kw: Any) -> Engine:
    """Return an engine set up as the library expects; nothing is opened or created yet.

    SQLite: WAL, foreign keys on, full sync. ``BEGIN`` goes out with the first statement, so readers do not
    wait; a verb that writes sends ``BEGIN IMMEDIATE``, so that two writers queue instead of failing half-way. A
    transaction that began by reading and then writes is refused with :class:`crm.errors.BeginAgain` where somebody else
    wrote in between. A file that a connection makes can be read by its owner alone; one that is there keeps its mode.

    PostgreSQL: psycopg 3. On both a statement waits at most five seconds for another transaction; on PostgreSQL, unless
    the address, the role or the database sets a ``lock_timeout``. A connection with the execution option
    ``crm_read_only=True`` refuses to write. All listeners are on this engine alone.

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
    address = parsed(url)
    if tenant is not None:
        require_tenant_name(tenant)
        kw["execution_options"] = {**kw.get("execution_options", {}), "crm_tenant": tenant}
    if address.get_backend_name() == "sqlite":
        engine = _create(of_tenant(address, tenant), kw)
        event.listen(engine, "do_connect", create_database)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "commit", _require_transaction)
        if address.database in IN_MEMORY:
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
        event.listen(engine, "connect", _limit_waiting)
        event.listen(engine, "begin", _begin_postgres)
    event.listen(engine, "handle_error", _explain, retval=True)
    return engine


@overload
def session_scope(
    engine: Engine, *, read_only: bool = ..., one_moment: bool = ...
) -> AbstractContextManager[Session]: ...
@overload
def session_scope(
    engine: Engine, *, retry: int, read_only: bool = ..., one_moment: bool = ...
) -> Iterator[AbstractContextManager[Session]]: ...
def session_scope(
    engine: Engine, *, retry: int | None = None, read_only: bool = False, one_moment: bool = False
) -> AbstractContextManager[Session] | Iterator[AbstractContextManager[Session]]:
    """Open a session and a transaction: committed when the block ends well, rolled back when it raises.

    Objects keep their loaded values after the commit, so a face can still print them. On SQLite the transaction begins
    as a writer's with its first statement, so that whoever reads before writing is not refused halfway.

    With *retry* the result is a loop, and its block is repeated as a whole, in a new transaction, where another
    transaction was in the way::

        for attempt in session_scope(engine, retry=3):
            with attempt as session:
                CRM(session, "tokyo.desk").leads.advance(26)

    Args:
        engine: As :func:`make_engine` returns it; other engines work, without the settings made there.
        retry: How many times more to try after :class:`crm.errors.BeginAgain`: a deadlock, a serialization failure, or
            a record that somebody else wrote at the same moment.
        read_only: Take no write lock; a write is refused by the database, and the end is a rollback.
        one_moment: Let everything that is read be of one moment, whatever others write: the level REPEATABLE READ on
            PostgreSQL; on SQLite it is so anyway.

    Returns:
        A context manager that yields the session; with *retry* an iterator of them, which ends with the first that ends
        well.

    Raises:
        BeginAgain: Another transaction was in the way, and no attempt is left.
        DatabaseNotReady: A statement waited too long for another transaction.
    """
    if retry is None:
        return _scope(engine, read_only=read_only, one_moment=one_moment)
    return _attempts(retry, lambda: _scope(engine, read_only=read_only, one_moment=one_moment))


@contextmanager
def _scope(engine: Engine, *, read_only: bool, one_moment: bool) -> Iterator[Session]:
    bind = engine.execution_options(crm_read_only=True) if read_only else engine
    if one_moment and engine.dialect.name == "postgresql":
        bind = bind.execution_options(isolation_level="REPEATABLE READ")
    with Session(bind, expire_on_commit=False) as session:
        if not read_only:
            event.listen(session, "after_begin", _begin_session_writing)
        try:
            yield session
            if read_only:
                session.rollback()
            else:
                session.commit()
        except BaseException as error:
            session.rollback()
            if isinstance(error, DBAPIError) and (crossed := contention(error.orig)) is not None:
                raise crossed from error
            raise


def _attempts(
    retry: int, scope: Callable[[], AbstractContextManager[Session]]
) -> Iterator[AbstractContextManager[Session]]:
    done: list[bool] = []

    @contextmanager
    def attempt(*, last: bool) -> Iterator[Session]:
        try:
            with scope() as session:
                yield session
        except BeginAgain as crossed:
            if last:
                raise
            _LOG.warning("another transaction was in the way, repeating: %s", crossed.problems[0].code)
        else:
            done.append(True)

    for left in range(retry, -1, -1):
        if not done:
            yield attempt(last=left == 0)


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


def _create(address: URL, kw: dict[str, Any]) -> Engine:
    """Create the engine, and explain a driver that is not installed."""
    if address.get_backend_name() == "sqlite" and address.database in IN_MEMORY:
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
    # The timeout is set first, because the other settings may wait for a lock.
    raw.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
    _switch_to_wal(raw)
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")


def _switch_to_wal(raw: sqlite3.Connection) -> None:
    """Turn the write-ahead log on; the file stores the setting, so this changes it only once.

    The switch needs the file for itself and does not heed the timeout, so two first connections at once would get
    in each other's way; hence the waiting is done here.
    """
    for _ in range(WAIT_MS // _WAL_RETRY_MS):
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
    info.pop(_UNUSABLE, None)
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
    _require_transaction(connection)
    first = not raw.in_transaction
    connection.connection.info["crm_first"] = first
    if first and not statement.startswith("BEGIN"):
        raw.execute("BEGIN")


def _require_transaction(connection: Connection) -> None:
    """Write and commit nothing more where SQLite has rolled back by itself, as on a full disk: earlier writes are lost.

    Raises:
        DatabaseNotReady: What ended the transaction.
    """
    raw: Any = connection.connection.driver_connection
    info = connection.connection.info
    if _UNUSABLE in info and not raw.in_transaction:
        raise DatabaseNotReady(*info[_UNUSABLE])


def _begin_session_writing(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    begin_writing(connection)


def _limit_waiting(raw: DBAPIConnection, _record: object) -> None:
    """Limit how long statements of a new PostgreSQL connection wait for a lock, unless a limit is set."""
    before, raw.autocommit = raw.autocommit, True
    cursor = raw.cursor()
    cursor.execute(f"SELECT set_config('lock_timeout', '{WAIT_MS}', false) WHERE current_setting('lock_timeout') = '0'")
    cursor.close()
    raw.autocommit = before


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


def _explain(context: ExceptionContext) -> CRMError | None:
    """Turn a database that cannot be used into one sentence; leave every other error as it is."""
    error = context.original_exception
    if not isinstance(error, context.dialect.loaded_dbapi.Error):
        return None
    if isinstance(crossed := contention(error), DatabaseNotReady):
        return crossed
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
        # The first statement of a transaction waits for the lock; a later one that needs another lock does not.
        first = context.connection is None or context.connection.connection.info.get("crm_first", True)
        return busy() if first else crossed or busy()
    found = DatabaseNotReady(
        problem(
            N_("The database {url} cannot be used: {why}."),
            N_("Check the address, that the server is running or the folder exists, and that you may write there."),
            field="db",
            url=shown(url),
            why=why,
        )
    )
    if context.connection is not None and not context.connection.invalidated:
        context.connection.connection.info[_UNUSABLE] = found.problems
    return found
