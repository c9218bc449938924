"""Recomputes what is derived from names: keys, legal forms, places, tokens, and the search index.

After an upgrade the rows still have the values of the older version; :func:`crm.schema.upgrade` calls :func:`reindex`.
A host that runs the revisions with its own Alembic calls it after them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, bindparam, func, select, text, update

from crm.models.base import table_of
from crm.models.derived import SOURCES, derived, derived_columns
from crm.models.search import FTS, REBUILD, made_of

#: Rows read, and written, at a time.
_BATCH = 2_000

#: Called with the table and how many of its rows are done, of how many.
Progress = Callable[[str, int, int], object]


def missing(connection: Connection) -> tuple[str, ...]:
    """Return the missing parts of the search: the index, the virtual table, its triggers."""
    known = (
        text("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
        if connection.dialect.name == "sqlite"
        else text("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
    )
    held = set(connection.scalars(known))
    return tuple(name for name in made_of(connection.dialect.name) if name not in held)


@contextmanager
def unindexed(connection: Connection) -> Iterator[None]:
    """Suspend the update of SQLite's search index inside the block, and rebuild it at the end.

    PostgreSQL maintains its index itself; it is only created if missing.
    """
    sqlite = connection.dialect.name == "sqlite"
    for name in reversed([*made_of("sqlite")]) if sqlite else ():
        connection.execute(text(f"DROP {'TABLE' if name == FTS else 'TRIGGER'} IF EXISTS {name}"))
    yield
    absent = missing(connection)
    for name, statement in made_of(connection.dialect.name).items():
        if name in absent:
            connection.execute(text(statement))
    if sqlite:
        connection.execute(text(REBUILD))


def reindex(connection: Connection, *, progress: Progress | None = None) -> Mapping[str, int]:
    """Recompute the columns derived from names and titles where they differ, and complete the search index.

    Rows are read and written in batches of 2,000, in the caller's transaction, and nothing is committed. A second run
    changes nothing. On SQLite the index is rebuilt; PostgreSQL maintains it itself.

    Args:
        connection: Of a database whose tables are those of this program.
        progress: Called after each batch with the table's name, rows done, rows in all.

    Returns:
        How many rows of each table were changed.
    """
    with unindexed(connection):
        changed = {table_of(model).name: _fill(connection, model, progress or (lambda *_: None)) for model in SOURCES}
    if sum(changed.values()) > _BATCH:
        # The planner needs statistics of the tokens.
        connection.execute(text("ANALYZE crm_investor_name"))
    return changed


def _fill(connection: Connection, model: type[object], progress: Progress) -> int:
    table, sources, columns = table_of(model), tuple(SOURCES[model]), sorted(derived_columns(model))
    total = connection.scalar(select(func.count()).select_from(table)) or 0
    page = (
        select(table.c.id, *(table.c[column] for column in (*sources, *columns)))
        .where(table.c.id > bindparam("after"))
        .order_by(table.c.id)
        .limit(_BATCH)
    )
    write = (
        update(table).where(table.c.id == bindparam("row")).values({column: bindparam(column) for column in columns})
    )
    changed = done = after = 0
    while rows := connection.execute(page, {"after": after}).all():
        after, done = rows[-1][0], done + len(rows)
        differing: list[dict[str, object]] = []
        for number, *held in rows:
            wanted = derived(model, dict(zip(sources, held, strict=False)))
            if [wanted[column] for column in columns] != held[len(sources) :]:
                differing.append({"row": number, **wanted})
        if differing:
            connection.execute(write, differing)
            changed += len(differing)
        progress(table.name, done, total)
    return changed
