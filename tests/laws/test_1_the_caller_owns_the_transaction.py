"""Law 1: services flush; nothing under crm/ commits or rolls back, but db.py and the faces."""

from __future__ import annotations

import pytest

from tests.laws.source import PACKAGE, calls, files, spot

FACES = PACKAGE / "cli"
#: Commits in the midst of the caller's own commit, so as to roll back where SQLite refuses it: a listener of a connection.
AT_COMMIT = PACKAGE / "models" / "sqlite.py"
#: Begin a transaction, and why stands below.
BEGINNING = {PACKAGE / name for name in ("db.py", "schema.py", "loading.py", "testing/fixtures.py")}
ENDS = {"commit", "rollback", "close", "invalidate", "prepare"}
SESSIONS = {"session", "connection", "bind", "transaction"}


def test_only_db_and_the_faces_end_a_transaction() -> None:
    """No ``commit`` and no ``rollback`` is called anywhere else, and no session is closed under its caller."""
    found = [
        spot(file, node, called)
        for file in files()
        if file not in {PACKAGE / "db.py", AT_COMMIT} and FACES not in file.parents
        for node, called in calls(file)
        if (end := called.rpartition(".")[2]) in ENDS
        and (end in {"commit", "rollback"} or called.split(".")[-2].lstrip("_") in SESSIONS)
    ]
    assert found == []


def test_nothing_but_db_and_the_faces_opens_a_transaction_that_ends_by_itself() -> None:
    """``with session.begin()`` commits as surely as ``commit()``; a savepoint leaves the transaction to its owner.

    schema.py begins on a host's connection, so that Alembic does not, and leaves the end to the host. loading.py fills an
    empty database in one transaction. The session of crm.testing begins one that is never committed.
    """
    found = [
        spot(file, node, called)
        for file in files()
        if file not in BEGINNING and FACES not in file.parents
        for node, called in calls(file)
        if called.endswith(".begin")
        or called.rpartition(".")[2] in {"session_scope", "connection_scope", "sessionmaker"}
    ]
    assert found == []


@pytest.mark.parametrize("word", ["COMMIT", "ROLLBACK", "isolation_level", "autocommit"])
def test_no_statement_ends_a_transaction_in_words(word: str) -> None:
    """Neither as SQL text, nor by an option of the connection."""
    assert [
        file.name
        for file in files("services", "reports", "models", "exchange")
        if file != AT_COMMIT and word in file.read_text("utf-8")
    ] == []
