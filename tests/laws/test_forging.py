"""Law 4 for people with write access to the database: verifying finds every forged row.

The database has a row in every table, by the calls that filled the frozen one. All of it is sealed first. Nobody here
recomputes the log: that is found against an anchor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from attrs import evolve
from sqlalchemy import JSON, Column, Connection, Engine, Enum, SmallInteger, Table, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm import CRM, schema
from crm.db import make_engine
from crm.errors import Ambiguous
from crm.models import (
    AuditEntry,
    AuditSeal,
    Base,
    ClosedArrival,
    ClosedContract,
    Closing,
    Import,
    ImportRow,
    Lead,
    Merge,
    MergeItem,
    Rate,
    RateLoad,
    SealedEntry,
)
from crm.models.audited import audited_models, record_name
from crm.models.base import Instant
from crm.models.guards import drop_guards
from crm.models.sealing import ENTRIES
from crm.reads.audit.rows import Discrepancy
from tests.databases import Databases
from tests.factories.ledgers import bring, rows
from tests.frozen.player import read
from tests.migrations.test_frozen import FROZEN
from tests.shared import MadeOnce

pytestmark = pytest.mark.portable

#: What no entry tells of a record: nothing. A column that comes to stand here needs a reason.
UNNOTICED: dict[str, str] = {}

RECORDS = {record_name(model): cast("Table", model.__table__) for model in audited_models()}
#: Rows that are no records: whose rows they are, and by which column.
OF_OTHERS: dict[type[Base], tuple[type[Base], str]] = {
    ClosedArrival: (Closing, "closing_id"),
    ClosedContract: (Closing, "closing_id"),
    ImportRow: (Import, "import_id"),
    MergeItem: (Merge, "merge_id"),
    Rate: (RateLoad, "load_id"),
}
LOG = (AuditEntry, AuditSeal, SealedEntry)


@pytest.fixture(scope="module")
def forgery_engine(databases: Databases, made_once: MadeOnce) -> Iterator[Engine]:
    """A database with a row in every table, sealed."""

    def fill(url: str) -> None:
        engine = make_engine(url)
        schema.upgrade(engine)
        with Session(engine) as session, session.begin():
            calls = list(read(FROZEN[-1] / "calls.jsonl"))
            for call in calls:
                try:
                    call.make(session)
                except Ambiguous:
                    # An investor with several open leads: by now the call has to say that none of them is meant.
                    whose = CRM(session, call.actor).investors.get(call.arguments[0])
                    evolve(call, arguments=(whose, *call.arguments[1:])).make(session)
            admin = CRM(session, "admin", clock=lambda: calls[-1].at)
            admin.staff.bind("admin", "host", "the admin")
            proven = CRM(session, "admin", clock=lambda: calls[-1].at, identity="the admin")
            proven.stations.edit("tokyo", host="a chamber")
            lead = session.scalars(select(Lead).order_by(Lead.id)).first()
            assert lead is not None
            admin.leads.redate(lead, lead.received_on - timedelta(days=1), move=1, reason="the first call was earlier")
            admin.leads.open(lead.investor_id, title="结转", station="tokyo", carried_over="signed", reason="旧台账")
            admin.leads.tag(lead, ["重点", "周会"], remove=())
            admin.tags.merge("周会", "重点")
            admin.views.save("leads.list", "周会", {"status": "active"}, columns=["title"])
            admin.leads.edit(lead, note="与王小明谈")
            admin.leads.edit(lead, note="与部长谈")
            admin.contacts.add(lead.investor_id, "王小明")
            admin.contacts.erase("王小明", reason="本人要求")
            bring(admin, rows({"investor.name": "入册商事", "investor.country": "JP"}))
            admin.audit.seal()
        engine.dispose()

    url = databases.create(made_once("forgery", fill))
    engine = make_engine(url)
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def forging(forgery_engine: Engine) -> Iterator[Connection]:
    """A connection of the owner of the tables, whom no trigger and no foreign key stops; on SQLite no CHECK either.

    Rolled back after the test.
    """
    with forgery_engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        transaction = connection.begin()
        drop_guards(connection)
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
        transaction.rollback()
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA ignore_check_constraints = OFF"))


def found(connection: Connection) -> set[tuple[str, Any, str]]:
    """Return what verifying names: record, number and field."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        discrepancies: tuple[Discrepancy, ...] = CRM(session, "admin").audit.verify()
        return {(discrepancy.record, discrepancy.record_id, discrepancy.field) for discrepancy in discrepancies}


def other(column: Column[Any], value: Any) -> Any:
    """Return another value of a column's type."""
    kind = column.type
    if isinstance(kind, Enum):
        return next(enum for enum in reversed(kind.enums) if enum != getattr(value, "value", value))
    if isinstance(kind, JSON):
        return {"forged": [1, 2]}
    if isinstance(kind, Instant):
        return datetime(2020, 2, 2, tzinfo=UTC)
    if value is None:
        return {str: "X", int: 7, bool: True, date: date(2020, 2, 2)}[kind.python_type]
    changed: dict[type, Callable[[Any], Any]] = {
        bool: lambda value: not value,
        int: lambda value: value + (7 if isinstance(kind, SmallInteger) else 700_001),
        str: lambda value: value[:-1] + ("Y" if value.endswith("X") else "X"),
        bytes: lambda value: bytes(octet ^ 1 for octet in value),
        date: lambda value: value + timedelta(days=1),
        UUID: lambda value: UUID(int=value.int ^ 1),
    }
    return changed[kind.python_type](value)


def forge(connection: Connection, table: Table, row: Any, **values: Any) -> bool:
    """Write values to a row; say whether the database let that happen."""
    statement = table.update().where(*(key == getattr(row, key.key) for key in table.primary_key)).values(values)
    try:
        with connection.begin_nested():
            connection.execute(statement)
    except DBAPIError:
        return False
    return True


def some_row(connection: Connection, table: Table) -> Any:
    """Return the last row of a table."""
    return connection.execute(select(table).order_by(*(key.desc() for key in table.primary_key)).limit(1)).one()


def forge_each(connection: Connection, columns: Callable[[Column[Any]], bool]) -> set[tuple[str, int, str]]:
    """Forge columns of one row of every table; return which ones the database let be forged."""
    forged = set()
    for record, table in RECORDS.items():
        row = some_row(connection, table)
        for column in filter(columns, table.c):
            if forge(connection, table, row, **{column.key: other(column, getattr(row, column.key))}):
                forged.add((record, row.id, column.key))
    return forged


def test_nothing_is_found_where_nothing_is_forged(forging: Connection) -> None:
    """An unchanged database matches its audit."""
    assert found(forging) == set()
    with Session(forging) as session:
        assert CRM(session, "admin").audit.standing().unsealed == 0


def test_every_column_of_every_record(forging: Connection) -> None:
    """Whatever column of a record is changed, the record and the column are named."""
    forged = forge_each(forging, lambda column: column.key not in {"id", "uid"})
    columns = {f"{record}.{column.key}" for record, table in RECORDS.items() for column in table.c}
    reached = {f"{record}.{field}" for record, _, field in forged}
    if forging.dialect.name == "sqlite":
        assert {column for column in columns if column.rpartition(".")[2] not in {"id", "uid"}} == reached
    assert {f"{record}.{field}" for record, _, field in forged - found(forging)} == set(UNNOTICED)


@pytest.mark.parametrize("key", ["id", "uid"])
def test_what_a_record_is_known_by(forging: Connection, key: str) -> None:
    """A record that takes another number or uid is named by the number it had."""
    forged = forge_each(forging, lambda column: column.key == key)
    assert len(forged) == len(RECORDS)
    assert forged - found(forging) == set()


def test_a_value_that_is_none_of_its_type(forging: Connection) -> None:
    """What cannot be read is named, and ends nothing."""
    if forging.dialect.name != "sqlite":
        pytest.skip("PostgreSQL lets no column hold what is none of its type")
    forged = set()
    # All are read before any can no longer be read.
    rows = {record: some_row(forging, table) for record, table in RECORDS.items()}
    for record, table in RECORDS.items():
        row = rows[record]
        for column in table.c:
            if column.key not in {"id", "uid"}:
                forging.execute(text(f"UPDATE {table.name} SET {column.key} = '{{Garbage' WHERE id = {row.id}"))
                forged.add((record, row.id, column.key))
    assert forged - found(forging) == set()


@pytest.mark.parametrize("model", OF_OTHERS, ids=lambda model: model.__tablename__)
def test_every_column_of_rows_that_are_no_records(forging: Connection, model: type[Base]) -> None:
    """A changed row of a merge, a closing or a load names the merge, the closing or the load."""
    table, (owner, link) = cast("Table", model.__table__), OF_OTHERS[model]
    row = some_row(forging, table)
    for column in table.c:
        savepoint = forging.begin_nested()
        if forge(forging, table, row, **{column.key: other(column, getattr(row, column.key))}):
            assert (record_name(owner), getattr(row, link)) in {place[:2] for place in found(forging)}, column.key
        else:
            assert forging.dialect.name == "postgresql", column.key
        savepoint.rollback()


@pytest.mark.parametrize("model", LOG, ids=lambda model: model.__tablename__)
def test_every_column_of_the_log(forging: Connection, model: type[Base]) -> None:
    """A changed entry names its record; a changed seal, or what it lists, names the seal or the record."""
    table = cast("Table", model.__table__)
    row = some_row(forging, table)
    for column in table.c:
        savepoint = forging.begin_nested()
        if forge(forging, table, row, **{column.key: other(column, getattr(row, column.key))}):
            named = {place[:2] for place in found(forging)}
            expected = ("audit_seal", row.number) if model is AuditSeal else (row.record, row.record_id)
            if model is SealedEntry:
                assert named & {expected, ("audit_seal", row.seal_number)}, column.key
            else:
                assert expected in named, column.key
        else:
            assert forging.dialect.name == "postgresql", column.key
        savepoint.rollback()


def test_records_that_vanished(forging: Connection) -> None:
    """A record that was taken away is named, in every table; so it is when its entries go with it."""
    gone = set()
    for record, table in RECORDS.items():
        row = some_row(forging, table)
        forging.execute(table.delete().where(table.c.id == row.id))
        gone.add((record, row.id))
    assert gone - {place[:2] for place in found(forging)} == set()
    for record, number in gone:
        forging.execute(ENTRIES.delete().where(ENTRIES.c.record == record, ENTRIES.c.record_id == number))
    assert gone - {place[:2] for place in found(forging)} == set()


@pytest.mark.parametrize("model", OF_OTHERS, ids=lambda model: model.__tablename__)
def test_rows_that_vanished(forging: Connection, model: type[Base]) -> None:
    """A row of a merge, a closing or a load that was taken away names the merge, the closing or the load."""
    table, (owner, link) = cast("Table", model.__table__), OF_OTHERS[model]
    row = some_row(forging, table)
    forging.execute(table.delete().where(*(key == getattr(row, key.key) for key in table.primary_key)))
    assert (record_name(owner), getattr(row, link)) in {place[:2] for place in found(forging)}


def test_a_row_that_was_put_in(forging: Connection) -> None:
    """A row that was inserted past the services is found, in every table."""
    put = set()
    for record, table in RECORDS.items():
        row = some_row(forging, table)
        values = {**row._mapping, "id": row.id + 700_001, "uid": UUID(int=row.uid.int ^ 1)}
        for column in ("number", "code", "username", "value", "edition"):
            if column in values and isinstance(values[column], str | int):
                values[column] = other(table.c[column], values[column])
        try:
            with forging.begin_nested():
                forging.execute(table.insert().values(values))
            put.add((record, values["id"], "id"))
        except DBAPIError:  # one of its unique columns says no
            continue
    assert len(put) > len(RECORDS) / 2
    assert put - found(forging) == set()


#: An entry of a lead that a later one superseded.
ENTRY = "id = (SELECT max(id) FROM crm_audit_entry WHERE record = 'lead' AND version = 2)"
TOLD = "at, actor_id, verb, record, record_id, record_uid, version, changes, reason, binding_id, hash, wordings"
ARRIVAL, LEAD = "record = 'capital_arrival' AND record_id = 1", "record = 'lead' AND record_id = 1"


def rewrite(where: str, old: str, new: str, column: str = "changes") -> str:
    """Return the statement that writes another text into the changes of entries, or their wordings."""
    return f"UPDATE crm_audit_entry SET {column} = replace({column}{{text}}, '{old}', '{new}'){{json}} WHERE {where}"


#: By what was done: whose record is to be named, and the statements.
STORIES: dict[str, tuple[str, ...]] = {
    "actor": ("lead", f"UPDATE crm_audit_entry SET actor_id = actor_id + 1 WHERE {ENTRY}"),
    "reason": ("lead", f"UPDATE crm_audit_entry SET reason = 'another' WHERE {ENTRY}"),
    "time": ("lead", f"UPDATE crm_audit_entry SET at = '2022-01-01 00:00:00.000000' WHERE {ENTRY}"),
    "what proved who acted": (
        "station",
        "UPDATE crm_audit_entry SET binding_id = NULL WHERE binding_id IS NOT NULL",
    ),
    "an identity that is another's": ("binding", "UPDATE crm_binding SET staff_id = staff_id + 1"),
    "the wording of a reason": ("lead", rewrite("record = 'lead'", r'"reason"\: "', r'"reason"\: "f', "wordings")),
    "an earlier wording, and its key": (
        "lead",
        rewrite("record = 'lead'", r'"title"\: "', r'"title"\: "f', "wordings"),
    ),
    "an earlier wording taken out by hand": (
        "lead",
        "UPDATE crm_audit_entry SET wordings = '{{}}' WHERE record = 'lead'",
    ),
    "what says that wordings were taken out": (
        "wording",
        "UPDATE crm_audit_entry SET changes = '{{}}' WHERE record = 'wording'",
    ),
    "verb": ("lead", f"UPDATE crm_audit_entry SET verb = 'lead.forge' WHERE {ENTRY}"),
    "a superseded value": ("lead", rewrite(ENTRY, "[", '["forged", ')),
    "a superseded entry deleted": ("lead", f"DELETE FROM crm_audit_entry WHERE {ENTRY}"),
    "a viewer made admin": ("staff", "UPDATE crm_staff SET role = 'admin' WHERE role = 'viewer'"),
    "the name of a station of the first tables": (
        "station",
        "UPDATE crm_station SET name = 'X' WHERE code = 'frankfurt'",
    ),
    "an amount multiplied, and its entry": (
        "capital_arrival",
        "UPDATE crm_capital_arrival SET amount_minor = 10 * amount_minor WHERE id = 1",
        rewrite(ARRIVAL, r'"amount_minor"\: [null, ', r'"amount_minor"\: [null, 1'),
    ),
    "an arrival deleted with its entries": (
        "capital_arrival",
        "DELETE FROM crm_capital_arrival",
        "DELETE FROM crm_audit_entry WHERE record = 'capital_arrival'",
    ),
    "the last move removed with its entries": (
        "transition",
        "DELETE FROM crm_audit_entry WHERE record = 'transition' AND record_id = (SELECT max(id) FROM crm_transition)",
        "DELETE FROM crm_transition WHERE id = (SELECT max(id) FROM crm_transition)",
    ),
    "a lead moved to another investor, and its entry": (
        "lead",
        "UPDATE crm_lead SET investor_id = investor_id + 1 WHERE id = 1",
        rewrite(LEAD, r'"investor_id"\: [null, ', r'"investor_id"\: [null, 1'),
    ),
    "the keys of what is said of persons": ("contact", "DELETE FROM crm_audit_key"),
    "the key of another record": ("contact", "UPDATE crm_audit_key SET record_id = record_id + 900000"),
    "what was before a merge": ("merge", r"""UPDATE crm_merge SET before = '{{"name"\: ["a", "b"]}}'"""),
    "an entry put in": (
        "lead",
        f"INSERT INTO crm_audit_entry ({TOLD}, id) SELECT {TOLD}, 900001 FROM crm_audit_entry WHERE {ENTRY}",
    ),
    "the hash and the seal of an entry taken away": (
        "lead",
        f"DELETE FROM crm_sealed_entry WHERE entry_{ENTRY}",
        f"UPDATE crm_audit_entry SET hash = NULL, reason = 'another' WHERE {ENTRY}",
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_story(forging: Connection, story: str) -> None:
    """Each way to forge that was tried on an earlier version, and went unnoticed."""
    record, *orders = STORIES[story]
    postgres = forging.dialect.name == "postgresql"
    casts = {kind: f"::{kind}" if postgres else "" for kind in ("text", "json")}
    for order in orders:
        assert forging.execute(
            text(order.format(**{key: value.replace(":", r"\:") for key, value in casts.items()}))
        ).rowcount
    assert record in {name for name, _, _ in found(forging)}
