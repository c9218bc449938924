"""Triggers that keep what was written.

Rows of the history are only added, ledger entries and bindings only go forward, keys are only destroyed, wordings of
the audit only taken out.

They stop mistakes, and programs that write past the services; the owner of the tables can drop them, and then the audit
finds what was done. They are made after the revisions, as the parts of the search are, and dropped before a revision
runs: it may write what nobody else may, and SQLite drops the triggers of a table that it makes anew. Where Citus shards
the schema there are none: it allows no triggers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from sqlalchemy import JSON, Connection, Table, text

from crm.models.audit import DESTROYED, AuditEntry, AuditKey, AuditSeal, ConvertedEntry, SealedEntry
from crm.models.base import Base
from crm.models.claim import ClaimEvent
from crm.models.derived import derived_columns
from crm.models.lead import Assignment, CarriedOver, Redate, Transition
from crm.models.ledger import CapitalArrival, ContractAmount
from crm.models.place import Binding
from crm.models.request import RequestEvent

#: Tables whose rows are only added.
APPEND_ONLY: tuple[type[Base], ...] = (
    AuditSeal,
    SealedEntry,
    ConvertedEntry,
    Transition,
    Redate,
    Assignment,
    ClaimEvent,
    RequestEvent,
)
_SIGNED = (
    "verified_by_id verified_at confirmed_by_id confirmed_at usd_minor cny_minor usd_rate cny_rate rate_source rate_on"
    " immediate_country ultimate_country industry method unit_id"
).split()
#: Tables whose rows change in one direction only, with the columns that are written once. Otherwise only the state and
#: the version of a row change.
FORWARD: Mapping[type[Base], tuple[str, ...]] = {
    CapitalArrival: tuple(_SIGNED),
    ContractAmount: tuple(_SIGNED),
    Binding: ("ended_at",),
    CarriedOver: ("settled_at", "settled_by_id"),
}
#: Tables of keys, with the column that is overwritten by zeros, once.
ERASABLE: Mapping[type[Base], str] = {AuditKey: "key"}
#: Tables that are only added to, but for a column of texts by name, which are only taken out.
EMPTIED: Mapping[type[Base], str] = {AuditEntry: "wordings"}
#: That one such value is what another was, or less. What an upgrade has not converted yet has none.
_LESS = {
    "sqlite": "json_patch({old}, {new}) IS json({old})",
    "postgresql": "{old}::jsonb @> {new}::jsonb",
}
#: The steps of a ledger entry.
_STEPS = "({old} = 'reported' AND {new} = 'verified' OR {old} = 'verified' AND {new} = 'confirmed')"
FUNCTION = "crm_guard"
_REFUSES = (
    f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING"
    " MESSAGE = TG_TABLE_NAME || ' keeps what was written', ERRCODE = 'integrity_constraint_violation'; END $$"
)


def guards(dialect: str) -> Mapping[str, str]:
    """Return the triggers for a kind of database: ``{name: statement}``."""
    made = {}
    same = "IS" if dialect == "sqlite" else "IS NOT DISTINCT FROM"
    for model in (*APPEND_ONLY, *FORWARD, *ERASABLE, *EMPTIED):
        table = cast("Table", model.__table__)
        allowed = None
        if model in FORWARD:
            allowed = _forward(table, FORWARD[model], same)
            if again := derived_columns(model):
                # Computed anew from a column that stays.
                rest = (f"NEW.{column.key} {same} OLD.{column.key}" for column in table.c if column.key not in again)
                allowed = f"({allowed}) OR ({' AND '.join(rest)})"
        if model in ERASABLE:
            zeros = f"x'{DESTROYED.hex()}'" if dialect == "sqlite" else f"'\\x{DESTROYED.hex()}'::bytea"
            allowed = " AND ".join((*_rest(table, ERASABLE[model], same), f"NEW.{ERASABLE[model]} = {zeros}"))
        if model in EMPTIED:
            new, old = f"NEW.{EMPTIED[model]}", f"OLD.{EMPTIED[model]}"
            less = f"{old} IS NOT NULL AND {new} IS NOT NULL AND {_LESS[dialect].format(old=old, new=new)}"
            allowed = " AND ".join((*_rest(table, EMPTIED[model], same), less))
        for verb in ("update", "delete") if dialect == "sqlite" else ("update", "delete", "truncate"):
            name = f"{FUNCTION}_{table.name.removeprefix('crm_')}_{verb}"
            when = f" WHEN (NOT ({allowed}))" if verb == "update" and allowed else ""
            made[name] = f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table.name}" + (
                f"{when} BEGIN SELECT RAISE(ABORT, '{table.name} keeps what was written'); END"
                if dialect == "sqlite"
                else f" FOR EACH {'STATEMENT' if verb == 'truncate' else 'ROW'}{when} EXECUTE FUNCTION {FUNCTION}()"
            )
    return made


def _rest(table: Table, changed: str, same: str) -> Iterator[str]:
    """Yield the conditions that all columns but one stay as they are; JSON is compared as text."""
    for column in table.c:
        if column.key != changed:
            as_text = "::text" if isinstance(column.type, JSON) and same != "IS" else ""
            yield f"NEW.{column.key}{as_text} {same} OLD.{column.key}{as_text}"


def missing_guards(connection: Connection) -> tuple[str, ...]:
    """Return the triggers that are not there; none are wanted where Citus shards."""
    held = _held(connection)
    if connection.dialect.name == "postgresql" and connection.scalar(
        text("SELECT count(*) FROM pg_extension WHERE extname = 'citus'")
    ):
        return ()
    return tuple(name for name in guards(connection.dialect.name) if name not in held)


def put_guards(connection: Connection) -> None:
    """Make the triggers that are not there."""
    absent = missing_guards(connection)
    if absent and connection.dialect.name == "postgresql":
        connection.execute(text(_REFUSES))
    for name, statement in guards(connection.dialect.name).items():
        if name in absent:
            connection.execute(text(statement))


def drop_guards(connection: Connection) -> None:
    """Drop the triggers that are there."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"DROP FUNCTION IF EXISTS {FUNCTION}() CASCADE"))
        return
    for name in _held(connection):
        connection.execute(text(f"DROP TRIGGER {name}"))


def _held(connection: Connection) -> set[str]:
    """Return the triggers that are there."""
    known = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = current_schema() AND NOT tgisinternal"
    )
    return {name for name in connection.scalars(text(known)) if name.startswith(f"{FUNCTION}_")}


def _forward(table: Table, once: tuple[str, ...], same: str) -> str:
    """Return the condition that a row goes forward."""
    return " AND ".join(_parts(table, once, same))


def _parts(table: Table, once: tuple[str, ...], same: str) -> Iterator[str]:
    for column in table.c:
        stays = f"NEW.{column.key} {same} OLD.{column.key}"
        if column.key == "version":
            yield "NEW.version = OLD.version + 1"
        elif column.key == "state":
            yield _STEPS.format(old="OLD.state", new="NEW.state")
        elif column.key in once:
            yield f"(OLD.{column.key} IS NULL OR {stays})"
        else:
            yield stays
