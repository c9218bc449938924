"""Files of documents: examined, handed to the store, and given out again, in parts.

A store has the bytes by their SHA-256, outside the database. They are kept before the transaction is committed, so a
record never lacks its file; what a rolled-back transaction leaves is removed by ``crm db files --sweep``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256 as sha256_of
from io import BytesIO
from types import TracebackType
from typing import BinaryIO, Protocol, Self, cast, runtime_checkable

from attrs import define, field, frozen

from crm.errors import N_, DamagedRecord, DatabaseNotReady, Problem, Refused, problem
from crm.refusals import too_large, wrong_type
from crm.rules.kernel.checks import Checks
from crm.values.media import KEPT, LARGEST, PART, media_type


class FileStore(Protocol):
    """Keeps files by their SHA-256, such as :class:`crm.files.stores.FolderStore`.

    Attributes:
        largest: The most bytes a file may have.
    """

    largest: int

    def put(self, sha256: str, parts: Iterable[bytes]) -> None:
        """Keep a file, whole or not at all; if the parts raise an error, nothing is kept. It may be there already."""

    def open(self, sha256: str) -> BinaryIO:
        """Open a file to be read; FileNotFoundError where there is none."""


@runtime_checkable
class _Seekable(Protocol):
    """A stream that can be read twice, if it says so."""

    def read(self, size: int, /) -> object: ...
    def seekable(self) -> bool: ...
    def seek(self, offset: int, /) -> object: ...
    def tell(self) -> int: ...


@frozen
class Arriving:
    """A file that was examined, and not kept yet.

    Attributes:
        stream: The file, that can be read again.
        begins: Where it begins in the stream.
        sha256: SHA-256 of its bytes.
        size: How many bytes it has.
    """

    stream: BinaryIO
    begins: int
    sha256: str
    size: int


@define(eq=False)
class DocumentFile:
    """A file of a document, read once: ``with crm.leads.evidence_file(12) as file: for part in file: …``.

    Its SHA-256 is checked while it is read. Keep what was read only after the last part.

    Attributes:
        sha256: SHA-256 of its bytes.
        size: How many bytes it has.
        media_type: Its type, told by its content, such as application/pdf.
    """

    sha256: str
    size: int
    media_type: str
    _stream: BinaryIO = field(repr=False)
    _first: bytes = field(repr=False)

    def __iter__(self) -> Iterator[bytes]:
        """Yield its parts.

        Raises:
            DamagedRecord: The bytes are not those that were kept; raised before the last part.
        """
        sum_, size, part = sha256_of(), 0, self._first
        with self._stream:
            while part:
                sum_.update(part)
                size += len(part)
                following = self._stream.read(PART)
                if not following and (sum_.hexdigest() != self.sha256 or size != self.size):
                    raise _damaged(self.sha256)
                yield part
                part = following

    def close(self) -> None:
        """Close it, where it was not read to its end."""
        self._stream.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def examine(check: Checks, content: object, store: FileStore | None) -> Arriving | None:
    """Return a file with its checksum; None where it has problems, which *check* collects. It is read once.

    Args:
        check: Collects the problems.
        content: Bytes, or a binary stream that can be read twice, from where it stands.
        store: Where it will be kept; None: nowhere, so that its type does not matter.
    """
    stream = _stream(content)
    if stream is None:
        check.add(
            wrong_type(
                N_("{field} must be {expected}, not {kind}."),
                content,
                N_("Pass the file's bytes, or the file opened for reading in binary mode."),
                "content",
                expected="bytes",
            )
        )
        return None
    begins, largest = stream.tell(), LARGEST if store is None else store.largest
    sum_, size, first = sha256_of(), 0, b""
    for part in _parts(stream):
        first = first or part
        sum_.update(part)
        size += len(part)
        if size > largest:
            check.add(too_large(largest))
            return None
    if store is not None and (wrong := _unwanted(first)) is not None:
        check.add(wrong)
        return None
    return Arriving(stream, begins, sum_.hexdigest(), size)


def keep(store: FileStore, file: Arriving) -> None:
    """Pass a file to the store, and check that it is still the examined one.

    Raises:
        Refused: Somebody changed the file meanwhile.
        DatabaseNotReady: The store cannot take it, such as for want of room.
    """
    with _explained():
        store.put(file.sha256, _again(file))


def opened(store: FileStore | None, sha256: str | None, size: int | None) -> DocumentFile:
    """Return a file that was kept.

    Args:
        store: Where it is kept; None where none is configured.
        sha256: SHA-256 of the file.
        size: How many bytes it has; None where the document has a checksum alone.

    Raises:
        Refused: The document has no file, or no store is configured.
        DamagedRecord: The file is missing or damaged.
        DatabaseNotReady: The store cannot be read.
    """
    if sha256 is None or size is None:
        way_out = N_("Ask who recorded it for the file: its checksum alone is on record.")
        raise Refused(problem(N_("No file of this document is kept."), way_out, code="no_file"))
    if store is None:
        raise Refused(no_store())
    with _explained():
        try:
            stream = store.open(sha256)
        except FileNotFoundError as error:
            raise _damaged(sha256) from error
        first = stream.read(PART)
        if not first:
            stream.close()
            raise _damaged(sha256)
    return DocumentFile(sha256, size, media_type(first) or "application/octet-stream", stream, first)


def no_store() -> Problem:
    """Return the problem of a database without a known folder for its files."""
    return problem(
        N_("No store of files is configured."),
        N_("Name its folder: CRM_FILES, or files in crm.toml. A program passes one: CRM(…, files=…)."),
        code="no_store",
    )


def _stream(content: object) -> BinaryIO | None:
    """Return a stream that can be read twice, or None for what is none."""
    if isinstance(content, bytes):
        return BytesIO(content)
    if not isinstance(content, _Seekable) or not content.seekable() or content.read(0) != b"":
        return None
    return cast("BinaryIO", content)


def _parts(stream: BinaryIO) -> Iterator[bytes]:
    while part := stream.read(PART):
        yield part


def _again(file: Arriving) -> Iterator[bytes]:
    """Yield the parts of a file once more; fail where they are not what was examined."""
    file.stream.seek(file.begins)
    sum_, size = sha256_of(), 0
    for part in _parts(file.stream):
        sum_.update(part)
        size += len(part)
        if size > file.size:
            break
        yield part
    if size != file.size or sum_.hexdigest() != file.sha256:
        way_out = N_("Wait until it is finished, then try again.")
        raise Refused(problem(N_("The file was changed while it was read."), way_out, field="content", code="changed"))


def _unwanted(first: bytes) -> Problem | None:
    """Return the problem of a file that is not kept, by its first part."""
    if not first:
        way_out = N_("Check that it is the right file.")
        return problem(N_("The file is empty."), way_out, field="content", code="empty")
    if media_type(first) is None:
        return problem(
            N_("Files of this type are not kept; the content counts, not the name."),
            N_("Bring one of these: {kept}. For another give its checksum alone: --sha256 HEX"),
            field="content",
            code="media",
            kept=KEPT,
        )
    return None


def _damaged(sha256: str) -> DamagedRecord:
    return DamagedRecord(
        problem(
            N_("The file with the SHA-256 {sha256} is missing or damaged."),
            N_("See what else is: crm db files. Bring it back from a backup: docs/documents.md"),
            code="damaged_file",
            sha256=sha256,
        )
    )


@contextmanager
def _explained() -> Iterator[None]:
    """Say why a store cannot be read or written."""
    try:
        yield
    except OSError as error:
        raise DatabaseNotReady(
            problem(
                N_("The store of files cannot be used: {error}."),
                N_("Check its folder, your permissions and the free space."),
                code="store",
                error=error.strerror or type(error).__name__,
            )
        ) from error
