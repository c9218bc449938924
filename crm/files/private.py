"""Files readable by their owner alone: the database, SQLite's files beside it, and its copies.

They hold personal data, so they are created with mode 0600, new folders with 0700, whatever the umask. An existing file
or folder keeps its mode, because it may be shared on purpose. ``crm db check`` names files that others can read. On
Windows modes have no effect, and the rights of the folder apply.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from crm.revisions import VERSION_TABLE

if TYPE_CHECKING:
    from sqlalchemy import Engine

FILE_MODE = 0o600
FOLDER_MODE = 0o700

#: SQLite's files beside a database: the write-ahead log, its shared memory, the rollback journal.
SIBLINGS = ("-wal", "-shm", "-journal")
#: Suffixes of automatic copies; a number may follow.
BEFORE_UPGRADE, BEFORE_RESTORE = ".bak-", ".before-restore"

_OTHERS = 0o077


def keep(text: str) -> str:
    """Write a text to a new temporary file, and return its name."""
    number, name = mkstemp(prefix="crm-", suffix=".txt")
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
    return name


def create(path: Path | str) -> bool:
    """Create an empty file that only its owner may read and write.

    Args:
        path: The file; a symbolic link is followed, so that the file it points to is the private one.

    Returns:
        Whether it was made; False where there is a file already, whose mode stays as it is.

    Raises:
        OSError: The folder is missing, or nothing can be written there.
    """
    try:
        handle = os.open(os.path.realpath(path), os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE)
    except FileExistsError:
        return False
    try:
        if hasattr(os, "fchmod"):  # the umask may have removed too many permissions
            os.fchmod(handle, FILE_MODE)
    finally:
        os.close(handle)
    return True


def is_owner(path: Path) -> bool:
    """Return whether this process runs as the owner of a file, or as root; on Windows always."""
    return os.name != "posix" or os.geteuid() in {0, path.stat().st_uid}


@contextmanager
def folder(path: Path) -> Iterator[None]:
    """Create a folder and its missing parents, for the owner alone; they are removed if the block fails.

    Raises:
        OSError: A file is in the way, or nothing can be written there.
    """
    missing = [parent for parent in (path, *path.parents) if not parent.exists()]
    try:
        for folder_path in reversed(missing):
            with suppress(FileExistsError):  # somebody else was first
                folder_path.mkdir(FOLDER_MODE)
                folder_path.chmod(FOLDER_MODE)
        path.mkdir(exist_ok=True)  # raises where a file is in the way
        yield
    except BaseException:
        for folder_path in missing:
            with suppress(OSError):  # another has put something there meanwhile
                folder_path.rmdir()
        raise


def take(unfinished: Path, path: Path) -> None:
    """Rename a finished file unless the name is taken, atomically where the file system can.

    Raises:
        FileExistsError: The name is taken.
    """
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        raise
    except OSError:  # no hard links here
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        unfinished.rename(path)
    else:
        unfinished.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power failure, where the system supports it."""
    with suppress(OSError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def create_database(_dialect: object, _record: object, arguments: list[object], options: dict[str, Any]) -> None:
    """A listener for ``do_connect``: create a SQLite file before SQLite does, which would let others read it.

    SQLite gives the log and the journal the mode of the database. If the file cannot be created, SQLite reports the
    error.
    """
    file = opened(str(arguments[0]), uri=bool(options.get("uri")), making=True)
    if file is not None:
        with suppress(OSError):
            create(file)


def opened(name: str, *, uri: bool, making: bool = False) -> Path | None:
    """Return the file that SQLite opens by a name; None for a database in memory.

    Args:
        name: A path, or with *uri* perhaps ``file:path?mode=ro``.
        uri: Whether a name that starts with ``file:`` is an address.
        making: None, too, where SQLite would not make a missing file.
    """
    if not (uri and name.startswith("file:")):
        return None if name in {"", ":memory:"} else Path(name)
    parts = urlsplit(name)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    path = unquote(parts.path)
    if path in {"", ":memory:"} or query.get("mode") == "memory" or query.get("vfs") == "memdb":
        return None
    if making and query.get("mode") in {"ro", "rw"}:
        return None
    return Path(path)


def sqlite_path(engine: Engine) -> Path | None:
    """Return the file of a SQLite engine; None for a database in memory and for PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return None
    # The dialect's own reading of the address: file:crm.db?mode=ro is a file, too.
    (name,), options = engine.dialect.create_connect_args(engine.url)
    uri = bool(options.get("uri"))
    return opened(str(name) if uri else engine.url.database or "", uri=uri)


def readable_by_others(file: Path) -> tuple[Path, ...]:
    """Return which files of a database others than the owner can read or write: itself, its log, copies beside it.

    Args:
        file: The database; copies elsewhere are not looked for.
    """
    if os.name == "nt":
        return ()
    file = Path(os.path.realpath(file))
    return tuple(sorted(path for path in _folder(file) if _is_shared(path) and _belongs(path, file)))


def _folder(file: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from file.parent.iterdir()


def _is_shared(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file() and not path.is_symlink() and bool(path.stat().st_mode & _OTHERS)
    return False


def _belongs(path: Path, file: Path) -> bool:
    """Return whether a file is the database, one of its side files, or itself a CRM database, such as a backup."""
    if path.name.startswith(file.name):
        rest = path.name.removeprefix(file.name)
        if rest in {"", *SIBLINGS} or rest.startswith((BEFORE_UPGRADE, BEFORE_RESTORE)):
            return True
    # Immutable: looking at it takes no lock and leaves no log.
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as raw:
        found = raw.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (VERSION_TABLE,))
        return found.fetchone() is not None
    return False
