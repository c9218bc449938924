"""The file of a document: kept, read by who may see the lead, refused where it is none."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import jsonschema
import pytest
from sqlalchemy.orm import Session

from crm import CRM
from crm.as_json import to_dict
from crm.errors import DamagedRecord, DatabaseNotReady, InvalidInput, NotFound, Refused
from crm.files.stores import GRACE, FolderStore, copy, verify
from crm.interface.json_schema import result
from crm.interface.methods import methods
from crm.models import Evidence
from crm.reads.evidence import kept_files
from tests.factories import InvestorFactory, LeadFactory, World
from tests.services.refusals import refused

PDF = b"%PDF-1.7\n" + bytes(3_000_000)
NAME = sha256(PDF).hexdigest()


@pytest.fixture
def world(session: Session) -> World:
    """A bureau, rolled back after the test."""
    return World(session)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """An empty store; it takes files of 4 MB."""
    return FolderStore(tmp_path / "files", largest=4_000_000)


def door(world: World, user: str, store: FolderStore | None) -> CRM:
    """Return the front door of somebody, with a store."""
    return CRM(world.session, user, clock=world.clock, files=store)


def add(world: World, store: FolderStore | None, content: Any = PDF, **more: Any) -> Evidence:
    """Put a document with a file on record."""
    lead = more.pop("lead", None) or LeadFactory.create(world=world)
    told = {"dated": world.today, "reference": "JN-1", "distinct": "another", **more}
    return door(world, "tokyo.desk", store).leads.add_evidence(lead, "photograph", content=content, **told)


def same(parts: Iterable[bytes]) -> bool:
    """Return whether parts are those of the PDF; its bytes are not printed where they are not."""
    return sha256(b"".join(parts)).hexdigest() == NAME


def files(store: FolderStore) -> list[Path]:
    """Return what is in the folder, unfinished files too."""
    return [path for path in store.path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("form", ["bytes", "stream", "file"])
def test_a_file_is_kept_and_read_again(world: World, store: FolderStore, tmp_path: Path, form: str) -> None:
    """Given as bytes, as a stream, or as an open file; it is read in parts, with its size and type."""
    (tmp_path / "a.pdf").write_bytes(PDF)
    with (tmp_path / "a.pdf").open("rb") as opened:
        paper = add(world, store, {"bytes": PDF, "stream": io.BytesIO(PDF), "file": opened}[form])
    assert (paper.sha256, paper.file_size) == (NAME, len(PDF))
    with door(world, "viewer.desk", store).leads.evidence_file(paper) as file:
        assert (file.sha256, file.size, file.media_type) == (NAME, len(PDF), "application/pdf")
        document = to_dict(file)
        parts = [*file]
    assert document == {"sha256": NAME, "size": len(PDF), "media_type": "application/pdf"}
    jsonschema.validate(document, result(methods()["leads.evidence_file"]))
    assert same(parts)
    assert max(map(len, parts)) <= 1 << 20
    (row,) = world.tokyo.leads.evidence(paper.lead_id)
    assert row.file_size == len(PDF)
    if os.name == "posix":
        assert [path.stat().st_mode & 0o777 for path in files(store)] == [0o600]


def test_a_withdrawn_document_has_its_file(world: World, store: FolderStore) -> None:
    """It is read as before, and is no orphan; it comes back with the document."""
    paper = add(world, store)
    tokyo = door(world, "tokyo.desk", store)
    tokyo.leads.withdraw_evidence(paper)
    assert same(tokyo.leads.evidence_file(paper))
    assert kept_files(world.session) == {NAME: len(PDF)}
    tokyo.leads.restore_evidence(paper, distinct="it is right")
    assert paper.file_size == len(PDF)


def test_a_file_is_hidden_with_its_lead(world: World, store: FolderStore) -> None:
    """Who may not see a confidential lead is told that there is no such document, with its bytes at hand, too."""
    secret = add(world, store, lead=LeadFactory.create(world=world, secret=True, unit=None))
    frankfurt = door(world, "frankfurt.desk", store)
    with refused(world, NotFound, "not_found"):
        frankfurt.leads.evidence_file(secret)
    open_lead = frankfurt.leads.open(InvestorFactory.create(world=world), title="二期", station="frankfurt")
    told: dict[str, Any] = {"dated": world.today, "reference": "other"}
    same = frankfurt.leads.add_evidence(open_lead, "photograph", content=PDF, **told)
    assert same.file_size == len(PDF)


def test_a_checksum_alone_opens_nothing(world: World, store: FolderStore) -> None:
    """Who knows the SHA-256 of a file that others keep does not get it by putting the SHA-256 on record."""
    add(world, store)
    known = add(world, store, None, sha256=NAME)
    assert known.file_size is None
    with refused(world, Refused, "no_file"):
        door(world, "tokyo.desk", store).leads.evidence_file(known)
    other = add(world, store, b"%PDF-1.4 other")
    door(world, "tokyo.desk", store).leads.edit_evidence(other, sha256=NAME, distinct="another")
    assert other.file_size is None
    with refused(world, Refused, "no_file"):
        door(world, "tokyo.desk", store).leads.evidence_file(other)


def test_without_a_store_the_checksum_alone_is_kept(world: World, store: FolderStore) -> None:
    """A program that passes no store keeps no file, and cannot open one."""
    assert add(world, None, b"anything").file_size is None
    paper = add(world, store)
    with refused(world, Refused, "no_store"):
        world.tokyo.leads.evidence_file(paper)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00", "media"),
        (b"%PDF-" + bytes(4_000_000), "too_large"),
        ("text", "type"),
        (io.StringIO("text"), "type"),
        (7, "type"),
    ],
    ids=["empty", "program", "large", "text", "text stream", "number"],
)
def test_what_is_no_document_is_refused(world: World, store: FolderStore, content: object, code: str) -> None:
    """Empty, a program, too large, no bytes: nothing is kept, nothing is on record."""
    lead = LeadFactory.create(world=world)
    with refused(world, InvalidInput, code):
        add(world, store, content, lead=lead)
    assert not files(store)


class Changing(io.BytesIO):
    """A file that somebody writes to between the two times it is read."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go back, to other bytes."""
        super().seek(0)
        self.write(b"%PDF-9.9")
        return super().seek(offset, whence)


def test_a_file_that_changes_is_refused(world: World, store: FolderStore) -> None:
    """What is kept is what was examined."""
    lead = LeadFactory.create(world=world)
    with refused(world, Refused, "changed"):
        add(world, store, Changing(PDF), lead=lead)
    assert not files(store)


class Full(FolderStore):
    """A store on a disk without room."""

    def put(self, sha256: str, parts: Iterable[bytes]) -> None:
        """Write the first part only."""

        def some() -> Iterable[bytes]:
            yield next(iter(parts))
            raise OSError(28, "No space left on device")

        super().put(sha256, some())


def test_a_full_disk_keeps_nothing(world: World, tmp_path: Path) -> None:
    """It is said, no part of the file is left, and no document is on record."""
    lead = LeadFactory.create(world=world)
    with refused(world, DatabaseNotReady, "store"):
        add(world, Full(tmp_path / "full"), lead=lead)
    assert not files(Full(tmp_path / "full"))


@pytest.mark.parametrize("how", ["other", "short", "long", "empty", "missing"])
def test_a_damaged_file_is_found_when_it_is_read(world: World, store: FolderStore, how: str) -> None:
    """Before its last part is given out; bringing the same file again mends it."""
    paper = add(world, store)
    (path,) = files(store)
    content = {"other": PDF[:-1] + b"x", "short": PDF[:-1], "long": PDF + b"x", "empty": b"", "missing": b""}[how]
    path.unlink() if how == "missing" else path.write_bytes(content)
    read: list[bytes] = []
    with pytest.raises(DamagedRecord, match=NAME):
        read.extend(door(world, "tokyo.desk", store).leads.evidence_file(paper))
    assert len(b"".join(read)) < len(PDF)
    report = verify(store, kept_files(world.session))
    assert (report.missing, report.damaged) == (((NAME,), ()) if how == "missing" else ((), (NAME,)))
    add(world, store)
    assert same(door(world, "tokyo.desk", store).leads.evidence_file(paper))


def test_what_is_rolled_back_is_swept(world: World, store: FolderStore) -> None:
    """A file that no record names is removed a day later, never before; one with a record stays."""
    stays = add(world, store)
    with world.session.begin_nested() as savepoint:
        add(world, store, b"%PDF-1.4 rolled back")
        savepoint.rollback()
    wanted = kept_files(world.session)
    assert wanted == {stays.sha256: len(PDF)}
    assert verify(store, wanted, sweep=True).orphaned == ()
    (store.path / NAME[:2] / ".new-killed").write_bytes(b"half")
    for path in files(store):
        os.utime(path, (path.stat().st_mtime - GRACE - 60,) * 2)
    looked = verify(store, wanted)
    assert (looked.orphaned, looked.removed) == ((sha256(b"%PDF-1.4 rolled back").hexdigest(),), 0)
    swept = verify(store, wanted, sweep=True)
    assert (swept.count, swept.size, swept.removed) == (1, len(PDF), 2)
    assert [path.name for path in files(store)] == [NAME]


def test_files_are_copied_whole(world: World, store: FolderStore, tmp_path: Path) -> None:
    """What is damaged is not copied; what is there stays."""
    add(world, store)
    other = add(world, store, b"%PDF-1.4 damaged").sha256 or ""
    (store.path / other[:2] / other).write_bytes(b"x")
    target = FolderStore(tmp_path / "copy")
    assert copy(store, target, kept_files(world.session)) == 1
    assert [name for name, _ in target.kept()] == [NAME]
    assert copy(store, target, kept_files(world.session)) == 0


def test_a_name_that_is_no_checksum_reaches_no_file(store: FolderStore) -> None:
    """No path can be made of what is not 64 hex digits."""
    for name in ("../../etc/passwd", "0" * 63, "0" * 64 + "\n", "G" * 64, ""):
        with pytest.raises(ValueError, match="SHA-256"):
            store.open(name)


def test_a_host_brings_its_own_store(world: World) -> None:
    """Whatever has the two methods and the limit of the protocol."""

    class Memory:
        largest = 4_000_000

        def __init__(self) -> None:
            self.held: dict[str, bytes] = {}

        def put(self, sha256: str, parts: Iterable[bytes]) -> None:
            self.held[sha256] = b"".join(parts)

        def open(self, sha256: str) -> BinaryIO:
            return io.BytesIO(self.held[sha256])

    memory = Memory()
    tokyo = CRM(world.session, "tokyo.desk", clock=world.clock, files=memory)
    paper = tokyo.leads.add_evidence(
        LeadFactory.create(world=world), "photograph", dated=world.today, reference="1", content=PDF
    )
    assert same(tokyo.leads.evidence_file(paper))


def test_two_who_bring_the_same_file_at_once_keep_one(store: FolderStore) -> None:
    """Each writes under a name of its own; whoever ends last leaves the same bytes."""

    def parts() -> Iterable[bytes]:
        yield PDF[:5]
        store.put(NAME, [PDF])
        yield PDF[5:]

    store.put(NAME, parts())
    (path,) = files(store)
    assert sha256(path.read_bytes()).hexdigest() == NAME
