"""How one SQLite file replaces another, and how the old content is kept.

A database that is whole is overwritten in one transaction of SQLite's own, so that others who have it open go on with
the new content, and whoever is killed meanwhile leaves the old one. One that is damaged cannot be written to safely:
the new file takes its name, and the damaged one is kept byte by byte with its log.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path

from crm.errors import N_, DatabaseNotReady, problem
from crm.files import checks
from crm.files.private import BEFORE_RESTORE, FILE_MODE, SIBLINGS, create, sync_folder, take
from crm.files.workspaces import workspace
from crm.models.contention import WAIT_MS

#: Pages copied at a time; Ctrl-C is handled between them.
PAGES = 1024

_LOGS = ("-wal", "-journal")


def connect(file: Path) -> sqlite3.Connection:
    """Open a file that is there, without any transaction of the driver's."""
    address = f"{file.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=WAIT_MS / 1000, isolation_level=None)


def copy(source: Path, target: Path) -> None:
    """Copy one SQLite file as everybody sees it into a new one, which needs no log beside it.

    Raises:
        DatabaseNotReady: Somebody is writing and does not end.
        sqlite3.Error: The source is damaged, or there is no room.
        OSError: The target cannot be made.
    """
    create(target)
    with closing(connect(source)) as old, closing(connect(target)) as new:
        # One snapshot from the first page to the last, however many write meanwhile.
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        old.backup(new, pages=PAGES, progress=lambda status, _left, _all: _go_on(status, source))
        new.execute("PRAGMA journal_mode = DELETE")


def is_taken(path: Path) -> bool:
    """Return whether a file has this name, or SQLite would take one beside it for its log."""
    return any(os.path.lexists(f"{path}{sibling}") for sibling in ("", *SIBLINGS))


def free_names(file: Path, ending: str) -> Iterator[Path]:
    """Yield the names beside a file that are free: with the ending, and then with a number."""
    stem = f"{file.name}{ending}"
    names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return (path for path in map(file.with_name, names) if not is_taken(path))


def keep(
    file: Path, ending: str, check: Callable[[sqlite3.Connection], None], backups: list[Path] | None = None
) -> Path:
    """Copy a database to a free name beside it.

    Args:
        file: The database.
        ending: What is put behind its name.
        check: Called with a connection to the copy before it gets the name; raises where it will not do.
        backups: Takes the name before the file has it, for a caller who undoes everything when interrupted.

    Returns:
        The copy.

    Raises:
        Exception: As :func:`copy` and *check*.
    """
    names = [] if backups is None else backups
    with workspace(file.parent) as place:
        unfinished = place / "copy.db"
        copy(file, unfinished)
        with closing(connect(unfinished)) as raw:
            check(raw)
        for path in free_names(file, ending):
            names.append(path)
            try:
                take(unfinished, path)
            except FileExistsError:  # another was faster
                names.remove(path)
            else:
                break
    return names[-1]


def put(fresh: Path, target: Path, wanted: Mapping[str, tuple[int, str]]) -> Path | None:
    """Put a finished file in the place of a database.

    Args:
        fresh: The new file; whole, and nobody else's.
        target: The database, its links resolved; it may be missing, empty or damaged.
        wanted: What the new file holds, see :func:`crm.files.checks.content`.

    Returns:
        Where the old one is kept; None where there was nothing to keep.

    Raises:
        DatabaseNotReady: Others are using it, or the disk did not keep what was written.
        sqlite3.Error: There is no room.
        OSError: Something may not be written.
    """
    logs = [log for log in _LOGS if _has_bytes(Path(f"{target}{log}"))]  # before SQLite makes any of its own
    if not target.exists():
        return _replace(fresh, target, logs)
    with closing(connect(target)) as old:
        if target.stat().st_size and _is_whole(old, target):
            return _overwrite(fresh, old, target, wanted)
        _require_alone(old, target)
        # Closed afterwards: SQLite finds that the file has moved, and leaves the new one's log alone.
        if os.name != "nt":
            return _replace(fresh, target, logs)
    return _replace(fresh, target, logs)  # Windows renames over no open file


def _is_whole(raw: sqlite3.Connection, file: Path) -> bool:
    try:
        return checks.is_whole(raw)
    except sqlite3.OperationalError as error:
        if checks.code(error) in checks.BUSY:
            raise _in_use(file) from error
        raise


def _overwrite(fresh: Path, old: sqlite3.Connection, target: Path, wanted: Mapping[str, tuple[int, str]]) -> Path:
    """Write the pages of one file into another, and keep a copy of the old content, which is locked from then on."""
    backups: list[Path] = []
    last = False

    def step(status: int, left: int, _all: int) -> None:
        nonlocal last
        _go_on(status, target)
        if not backups:
            keep(target, BEFORE_RESTORE, lambda raw: _require_kept(raw, target), backups)
        last = left <= pages

    try:
        with _logged(old), closing(connect(fresh)) as new:
            _match_pages(new, old)
            (size,) = new.execute("PRAGMA page_count").fetchone()
            pages = max(1, min(PAGES, size // 2))  # at least two steps: the copy is made between them
            witness = _others(old)
            new.backup(old, pages=pages, progress=step)
    except BaseException as error:
        if not (last and _holds(old, wanted)):  # nothing was replaced, so nothing is kept
            for path in backups:
                path.unlink(missing_ok=True)
        if isinstance(error, sqlite3.OperationalError) and checks.code(error) in checks.BUSY:
            raise _in_use(target) from error
        raise
    if not (_holds(old, wanted) and checks.is_whole(old)) and _others(old) == witness:
        raise DatabaseNotReady(
            problem(
                N_("{path} differs from what was written to it; the disk may be failing."),
                N_("The old content is kept in {kept}. Restore to another disk."),
                field="path",
                path=str(target),
                kept=str(backups[0]),
            )
        )
    return backups[0]


@contextmanager
def _logged(raw: sqlite3.Connection) -> Iterator[None]:
    """Write through a log inside the block: others can read, and a copy be made, while new content is being written."""
    (journal,) = raw.execute("PRAGMA journal_mode").fetchone()
    raw.execute("PRAGMA journal_mode = WAL")
    try:
        yield
    finally:
        with suppress(sqlite3.Error):  # others may be reading, and the log stays
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.execute(f"PRAGMA journal_mode = {journal}")


def _holds(raw: sqlite3.Connection, wanted: Mapping[str, tuple[int, str]]) -> bool:
    return checks.content(raw) == wanted


def _match_pages(new: sqlite3.Connection, old: sqlite3.Connection) -> None:
    """Give a new file pages as large as the old one's: with a log, the size cannot change."""
    ((mine,), (theirs,)) = (connection.execute("PRAGMA page_size").fetchone() for connection in (new, old))
    if mine != theirs:
        new.execute(f"PRAGMA page_size = {theirs}")
        new.execute("VACUUM")


def _others(raw: sqlite3.Connection) -> int:
    """Return a number that changes when another connection writes."""
    (found,) = raw.execute("PRAGMA data_version").fetchone()
    return int(found)


def _require_alone(old: sqlite3.Connection, target: Path) -> None:
    """Lock a damaged file exclusively where possible; where it cannot be locked, nobody can write to it either."""
    if not target.stat().st_size and Path(f"{target}-wal").exists():
        return  # reading an empty file would make SQLite delete the log beside it
    try:
        old.execute("PRAGMA locking_mode = EXCLUSIVE")
        old.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        if checks.code(error) in checks.BUSY:
            raise _in_use(target) from error
        if checks.code(error) not in checks.DAMAGED:
            raise


def _replace(fresh: Path, target: Path, logs: Iterable[str]) -> Path | None:
    """Rename a new file into place; the old one gets another name, with its log, which must never meet the new file."""
    endings = [log for log in logs if _has_bytes(Path(f"{target}{log}"))]  # a journal may have been played back
    backup = next(free_names(target, BEFORE_RESTORE)) if endings or _has_bytes(target) else None
    try:
        if target.exists():
            _become_like(fresh, target)
        if backup is not None:
            _put_aside(target, backup, endings)
        for sibling in SIBLINGS:
            Path(f"{target}{sibling}").unlink(missing_ok=True)
        fresh.replace(target)
    except BaseException:
        if backup is not None and fresh.exists():  # not replaced
            _put_back(target, backup, endings)
        raise
    sync_folder(target.parent)
    if backup is None:
        return None
    files = [path for path in (backup, *(Path(f"{backup}{ending}") for ending in endings)) if path.exists()]
    for path in files:
        path.chmod(FILE_MODE)
    return files[0]


def _put_aside(target: Path, backup: Path, endings: Iterable[str]) -> None:
    """Give the old file a second name, and move its log there."""
    if target.exists():
        try:
            backup.hardlink_to(target)
        except FileExistsError:
            raise
        except OSError:  # no hard links here
            create(backup)
            shutil.copyfile(target, backup)
    for ending in endings:
        Path(f"{target}{ending}").rename(f"{backup}{ending}")


def _put_back(target: Path, backup: Path, endings: Iterable[str]) -> None:
    """Undo what was put aside."""
    for ending in endings:
        with suppress(FileNotFoundError):
            Path(f"{backup}{ending}").rename(f"{target}{ending}")
    backup.unlink(missing_ok=True)


def _has_bytes(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _become_like(fresh: Path, target: Path) -> None:
    """Leave the mode and the owner of a database as they were."""
    was = target.stat()
    fresh.chmod(was.st_mode & 0o777)
    if hasattr(os, "chown"):
        with suppress(PermissionError):  # only an administrator may give files away
            os.chown(fresh, was.st_uid, was.st_gid)


def _go_on(status: int, file: Path) -> None:
    """Stop a copy that has to wait for a writer: SQLite has waited for ten seconds, and the driver would for ever."""
    if status & 0xFF in checks.BUSY:
        raise _in_use(file)


def _require_kept(raw: sqlite3.Connection, target: Path) -> None:
    if not checks.is_whole(raw):
        raise DatabaseNotReady(
            problem(
                N_("The content of {path} cannot be kept: its copy is damaged; the disk may be failing."),
                N_("Nothing was changed. Restore to another disk."),
                field="path",
                path=str(target),
            )
        )


def _in_use(file: Path) -> DatabaseNotReady:
    return DatabaseNotReady(
        problem(
            N_("Another program keeps {path} open."),
            N_("Wait until it has finished, or end it; then try again. Nothing was changed."),
            field="path",
            code="in_use",
            path=str(file),
        )
    )
