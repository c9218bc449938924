"""Files by their SHA-256 in an object store or on another machine, through fsspec: docs/documents.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO, Protocol, cast
from uuid import uuid4

from crm.errors import N_, InvalidInput, problem
from crm.files.stores import UNFINISHED, is_name
from crm.values.media import LARGEST, PART


class _System(Protocol):
    """What is used of a file system of fsspec."""

    def open(self, path: str, mode: str) -> BinaryIO: ...
    def mv(self, path1: str, path2: str) -> None: ...
    def rm_file(self, path: str) -> None: ...
    def makedirs(self, path: str, *, exist_ok: bool) -> None: ...
    def find(self, path: str, *, detail: bool) -> Mapping[str, object]: ...
    def modified(self, path: str) -> datetime: ...
    def invalidate_cache(self) -> None: ...


class RemoteStore:
    """Keeps files where an address of fsspec says, such as ``s3://bureau/files``.

    Credentials are found as the library of that address finds them, for S3 in the environment or in ``~/.aws``.

    Args:
        address: The address of a folder.
        largest: The most bytes a file may have.

    Raises:
        InvalidInput: fsspec, or what it needs for this address, is not installed.
    """

    def __init__(self, address: str, *, largest: int = LARGEST) -> None:
        self.path = address
        self.largest = largest
        self._system, self._root = _opened(address)

    def put(self, sha256: str, parts: Iterable[bytes]) -> None:
        """Keep a file, whole or not at all; see :meth:`crm.files.stores.FolderStore.put`.

        It is gathered in a local file first, so that nothing is sent of a file that turns out to be wrong.
        """
        target = self._place(sha256)
        folder = target.rpartition("/")[0]
        unfinished = f"{folder}/{UNFINISHED}{uuid4().hex}"
        with TemporaryFile() as local:
            local.writelines(parts)
            local.seek(0)
            self._system.makedirs(folder, exist_ok=True)
            try:
                with self._system.open(unfinished, "wb") as remote:
                    while part := local.read(PART):
                        remote.write(part)
                self._system.mv(unfinished, target)
            except BaseException:
                with suppress(OSError):
                    self._system.rm_file(unfinished)
                raise

    def open(self, sha256: str) -> BinaryIO:
        """Open a file to be read; see :meth:`crm.files.stores.FolderStore.open`."""
        return self._system.open(self._place(sha256), "rb")

    def remove(self, sha256: str) -> None:
        """Remove a file; nothing happens where there is none."""
        with suppress(FileNotFoundError):
            self._system.rm_file(self._place(sha256))

    def kept(self) -> Iterator[tuple[str, float]]:
        """Yield the SHA-256 of each file that is kept, and when it was last brought, in seconds since 1970."""
        for path, brought in self._found():
            name = path.rpartition("/")[2]
            if is_name(name):
                yield name, brought

    def tidy(self, before: float) -> int:
        """Remove unfinished files that were last written before an instant, and return how many."""
        left = [path for path, at in self._found() if path.rpartition("/")[2].startswith(UNFINISHED) and at < before]
        for path in left:
            self._system.rm_file(path)
        return len(left)

    def _found(self) -> Iterator[tuple[str, float]]:
        self._system.invalidate_cache()
        for path in sorted(self._system.find(self._root, detail=True)):
            with suppress(FileNotFoundError):  # removed meanwhile
                yield path, self._system.modified(path).timestamp()

    def _place(self, sha256: str) -> str:
        if not is_name(sha256):
            raise ValueError("no SHA-256")
        return f"{self._root.rstrip('/')}/{sha256[:2]}/{sha256}"


def _opened(address: str) -> tuple[_System, str]:
    with _explained(address):
        from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra

        system, root = url_to_fs(address)
    return cast("_System", system), str(root)


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """Say what is missing to use an address; of the address its scheme alone, because a password may be in it."""
    scheme = address.partition("://")[0]
    try:
        yield
    except (ImportError, ValueError) as error:
        raise InvalidInput(
            problem(
                N_("Files at {scheme}:// need the library fsspec, and the one for this kind of address."),
                N_("Install them, for S3 with: pip install 'investor-crm[files]' s3fs"),
                field="files",
                code="extra",
                scheme=scheme,
            )
        ) from error
