"""Recomputes what is derived from names: keys, legal forms, places, tokens, and the search index.

After an upgrade the rows still have the values of the older version; :func:`crm.schema.upgrade` calls :func:`reindex`.
A host that runs the revisions with its own Alembic calls it after them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from attrs import frozen
from sqlalchemy import Connection, and_, bindparam, case, func, select, text, update
from sqlalchemy.orm import aliased

from crm.models import Distinct, Investor, InvestorName
from crm.models.base import table_of
from crm.models.derived import SOURCES, derived, derived_columns
from crm.models.investor import of_one_form
from crm.models.search import FTS, REBUILD, made_of

#: Rows read, and written, at a time.
_BATCH = 2_000

#: Called with the table and how many of its rows are done, of how many.
Progress = Callable[[str, int, int], object]


@frozen(order=True)
class Clash:
    """Names of two investors that a new key makes one, the smaller number first.

    Attributes:
        one: Number of the first investor.
        one_name: Its name.
        other: Number of the second.
        other_name: Its name.
    """

    one: int
    one_name: str
    other: int
    other_name: str


#: Called with each pair of investors whose names were different until then, and are read as one.
Clashing = Callable[[Clash], object]


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


def reindex(
    connection: Connection, *, progress: Progress | None = None, clash: Clashing | None = None
) -> Mapping[str, int]:
    """Recompute the columns derived from names and titles where they differ, and complete the search index.

    Rows are read and written in batches of 2,000, in the caller's transaction, and nothing is committed. A second run
    changes nothing. On SQLite the index is rebuilt; PostgreSQL maintains it itself.

    Args:
        connection: Of a database whose tables are those of this program.
        progress: Called after each batch with the table's name, rows done, rows in all.
        clash: Called with the pairs of investors that new keys make one, and that nobody declared distinct.

    Returns:
        How many rows of each table were changed.
    """
    keyed: list[int] = []
    with unindexed(connection):
        changed = {
            table_of(model).name: _fill(connection, model, progress or (lambda *_: None), keyed) for model in SOURCES
        }
    if clash is not None:
        for pair in clashes(connection, keyed):
            clash(pair)
    if sum(changed.values()) > _BATCH:
        # The planner needs statistics of the tokens.
        connection.execute(text("ANALYZE crm_investor_name"))
    return changed


def clashes(connection: Connection, keyed: Sequence[int]) -> tuple[Clash, ...]:
    """Return the pairs of investors of which one name, given by its id, has the key of the other's."""
    one, other = aliased(InvestorName), aliased(InvestorName)
    first, second = aliased(Investor), aliased(Investor)
    ahead = one.investor_id < other.investor_id
    pair = (
        case((ahead, one.investor_id), else_=other.investor_id),
        case((ahead, other.investor_id), else_=one.investor_id),
    )
    statement = (
        select(one.investor_id, one.text, other.investor_id, other.text)
        .join(other, and_(other.key == one.key, other.investor_id != one.investor_id, of_one_form(one, other)))
        .join(first, first.id == one.investor_id)
        .join(second, second.id == other.investor_id)
        .outerjoin(Distinct, and_(Distinct.one_id == pair[0], Distinct.other_id == pair[1]))
        .where(first.archived_at.is_(None), second.archived_at.is_(None), Distinct.id.is_(None))
        .where(one.id.in_(bindparam("keyed", expanding=True)))
        .order_by(one.id, other.id)
    )
    found: dict[tuple[int, int], Clash] = {}
    for start in range(0, len(keyed), _BATCH):
        for a, name, b, twin in connection.execute(statement, {"keyed": keyed[start : start + _BATCH]}):
            pairs = Clash(a, name, b, twin) if a < b else Clash(b, twin, a, name)
            found.setdefault((pairs.one, pairs.other), pairs)
    return tuple(sorted(found.values()))


def _fill(connection: Connection, model: type[object], progress: Progress, keyed: list[int]) -> int:
    """Fill the derived columns of a table, and note the names of investors that had another key.

    Returns:
        How many rows were changed.
    """
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
                if model is InvestorName and held[len(sources) + columns.index("key")] not in {
                    "",
                    wanted["key"],
                }:
                    keyed.append(number)
        if differing:
            connection.execute(write, differing)
            changed += len(differing)
        progress(table.name, done, total)
    return changed
