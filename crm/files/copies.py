"""Copies of a SQLite file: made during operation, checked before they replace anything, and restored.

Of PostgreSQL nothing is copied here: it has ``pg_dump`` and ``pg_restore``, see docs/backups.md.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from attrs import frozen
from sqlalchemy import Connection, Engine, inspect

from crm.addresses import shown
from crm.errors import N_, DatabaseNotReady, InvalidInput, problem
from crm.files import checks
from crm.files.private import BEFORE_UPGRADE, folder, sqlite_path, take
from crm.files.replacing import connect, copy, is_taken, keep, put
from crm.files.workspaces import workspace
from crm.revisions import heads, require_known, what_is_wrong

_LAST_GOOD = N_("Nothing was copied or changed. Repair it, or restore the last good backup: crm db restore FILE")
_ANOTHER = N_("Nothing was changed. Choose another backup.")


@frozen
class Restored:
    """The result of a restore.

    Attributes:
        kept: Where what was there before is kept; None where nothing was there.
        version: The revisions of the tables now.
        is_newest: Whether this program works with them; otherwise :func:`crm.schema.upgrade` comes next.
    """

    kept: Path | None
    version: tuple[str, ...]
    is_newest: bool


def backup(engine: Engine, path: Path | str) -> None:
    """Copy a SQLite database to a new file, while others go on reading and writing, and check the copy.

    The copy is read as a whole: pages, indexes and foreign keys are in order, and our tables are in it.

    Args:
        engine: An engine on a SQLite file.
        path: A file that does not exist yet; it appears, with mode 0600, when the copy is whole.

    Raises:
        InvalidInput: The path is taken.
        DatabaseNotReady: There is nothing to copy, it is damaged, somebody is writing and does not end, or the
            database is PostgreSQL, which has ``pg_dump``. No file is left.
    """
    source, target = _require_file(engine), Path(path)
    if is_taken(target):
        raise _taken(target)
    with _explained(source, target), workspace(target.parent) as place:
        unfinished = place / "copy.db"
        copy(source, unfinished)
        with closing(connect(unfinished)) as raw:
            _require_sound(raw, source)
            _require_ours(raw, source)
        try:
            take(unfinished, target)
        except FileExistsError as error:
            raise _taken(target) from error


def backup_before(connection: Connection, found: tuple[str, ...]) -> Path | None:
    """Keep a copy of a SQLite file that holds tables, under a name that is free.

    The connection holds the write lock and has written nothing yet, so the copy is what everybody sees.

    Raises:
        DatabaseNotReady: The file is damaged, or there is no room.
    """
    file = sqlite_path(connection.engine)
    if file is None or not inspect(connection).get_table_names():
        return None
    ending = BEFORE_UPGRADE + ("-".join(found) or "base")
    with _explained(file, file.with_name(file.name + ending)):
        return keep(file, ending, lambda raw: _require_sound(raw, file))


def restore(engine: Engine, path: Path | str) -> Restored:
    """Replace everything in a SQLite database by a backup of it, whole or not at all, and keep the old content.

    Others may have the database open; those who read go on with the new content. A damaged database, or what is none,
    is kept byte by byte, and there every program that has it open must be ended first.

    Args:
        engine: An engine on a SQLite file, which may be missing; its pooled connections are closed.
        path: A file made by :func:`backup`, or kept by an upgrade or a restore.

    Returns:
        Where what was replaced is kept, ``<file>.before-restore``, and the version of the tables.

    Raises:
        InvalidInput: The path is no backup of a CRM database, is damaged, or is the database itself.
        DatabaseNotReady: A newer version of this program made the backup, somebody is using the database, it cannot be
            written, or it is PostgreSQL, which has ``pg_restore``. The database is what it was.
    """
    target, source = Path(os.path.realpath(_require_file(engine, must_exist=False))), Path(path)
    _require_two(source, target)
    engine.dispose()
    with _explained(source, target), folder(target.parent), workspace(target.parent) as place:
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(None, N_("it is not writable"))
        fresh = place / "copy.db"
        version, held = _read_backup(source, fresh)
        old_copy = put(fresh, target, held)
    return Restored(old_copy, version, version == heads())


def _read_backup(source: Path, fresh: Path) -> tuple[tuple[str, ...], Mapping[str, tuple[int, str]]]:
    """Copy a backup to where it can be checked, and return its version and what it holds."""
    try:
        copy(source, fresh)
        with closing(connect(fresh)) as raw, closing(connect(source)) as original:
            version = checks.version(raw)
            if version is None:
                raise _no_backup(source, N_("it has no CRM tables"))
            if wrong := checks.damage(raw, str(source), _ANOTHER):
                raise InvalidInput(*wrong)
            require_known(version, str(source))
            held = checks.content(raw)
            if held != checks.content(original):
                raise _no_backup(source, N_("it changes during the copy"))
    except sqlite3.DatabaseError as error:
        if checks.code(error) not in checks.DAMAGED:
            raise
        raise _no_backup(source, str(error)) from error
    return version, held


def _require_two(source: Path, target: Path) -> None:
    """Raise InvalidInput unless there is a backup, and it is another file than the database."""
    if target.is_dir():
        raise InvalidInput(
            problem(
                N_("{path} is a folder."),
                N_("Name the file of the database: --db sqlite:///path/to/crm.db"),
                field="db",
                path=str(target),
            )
        )
    if not source.is_file():
        raise _no_backup(source, N_("the file does not exist"))
    if target.exists() and source.samefile(target):
        raise InvalidInput(
            problem(
                N_("{path} is the database itself."),
                N_("Name a file that `crm db backup` or `crm db upgrade` made."),
                field="path",
                path=str(source),
            )
        )


def _require_file(engine: Engine, *, must_exist: bool = True) -> Path:
    """Return the engine's SQLite file, or say what to use instead."""
    file = sqlite_path(engine)
    if engine.dialect.name == "postgresql":
        raise DatabaseNotReady(
            problem(
                N_("{url} is a PostgreSQL database; use its own tools."),
                N_("Use pg_dump --format=custom to back it up and pg_restore to bring it back."),
                field="db",
                url=shown(engine.url),
            )
        )
    if file is None or (must_exist and not file.is_file()):
        raise DatabaseNotReady(
            problem(
                N_("There is no database file at {url}."),
                N_("Check the address given with --db."),
                field="db",
                url=shown(engine.url),
            )
        )
    return file


def _require_sound(raw: sqlite3.Connection, file: Path) -> None:
    """Raise DatabaseNotReady unless the copy of a file is in order."""
    if wrong := checks.damage(raw, str(file), _LAST_GOOD):
        raise DatabaseNotReady(*wrong)


def _require_ours(raw: sqlite3.Connection, file: Path) -> None:
    """Raise DatabaseNotReady unless the copy has our tables; all of them if it is of the newest version."""
    version = checks.version(raw)
    if not version:
        raise DatabaseNotReady(what_is_wrong((), str(file)))
    if missing := checks.missing_tables(raw, version):
        raise DatabaseNotReady(
            problem(
                N_("{file} lacks the tables {tables}."),
                _LAST_GOOD,
                field="path",
                code="damaged",
                file=str(file),
                tables=", ".join(missing),
            )
        )


def _taken(path: Path) -> InvalidInput:
    return InvalidInput(
        problem(
            N_("{path} already exists, or a log of that name."),
            N_("Choose another name."),
            field="path",
            path=str(path),
        )
    )


def _no_backup(path: Path, why: str) -> InvalidInput:
    return InvalidInput(
        problem(
            N_("{path} is not a backup of a CRM database: {why}."),
            N_("Name a file that `crm db backup` or `crm db upgrade` made."),
            field="path",
            path=str(path),
            why=why,
        )
    )


@contextmanager
def _explained(source: Path, target: Path) -> Iterator[None]:
    """Return the reason of SQLite or the system why a copy fails, as one sentence."""
    try:
        yield
    except sqlite3.Error as error:
        if checks.code(error) in checks.DAMAGED:
            raise DatabaseNotReady(checks.damaged(str(source), error, _LAST_GOOD)) from error
        raise _not_copied(source, target, str(error)) from error
    except OSError as error:
        raise _not_copied(source, target, error.strerror or str(error)) from error


def _not_copied(source: Path, target: Path, why: str) -> DatabaseNotReady:
    return DatabaseNotReady(
        problem(
            N_("{source} cannot be copied to {target}: {why}."),
            N_("Check that the folder exists, that there is room, and that nobody is writing; then try again."),
            field="path",
            source=str(source),
            target=str(target),
            why=why,
        )
    )
