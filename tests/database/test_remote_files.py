"""Files kept through fsspec: in memory, and in a folder by its address."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from crm.errors import InvalidInput
from crm.files.remote import RemoteStore
from crm.files.stores import UNFINISHED, FolderStore, copy, verify

pytestmark = pytest.mark.portable

ONE, OTHER = b"%PDF-1.7 one", b"%PDF-1.7 other"
NAMES = {sha256(content).hexdigest(): content for content in (ONE, OTHER)}
SIZES = {name: len(content) for name, content in NAMES.items()}


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> RemoteStore:
    """An empty store at an address."""
    return RemoteStore(f"memory://{uuid4().hex}" if request.param == "memory" else f"file://{tmp_path}/files")


def test_files_are_kept_read_and_removed(store: RemoteStore) -> None:
    """By their SHA-256; the same again changes nothing, and what is removed is missing."""
    for _ in range(2):
        for name, content in NAMES.items():
            store.put(name, [content[:3], content[3:]])
    assert {name for name, _ in store.kept()} == set(NAMES)
    for name, content in NAMES.items():
        with store.open(name) as file:
            assert file.read() == content
    report = verify(store, SIZES, sweep=True)
    assert (report.count, report.size, report.removed) == (2, len(ONE) + len(OTHER), 0)
    store.remove(next(iter(NAMES)))
    store.remove(next(iter(NAMES)))
    assert verify(store, SIZES).missing == (next(iter(NAMES)),)
    with pytest.raises(FileNotFoundError):
        store.open(next(iter(NAMES)))


def test_nothing_is_kept_of_a_file_that_fails(store: RemoteStore) -> None:
    """Neither under its name nor under a temporary one."""

    def parts() -> Iterator[bytes]:
        yield b"%PDF-"
        raise RuntimeError("changed")

    with pytest.raises(RuntimeError):
        store.put(next(iter(NAMES)), parts())
    assert [*store.kept()] == []
    assert store.tidy(float("inf")) == 0


def test_what_a_killed_writer_left_is_tidied(store: RemoteStore) -> None:
    """Once it is old enough; what is kept stays."""
    store.put(next(iter(NAMES)), [ONE])
    store._system.makedirs(f"{store._root}/ab", exist_ok=True)
    with store._system.open(f"{store._root}/ab/{UNFINISHED}x", "wb") as file:
        file.write(b"half")
    assert store.tidy(0) == 0
    assert store.tidy(float("inf")) == 1
    assert [name for name, _ in store.kept()] == [next(iter(NAMES))]


def test_files_are_copied_to_a_folder_and_back(store: RemoteStore, tmp_path: Path) -> None:
    """So they move from one kind of store to another."""
    for name, content in NAMES.items():
        store.put(name, [content])
    folder = FolderStore(tmp_path / "folder")
    assert copy(store, folder, NAMES) == len(NAMES)
    other = RemoteStore(f"memory://{uuid4().hex}")
    assert copy(folder, other, NAMES) == len(NAMES)
    assert verify(other, SIZES).size == sum(SIZES.values())


def test_an_address_that_cannot_be_used_is_refused() -> None:
    """The library that is missing is named, and nothing of the address but its scheme."""
    with pytest.raises(InvalidInput, match=r"nosuch://.*fsspec") as caught:
        RemoteStore("nosuch://user:secret@host/files")
    assert "secret" not in str(caught.value)


def test_a_name_that_is_no_checksum_reaches_no_file(store: RemoteStore) -> None:
    """No path can be made of what is not 64 hex digits."""
    with pytest.raises(ValueError, match="SHA-256"):
        store.open("../../etc/passwd")
