"""The beginning of transactions on SQLite, coordinated with the driver."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from crm.models.contention import busy, contention


def begin_writing(connection: Connection) -> None:
    """Send BEGIN IMMEDIATE to SQLite, unless its transaction has begun; other databases get nothing.

    A transaction that reads first and writes later fails if somebody else has written in between; one that begins for
    writing waits for the lock. Python's driver by itself begins only at the first INSERT, UPDATE or DELETE: a SAVEPOINT
    before it would be the outermost transaction, and its RELEASE a commit that cannot be rolled back.

    Args:
        connection: Of any engine, inside a transaction of SQLAlchemy's.

    Raises:
        DatabaseNotReady: Somebody else has been writing for longer than the connection waits.
    """
    if connection.dialect.name != "sqlite":
        return
    raw: Any = connection.connection.driver_connection
    if not event.contains(connection, "commit", _commit_or_roll_back):
        event.listen(connection, "commit", _commit_or_roll_back)
    # A driver in its own autocommit mode (Python 3.12 and later) would never end what is begun here.
    if raw.in_transaction or getattr(raw, "autocommit", None) is True:
        return
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:  # of an engine without explanations of its own
        if contention(error.orig) is None:
            raise
        raise busy() from error


def _commit_or_roll_back(connection: Connection) -> None:
    """Commit, and roll back if the commit fails.

    SQLite keeps a transaction open if its commit fails; a session that is closed then would return the connection in
    this state, and its next user would commit the rest. SQLAlchemy's own commit, which follows, has nothing to do.
    """
    raw: Any = connection.connection.driver_connection
    if not raw.in_transaction or getattr(raw, "autocommit", None) is False:  # this mode has no COMMIT of its own
        return
    try:
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        raw.rollback()
        raise
