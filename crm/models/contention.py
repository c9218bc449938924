"""What the driver's error says about other transactions, on both databases."""

from __future__ import annotations

from crm.errors import N_, BeginAgain, DatabaseNotReady, problem

#: How long a statement waits for another transaction on the engines of :func:`crm.db.make_engine`, in milliseconds.
WAIT_MS = 5_000

#: SQLSTATEs of PostgreSQL, and SQLite's extended result codes, after which the whole transaction can be repeated.
#: SQLite does not wait where a transaction has read and another one writes: what was read would be out of date then.
_REPEATABLE: dict[object, str] = {
    "40001": N_("Another transaction has changed what this one read."),
    "40P01": N_("This transaction and another one were in a deadlock."),
    517: N_("Somebody else has written since this transaction first read."),
    5: N_("Somebody else is writing, and this transaction has already read."),
}
_LOCK_NOT_AVAILABLE = "55P03"


def contention(error: BaseException | None) -> BeginAgain | DatabaseNotReady | None:
    """Return the error to raise where another transaction was in the way; None where something else is wrong.

    Args:
        error: Of the driver.
    """
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)  # of psycopg 2
    if state == _LOCK_NOT_AVAILABLE:
        return busy()
    reason = _REPEATABLE.get(state or getattr(error, "sqlite_errorcode", None))
    return None if reason is None else BeginAgain.because(reason)


def busy() -> DatabaseNotReady:
    """Return the error for a transaction that waited too long for another one."""
    return DatabaseNotReady(
        problem(
            N_("The database is busy: somebody else was writing for longer than this connection waits."),
            N_("Try again in a moment; nothing was written."),
            field="db",
            code="busy",
        )
    )
