"""A folder of files by their SHA-256, beside the database: docs/documents.md.

A file is written under a temporary name, made to last, then renamed, so that its name never stands for part of it. Two
who bring the same bytes at once write the same file. A folder for each first two digits keeps folders small.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256 as sha256_of
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, BinaryIO, Protocol

from attrs import frozen

from crm.files.private import folder, sqlite_path, sync_folder
from crm.values.media import LARGEST, PART

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: What the folder is called: the name of the database's file with this behind it.
ENDING = ".files"
#: Seconds in which a file that no record names may belong to a transaction that is not committed yet.
GRACE = 24 * 60 * 60
#: What the names of unfinished files begin with.
UNFINISHED = ".new-"
_NAME = re.compile("[0-9a-f]{64}")


class CheckedStore(Protocol):
    """A store that can be checked, copied and swept: a folder, or :class:`crm.files.remote.RemoteStore`.

    Attributes:
        largest: The most bytes a file may have.
    """

    largest: int

    @property
    def path(self) -> Path | str:
        """Where it is, for people."""

    def put(self, sha256: str, parts: Iterable[bytes]) -> None:
        """Keep a file, whole or not at all."""

    def open(self, sha256: str) -> BinaryIO:
        """Open a file to be read."""

    def remove(self, sha256: str) -> None:
        """Remove a file."""

    def kept(self) -> Iterator[tuple[str, float]]:
        """Yield the SHA-256 of each file, and when it was last brought."""

    def tidy(self, before: float) -> int:
        """Remove unfinished files, and return how many."""


def is_name(name: str) -> bool:
    """Return whether a name is a SHA-256, as files are kept by."""
    return _NAME.fullmatch(name) is not None


class FolderStore:
    """Keeps files in a folder, readable by its owner alone.

    Args:
        path: The folder; it is made when the first file is kept.
        largest: The most bytes a file may have.
    """

    def __init__(self, path: Path | str, *, largest: int = LARGEST) -> None:
        self.path = Path(path)
        self.largest = largest

    def put(self, sha256: str, parts: Iterable[bytes]) -> None:
        """Keep a file, whole or not at all. One that is there is replaced by the same bytes, which mends a damaged one.

        Args:
            sha256: SHA-256 of the bytes, by which they are kept.
            parts: The bytes; what they raise is passed on, and nothing is kept.

        Raises:
            OSError: There is no room, or no permission.
            ValueError: The first argument is no SHA-256.
        """
        target = self._place(sha256)
        with folder(target.parent):
            handle, name = mkstemp(dir=target.parent, prefix=UNFINISHED)  # with mode 0600
            unfinished = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.writelines(parts)
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.replace(target)
                sync_folder(target.parent)
            finally:
                unfinished.unlink(missing_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        """Open a file to be read.

        Raises:
            FileNotFoundError: There is none.
            ValueError: The argument is no SHA-256.
        """
        return self._place(sha256).open("rb")

    def remove(self, sha256: str) -> None:
        """Remove a file; nothing happens where there is none."""
        self._place(sha256).unlink(missing_ok=True)

    def kept(self) -> Iterator[tuple[str, float]]:
        """Yield the SHA-256 of each file that is kept, and when it was last brought, in seconds since 1970."""
        for path in sorted(self.path.glob("??/*")):
            if is_name(path.name) and path.parent.name == path.name[:2]:
                with suppress(FileNotFoundError):  # removed meanwhile
                    yield path.name, path.stat().st_mtime

    def tidy(self, before: float) -> int:
        """Remove unfinished files that were last written before an instant, and return how many."""
        left = [path for path in self.path.glob(f"??/{UNFINISHED}*") if path.stat().st_mtime < before]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _place(self, sha256: str) -> Path:
        if not is_name(sha256):
            raise ValueError("no SHA-256")
        return self.path / sha256[:2] / sha256


@frozen(kw_only=True)
class FilesReport:
    """What the files of a database came to.

    Attributes:
        count: How many files records name.
        size: How many bytes these have, as far as they are there.
        missing: SHA-256 of those that are not there.
        damaged: SHA-256 of those whose bytes are others.
        orphaned: SHA-256 of files that no record names.
        removed: How many files a sweep removed: orphaned ones, and unfinished ones.
        copied: How many files were copied.
    """

    count: int
    size: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    orphaned: tuple[str, ...]
    removed: int = 0
    copied: int = 0


def beside(engine: Engine) -> Path | None:
    """Return the folder of files beside a SQLite database; None for others, which need a configured one."""
    file = sqlite_path(engine)
    return None if file is None else file.with_name(file.name + ENDING)


def verify(store: CheckedStore, wanted: Mapping[str, int], *, sweep: bool = False) -> FilesReport:
    """Read every file that records name, and compare it with its SHA-256; find those that no record names.

    Args:
        store: Where they are kept.
        wanted: The files that records name: SHA-256 and size. A file that was brought within the last day is never
            called orphaned: its record may not be committed yet.
        sweep: Remove orphaned files, and what killed writers left.
    """
    missing, damaged, size = [], [], 0
    for name in sorted(wanted):
        try:
            found = _size(store, name)
        except FileNotFoundError:
            missing.append(name)
            continue
        if found != wanted[name]:
            damaged.append(name)
        else:
            size += found
    old = time.time() - GRACE
    orphaned = [name for name, brought in store.kept() if name not in wanted and brought < old]
    removed = 0
    if sweep:
        for name in orphaned:
            store.remove(name)
        removed = len(orphaned) + store.tidy(old)
    return FilesReport(
        count=len(wanted),
        size=size,
        missing=tuple(missing),
        damaged=tuple(damaged),
        orphaned=tuple(orphaned),
        removed=removed,
    )


def copy(source: CheckedStore, target: CheckedStore, wanted: Iterable[str]) -> int:
    """Copy the files that records name to where they are not yet, each compared with its SHA-256. Return how many.

    What is missing or damaged in the source is left out: :func:`verify` names it.
    """
    there, copied = {name for name, _ in target.kept()}, 0
    for name in wanted:
        if name in there:
            continue
        with suppress(FileNotFoundError, _Damaged):
            target.put(name, _sound(source, name))
            copied += 1
    return copied


class _Damaged(Exception):
    """The bytes are others than those that were kept."""


def _sound(store: CheckedStore, name: str) -> Iterator[bytes]:
    """Yield the parts of a file; raise an error at its end where they are others than those that were kept."""
    sum_ = sha256_of()
    with store.open(name) as file:
        while part := file.read(PART):
            sum_.update(part)
            yield part
    if sum_.hexdigest() != name:
        raise _Damaged


def _size(store: CheckedStore, name: str) -> int:
    """Return how many bytes a file has, or -1 where they are others than those that were kept."""
    try:
        return sum(map(len, _sound(store, name)))
    except _Damaged:
        return -1
