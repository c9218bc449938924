"""A temporary folder for unfinished files, beside their destination, removed when the work ends.

A killed process leaves its folder, which the next process there removes. A lock in the folder shows whether it is in
use; the system releases the lock when the process dies.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from crm.files.private import FOLDER_MODE

PREFIX = ".crm-copy-"


@contextmanager
def workspace(parent: Path) -> Iterator[Path]:
    """Create a folder that only its owner may enter; it is removed when the block ends.

    Args:
        parent: Where; folders that killed processes left there are removed first.

    Yields:
        The folder.

    Raises:
        OSError: Nothing can be made there.
    """
    _sweep(parent)
    folder, lock = _locked(parent)
    try:
        yield folder
    finally:
        lock.close()
        shutil.rmtree(folder, ignore_errors=True)


def _locked(parent: Path) -> tuple[Path, sqlite3.Connection]:
    while True:
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=PREFIX))
        try:
            folder.chmod(FOLDER_MODE)  # the umask may have removed too many permissions
            if (lock := _lock(folder)) is not None:
                return folder, lock
        except FileNotFoundError:  # another process removed it before it was locked
            continue
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _lock(folder: Path, *, mode: str = "rwc") -> sqlite3.Connection | None:
    """Lock a folder through SQLite, which works alike on every system; None if it is locked or gone."""
    file = folder / "lock"
    try:
        lock = sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=0, isolation_level=None)
    except sqlite3.OperationalError:
        return None
    with suppress(sqlite3.OperationalError):
        lock.execute("BEGIN EXCLUSIVE")
        if file.exists():
            return lock
    lock.close()
    return None


def _sweep(parent: Path) -> None:
    """Remove the folders that are no longer in use."""
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):
            folder.rmdir()  # killed before it was locked
            continue
        lock = _lock(folder, mode="rw")
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            lock.close()
