"""Loads an export of a whole database into an empty one, verbatim, and verifies it: docs/export.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from attrs import frozen
from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from crm import schema
from crm.addresses import shown
from crm.db import connection_scope, sqlite_path
from crm.errors import N_, Conflict, Refused, problem
from crm.exchange.dump import Dump, Progress
from crm.models import Base, Investor, Lead, Staff
from crm.models.guards import drop_guards, put_guards
from crm.reads.audit.queries import discrepancies
from crm.reads.audit.rows import Discrepancy
from crm.upgrading.reindexing import unindexed

#: Rows written at a time.
_BATCH = 1_000
_FOREIGN = text(
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conrelid, conname"
)


@frozen
class Loaded:
    """The result of a load.

    Attributes:
        counts: The number of rows of each table.
        discrepancies: What does not match the audit; only where the caller accepted that.
    """

    counts: Mapping[str, int]
    discrepancies: tuple[Discrepancy, ...]


def load(
    engine: Engine, path: Path | str, *, accept_discrepancies: bool = False, progress: Progress | None = None
) -> Loaded:
    """Fill an empty database with an export, verbatim, and verify it. Whole or not at all, in one transaction.

    The tables are made if there are none. What is loaded must satisfy every constraint of the database, every foreign
    key, and the audit.

    Args:
        engine: On SQLite or PostgreSQL, as :func:`crm.db.make_engine` returns it.
        path: A file of `crm export all`.
        accept_discrepancies: Load even what does not match the audit, and return it.
        progress: Called now and then with a table, rows done, and rows in all.

    Raises:
        InvalidInput: The file is no export, was cut short or edited, or has tables of another version.
        DatabaseNotReady: The database cannot be opened, or has tables of another version.
        Conflict: The database is not empty, or does not accept a row.
        Refused: What was loaded does not match the audit.
    """
    with closing(Dump(Path(path))) as dump, _without_remains(engine), connection_scope(engine) as connection:
        if not schema.current(connection):
            schema.upgrade(connection)
        schema.require_current(connection)
        _require_empty(connection)
        drop_guards(connection)
        with _accepted(dump.path), unindexed(connection), _without_keys(connection):
            for table in Base.metadata.tables.values():
                connection.execute(delete(table))
            _fill(connection, dump, progress)
        _set_sequences(connection)
        put_guards(connection)
        connection.execute(text("ANALYZE"))
        with Session(connection) as session:
            found = tuple(discrepancies(session, progress=progress))
        if found and not accept_discrepancies:
            first = found[0]
            raise Refused(
                problem(
                    N_("{count} things in {file} do not match the audit; the first is {field} of {record} {id}."),
                    N_(
                        "Nothing was changed. Run `crm audit verify` on the database that the file is of. If it says "
                        "the same, load it with --accept-discrepancies."
                    ),
                    code="discrepancies",
                    count=len(found),
                    file=str(path),
                    field=first.field,
                    record=first.record,
                    id=str(first.record_id),
                )
            )
        return Loaded(dump.header.counts, found)


def _fill(connection: Connection, dump: Dump, progress: Progress | None) -> None:
    total, done = sum(dump.header.counts.values()), 0
    for name, rows in dump.rows():
        statement = insert(Base.metadata.tables[name])
        while batch := list(islice(rows, _BATCH)):
            connection.execute(statement, batch)
            done += len(batch)
            if progress is not None:
                progress(name, done, total)


def _require_empty(connection: Connection) -> None:
    """Raise Conflict unless a database has nothing but what came with its tables."""
    models = {"staff": Staff, "investors": Investor, "leads": Lead}
    counts = {name: connection.scalar(select(func.count()).select_from(model)) or 0 for name, model in models.items()}
    if any(counts.values()):
        raise Conflict(
            problem(
                N_("The database {url} is not empty: {staff} staff, {investors} investors, {leads} leads."),
                N_("Name a new one, such as --db sqlite:///new.db; `crm db load` makes its tables."),
                field="db",
                code="not_empty",
                url=shown(connection.engine.url),
                **counts,
            )
        )


@contextmanager
def _without_keys(connection: Connection) -> Iterator[None]:
    """Drop the foreign keys inside the block, and check them all at its end: tables refer to each other in circles.

    On SQLite :func:`crm.db.connection_scope` enforces none.
    """
    if connection.dialect.name == "sqlite":
        yield
        if broken := sorted({str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}):
            raise _refused_rows(", ".join(broken))
        return
    keys = connection.execute(_FOREIGN).all()
    for table, name, _ in keys:
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    yield
    for table, name, definition in keys:
        try:
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        except IntegrityError as error:
            raise _refused_rows(table) from error


def _refused_rows(tables: str) -> Conflict:
    return Conflict(
        problem(
            N_("Rows of {tables} refer to missing rows."),
            N_("Nothing was changed. Repair the database that the file is of, then export again: crm export all FILE"),
            code="foreign_key",
            tables=tables,
        )
    )


@contextmanager
def _accepted(path: Path) -> Iterator[None]:
    """Say why the database does not accept a row."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise Conflict(
            problem(
                N_("The database does not accept a row of {file}: {why}."),
                N_("Nothing was changed. Repair the row in the database that the file is of, then export again."),
                code="row",
                file=str(path),
                why=str(error.orig).splitlines()[0][:200].rstrip("."),
            )
        ) from error


def _set_sequences(connection: Connection) -> None:
    """Let the numbers go on after the last one; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.tables.values():
        if (sequence := _sequence(connection, table)) is not None:
            highest = select(func.max(table.c.id)).scalar_subquery()
            connection.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))


def _sequence(connection: Connection, table: Table) -> str | None:
    """Return the sequence of the numbers of a table; None if it has none."""
    if "id" not in table.c:
        return None
    found: str | None = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
    return found


@contextmanager
def _without_remains(engine: Engine) -> Iterator[None]:
    """Remove a SQLite file that was not there before, if the block fails."""
    file = sqlite_path(engine)
    fresh = file is not None and not file.exists()
    try:
        yield
    except BaseException:
        if file is not None and fresh:
            engine.dispose()
            for ending in ("", "-wal", "-shm"):
                file.with_name(file.name + ending).unlink(missing_ok=True)
        raise
