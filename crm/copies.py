"""Copies of a SQLite file: made while others work, checked before they come back.

Of PostgreSQL nothing is copied here: it has ``pg_dump`` and ``pg_restore``.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, inspect

from crm.db import BUSY_TIMEOUT_MS, shown, sqlite_path
from crm.errors import N_, DatabaseNotReady, InvalidInput, problem
from crm.private_files import BEFORE_UPGRADE, VERSION_TABLE, create


def backup(engine: Engine, path: Path | str) -> None:
    """Copy a SQLite database to a new file, while others go on reading and writing.

    Args:
        engine: An engine on a SQLite file.
        path: A file that does not exist yet; it appears when the copy is whole.

    Raises:
        InvalidInput: The path is taken.
        DatabaseNotReady: There is nothing to copy, or the database is PostgreSQL, which has ``pg_dump``.
    """
    source, target = _require_file(engine), Path(path)
    if target.exists():
        raise InvalidInput(
            problem(N_("{path} exists already."), N_("Choose another name."), field="path", path=str(target))
        )
    try:
        # In a folder of its own: two who back up at once do not write into each other's copy.
        with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as folder:
            partial = Path(folder) / target.name
            _copy(source, partial)
            partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise _not_copied(source, target, error) from error


def restore(engine: Engine, path: Path | str) -> None:
    """Replace everything in a SQLite database by a backup of it.

    Args:
        engine: An engine on a SQLite file; its pooled connections are closed.
        path: A file made by :func:`backup` or :func:`upgrade`.

    Raises:
        InvalidInput: The path is no backup of a CRM database.
        DatabaseNotReady: Somebody is using the database, or it is PostgreSQL, which has ``pg_restore``.
    """
    target, source = _require_file(engine, must_exist=False), Path(path)
    _require_backup(source)
    engine.dispose()
    try:
        with closing(sqlite3.connect(target, timeout=BUSY_TIMEOUT_MS / 1000)) as lock:
            # The copy itself would wait for ever for somebody who writes; this waits ten seconds.
            lock.execute("BEGIN EXCLUSIVE")
        _copy(source, target)
    except (OSError, sqlite3.Error) as error:
        raise _not_copied(source, target, error) from error


def backup_before(connection: Connection, found: tuple[str, ...]) -> Path | None:
    """Keep a copy of a SQLite file that holds tables, under a name that is free.

    The connection holds the write lock and has written nothing yet, so the copy is what everybody sees.
    """
    file = sqlite_path(connection.engine)
    if file is None or not inspect(connection).get_table_names():
        return None
    stem = f"{file.name}{BEFORE_UPGRADE}{'-'.join(found) or 'base'}"
    names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    path = next(path for path in map(file.with_name, names) if not path.exists())
    backup(connection.engine, path)
    return path


def _require_file(engine: Engine, *, must_exist: bool = True) -> Path:
    """Return the engine's SQLite file, or say what to use instead."""
    file = sqlite_path(engine)
    if engine.dialect.name == "postgresql":
        raise DatabaseNotReady(
            problem(
                N_("{url} is a PostgreSQL database, which has tools of its own for this."),
                N_("Use pg_dump --format=custom to back it up and pg_restore to bring it back."),
                field="db",
                url=shown(engine.url),
            )
        )
    if file is None or (must_exist and not file.exists()):
        raise DatabaseNotReady(
            problem(
                N_("There is no database file at {url}."),
                N_("Check the address given with --db."),
                field="db",
                url=shown(engine.url),
            )
        )
    return file


def _copy(source: Path, target: Path) -> None:
    """Copy one SQLite file into another with SQLite's own backup, and leave a single file without a log."""
    create(target)
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")


def _require_backup(path: Path) -> None:
    """Raise InvalidInput unless *path* is a whole SQLite file with our version table."""
    why = N_("there is no such file")
    if path.is_file():
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as raw:
                (verdict,) = raw.execute("PRAGMA quick_check").fetchone()
                raw.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608  # our own name
            if verdict == "ok":
                return
            why = verdict
        except sqlite3.Error as error:
            why = str(error)
    raise InvalidInput(
        problem(
            N_("{path} is no backup of a CRM database: {why}."),
            N_("Name a file that `crm db backup` or `crm db upgrade` made."),
            field="path",
            path=str(path),
            why=why,
        )
    )


def _not_copied(source: Path, target: Path, error: Exception) -> DatabaseNotReady:
    """Say that a copy failed."""
    return DatabaseNotReady(
        problem(
            N_("{source} cannot be copied to {target}: {why}."),
            N_("Check that the folder exists, that there is room, and that nobody is writing; then try again."),
            field="path",
            source=str(source),
            target=str(target),
            why=str(error),
        )
    )
