"""A whole database as a file, and back: on SQLite and PostgreSQL, in both directions, verbatim."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from sqlalchemy import Connection, Engine, func, insert, select, text, update
from sqlalchemy.orm import Session

from crm import CRM, __version__, schema
from crm.db import make_engine, session_scope, sqlite_path
from crm.errors import AccessDenied, Conflict, CRMError, InvalidInput, Refused
from crm.exchange.dump import lines
from crm.loading import load
from crm.models import Base, Investor, Lead
from crm.models.guards import missing_guards
from tests.demo.conftest import FirstLoad
from tests.tiers import first_quick

pytestmark = pytest.mark.whole

ADMIN = "bureau.admin"


def export(engine: Engine, path: Path) -> Path:
    """Record an export, then write it."""
    with session_scope(engine) as session:
        recorded = CRM(session, ADMIN).exports.record(reason="to another server")
    with session_scope(engine, read_only=True, one_moment=True) as session:
        path.write_bytes(b"".join(lines(CRM(session, ADMIN).exports.all(recorded), __version__)))
    return path


Content = dict[str, list[tuple[Any, ...]]]


def content_of(connection: Connection) -> Content:
    """Return every row of every table, each value as its column's type."""
    return {
        name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
        for name, table in Base.metadata.tables.items()
    }


def content(engine: Engine) -> Content:
    """As :func:`content_of`, in a transaction of its own."""
    with engine.connect() as connection:
        return content_of(connection)


@frozen
class Exported:
    """The demo as a file.

    Attributes:
        path: The file.
        content: What the database had as it was exported, the record of that included.
    """

    path: Path
    content: Content


@pytest.fixture(scope="session")
def exported(first_load: FirstLoad, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The demo as a file; the record of the export is rolled back, as other tests use the database."""
    path = tmp_path_factory.mktemp("export") / "demo.jsonl"
    with first_load.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin() as transaction, Session(connection) as session:
            exports = CRM(session, ADMIN).exports
            recorded = exports.record(reason="to another server")
            path.write_bytes(b"".join(lines(exports.all(recorded), __version__)))
            found = content_of(connection)
            transaction.rollback()
    return Exported(path, found)


@pytest.fixture
def other(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on an empty database of the other kind."""
    url = f"sqlite:///{tmp_path}/new.db" if backend == "postgresql" else request.getfixturevalue("postgres_url")
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.mark.portable  # from SQLite to PostgreSQL and back, so that both are exported and loaded
def test_a_database_moves_to_the_other_kind_and_back(
    exported: Exported, other: Engine, fresh_engine: Engine, tmp_path: Path
) -> None:
    """Every table is the same and the audit verifies, after each move; numbers go on where they ended."""
    heard: list[tuple[str, int, int]] = []
    loaded = load(other, exported.path, progress=lambda *step: heard.append(step))
    before = exported.content
    assert content(other) == before
    assert loaded.counts == {name: len(rows) for name, rows in before.items()}
    assert heard[-1][1] <= heard[-1][2]
    assert schema.check(other) == ()
    back = export(other, tmp_path / "back.jsonl")
    load(fresh_engine, back)
    assert content(fresh_engine) == content(other)
    assert schema.check(fresh_engine) == ()
    for engine in (other, fresh_engine):
        with session_scope(engine) as session:
            crm = CRM(session, ADMIN)
            assert crm.audit.verify() == ()
            newest = session.scalar(select(func.max(Investor.id))) or 0
            assert crm.investors.add("Moved Trading GmbH", country="DE").id == newest + 1
            assert [found.name for found in crm.investors.find("Moved Trading")] == ["Moved Trading GmbH"]
            assert crm.audit.verify() == ()
        with engine.connect() as connection:
            assert missing_guards(connection) == ()


@pytest.mark.portable
def test_the_export_is_in_the_audit_and_in_the_file(exported: Exported) -> None:
    """With the reason; and the audit's entry of it was committed before anything was read."""
    (entry,) = [json.loads(line) for line in exported.path.read_text("utf-8").splitlines() if '"export.all"' in line]
    assert any("to another server" in str(value) for value in entry)  # its digest is hashed, its wording stands beside


@pytest.mark.portable
def test_only_an_admin_exports(first_load: FirstLoad) -> None:
    """Nobody else, whatever they may see."""
    with session_scope(first_load.engine, read_only=True) as session, pytest.raises(AccessDenied):
        CRM(session, "bureau.manager").exports.all(1)


@pytest.mark.portable
def test_an_export_without_a_record_is_refused(first_load: FirstLoad) -> None:
    """What the audit does not tell is not read."""
    with session_scope(first_load.engine, read_only=True, one_moment=True) as session, pytest.raises(Refused) as caught:
        CRM(session, ADMIN).exports.all(10_000)
    assert caught.value.problems[0].code == "unrecorded"


def test_a_mixture_of_moments_is_refused(migrated_engine: Engine) -> None:
    """On PostgreSQL others may write between two statements, unless the transaction sees one moment."""
    with session_scope(migrated_engine) as session:
        CRM(session, None).staff.found(ADMIN, "局长")
        exports = CRM(session, ADMIN).exports
        whole = exports.all(exports.record())
        if migrated_engine.dialect.name == "sqlite":
            assert next(whole.tables).table.name in whole.counts
            return
        with pytest.raises(Refused) as caught:
            next(whole.tables)
    assert caught.value.problems[0].code == "moments"


def signed(text_lines: list[bytes]) -> bytes:
    """Return lines with an end whose checksum matches, as an editor of the file could write it."""
    body = b"".join(text_lines)
    rows = sum(line.startswith(b"[") for line in text_lines)
    return body + json.dumps({"end": rows, "sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n"


def edited(found: list[bytes], start: bytes, old: bytes, new: bytes) -> list[bytes]:
    """Return the lines with one edit in the first row of a table that has the text."""
    table = next(number for number, line in enumerate(found) if line.startswith(start))
    number = next(number for number in range(table, len(found)) if old in found[number])
    return [*found[:number], found[number].replace(old, new, 1), *found[number + 1 :]]


Break = Callable[[list[bytes]], bytes]
INVESTORS, EMPLOYMENTS = b'{"table":"crm_investor"', b'{"table":"crm_employment"'
BROKEN: list[tuple[str, Break, type[CRMError], str]] = [
    ("edited", lambda found: b"".join(edited(found, INVESTORS, b'"JP"', b'"KR"')), InvalidInput, "export"),
    ("cut short", lambda found: b"".join(found[:50]), InvalidInput, "export"),
    ("cut within a line", lambda found: b"".join(found)[:-3], InvalidInput, "export"),
    ("longer", lambda found: b"".join([*found, b"\n"]), InvalidInput, "export"),
    ("empty", lambda _: b"", InvalidInput, "export"),
    ("no export", lambda _: b'{"a": 1}\n', InvalidInput, "export"),
    ("no JSON", lambda _: b"PK\x03\x04\n", InvalidInput, "export"),
    (
        "another revision",
        lambda found: signed([found[0].replace(b'"revision":"', b'"revision":"0'), *found[1:-1]]),
        InvalidInput,
        "revision",
    ),
    ("a table less", lambda found: signed(found[:-2]), InvalidInput, "export"),
    ("a row less", lambda found: signed([*found[:2], *found[3:-1]]), InvalidInput, "export"),
    ("a row twice", lambda found: signed([*found[:3], found[2], *found[4:-1]]), Conflict, "row"),
    (
        "a wrong type",
        lambda found: signed(edited(found[:-1], EMPLOYMENTS, b"[1,", b'["1",')),
        InvalidInput,
        "export",
    ),
    (
        "another country",
        lambda found: signed(edited(found[:-1], INVESTORS, b'"JP"', b'"KR"')),
        Refused,
        "discrepancies",
    ),
    (
        "a lost parent",
        lambda found: signed(edited(found[:-1], EMPLOYMENTS, b"[1,", b"[99999,")),
        Conflict,
        "foreign_key",
    ),
]


@pytest.mark.parametrize(("name", "change", "kind", "code"), first_quick(BROKEN))
def test_a_broken_file_is_refused(
    name: str, change: Break, kind: type[CRMError], code: str, exported: Exported, fresh_engine: Engine, tmp_path: Path
) -> None:
    """Cut short, edited, even with a checksum that matches: the database stays as it was, and a new file is removed."""
    broken = tmp_path / f"{name}.jsonl"
    broken.write_bytes(change(exported.path.read_bytes().splitlines(keepends=True)))
    with pytest.raises(kind) as caught:
        load(fresh_engine, broken)
    assert caught.value.problems[0].code == code
    assert schema.current(fresh_engine) == ()
    if (file := sqlite_path(fresh_engine)) is not None:
        assert not file.exists()


def test_a_database_with_staff_is_refused(first_load: FirstLoad, exported: Exported) -> None:
    """Nothing is mixed with what is there."""
    before = content(first_load.engine)
    with pytest.raises(Conflict) as caught:
        load(first_load.engine, exported.path)
    assert caught.value.problems[0].code == "not_empty"
    assert content(first_load.engine) == before


@pytest.mark.whole  # test_a_database_moves_to_the_other_kind_and_back fills tables that were just made
def test_tables_that_are_there_are_filled(migrated_engine: Engine, exported: Exported) -> None:
    """What came with them gives way to what the file has."""
    load(migrated_engine, exported.path)
    assert content(migrated_engine) == exported.content


@pytest.mark.whole  # that it is refused otherwise, test_a_broken_file_is_refused tells
def test_what_does_not_match_the_audit_is_loaded_on_demand(
    fresh_engine: Engine, other: Engine, exported: Exported, tmp_path: Path
) -> None:
    """As it was in the database that it is of, and every discrepancy is returned."""
    load(fresh_engine, exported.path)
    with fresh_engine.begin() as connection:
        connection.execute(update(Lead).where(Lead.id == 1).values(note="past the services"))
    file = export(fresh_engine, tmp_path / "tampered.jsonl")
    with pytest.raises(Refused):
        load(other, file)
    found = load(other, file, accept_discrepancies=True).discrepancies
    assert [(each.record, each.record_id, each.field) for each in found] == [("lead", 1, "note")]
    assert content(other) == content(fresh_engine)


@pytest.mark.portable
def test_a_damaged_value_stops_the_export(tmp_path: Path, exported: Exported) -> None:
    """SQLite stores anything in any column; the row and its columns are named, and the file is not written."""
    engine = make_engine(f"sqlite:///{tmp_path}/damaged.db")
    load(engine, exported.path)
    with engine.begin() as connection:
        connection.execute(text("UPDATE crm_lead SET moved_on = 'soon', note = x'00' WHERE id = 2"))
    with pytest.raises(Refused) as caught:
        export(engine, tmp_path / "none.jsonl")
    engine.dispose()
    assert caught.value.problems[0].params["row"] == "2"
    assert caught.value.problems[0].params["columns"] == "note, moved_on"


@pytest.mark.portable
@pytest.mark.usefixtures("collected_often")
@pytest.mark.whole  # rows in batches: test_a_database_moves_to_the_other_kind_and_back
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, exported: Exported) -> None:
    """Rows are read and written in batches: of twenty times as many entries no more are held."""
    table, peaks = Base.metadata.tables["crm_audit_key"], []
    for many in (3_000, 9_000):
        engine = make_engine(f"sqlite:///{tmp_path}/{many}.db")
        load(engine, exported.path)
        keys = [{"record": "none", "record_id": number, "key": bytes(32)} for number in range(many)]
        with engine.begin() as connection:
            connection.execute(insert(table), keys)
        del keys
        tracemalloc.start()
        with session_scope(engine) as session:
            recorded = CRM(session, ADMIN).exports.record()
        file = tmp_path / f"{many}.jsonl"
        with session_scope(engine, read_only=True) as session, file.open("wb") as stream:
            stream.writelines(lines(CRM(session, ADMIN).exports.all(recorded), __version__))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.reset_peak()
        copy = make_engine(f"sqlite:///{tmp_path}/{many}-copy.db")
        load(copy, file)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        copy.dispose()
        engine.dispose()
    assert peaks[2] < peaks[0] * 1.5
    assert peaks[3] < peaks[1] * 1.5
