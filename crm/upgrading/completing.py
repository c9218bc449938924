"""The steps after the revisions, on the tables of this program.

Names are derived anew, what earlier versions left of erased persons is erased, the audit's log begins, and the triggers
that keep what was written are made.

Upgrading does both by itself. A host whose own Alembic runs the revisions, or who owns the tables, calls
:func:`crm.schema.reindex` after them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, select

from crm.models.audited import TOGETHER, as_audited, audited_columns, audited_models, record_name
from crm.models.base import is_seed, table_of
from crm.models.guards import put_guards
from crm.models.lead import Transition
from crm.models.merge import Merge
from crm.models.place import Station, StationEvent
from crm.models.sealing import ENTRIES, KEYS, SEALS, seal
from crm.rules.audit.hashes import entry_hash
from crm.upgrading.converting import convert
from crm.upgrading.erasing import erase_rest
from crm.upgrading.reindexing import Clashing, Progress, reindex
from crm.upgrading.wording import convert_texts

#: The verb of entries of the upgrade, which have no actor.
VERB = "upgrade"
_REASON = "taken in as it stood when the log of the audit began"
#: Models of which no entry told how a record was added: moves, and what came with the first tables.
_WHOLE = (Transition, Station, StationEvent)
_BATCH = 2_000


def complete(
    connection: Connection, *, progress: Progress | None = None, clash: Clashing | None = None
) -> Mapping[str, int]:
    """Derive names again, begin the log of the audit where it has not begun, and make the triggers.

    In the caller's transaction.

    Args:
        connection: Of a database whose tables are those of this program.
        progress: Called now and then with a table's name, rows done, and rows in all.
        clash: As for :func:`crm.upgrading.reindexing.reindex`.

    Returns:
        How many rows of each table were derived anew.
    """
    changed = reindex(connection, progress=progress, clash=clash)
    now = datetime.now(UTC)
    convert(connection, now)
    erase_rest(connection, now)
    begins = connection.scalar(select(SEALS.c.number).limit(1)) is None
    for model in audited_models() if begins else ():
        _take_in(connection, model, now)
    convert_texts(connection, now)
    if begins:
        seal(connection, now, taken_in=True, progress=progress)
    put_guards(connection)
    return changed


def _take_in(connection: Connection, model: type[object], now: datetime) -> None:
    """Write an audit entry for each record whose entries so far do not contain all its values."""
    table = table_of(model)
    untold = {"digest", "before"} if model is Merge else {"digest"}
    columns = [column for column in audited_columns(model) if column in untold or model in _WHOLE]
    known = ["id", "uid", *(name for name in ("version",) if name in table.c)]
    mine = and_(KEYS.c.record == record_name(model), KEYS.c.record_id == table.c.id)
    page = (
        select(*(table.c[column] for column in (*known, *columns)), KEYS.c.key.label("secret"))
        .select_from(table.outerjoin(KEYS, mine))
        .order_by(table.c.id)
        .limit(_BATCH)
    )
    after = 0
    while rows := connection.execute(page.where(table.c.id > after)).all():
        after = rows[-1].id
        entries = []
        for row in rows:
            whole = model is Transition or is_seed(row.uid)
            changes = {
                key: [None, as_audited(model, key, value, row.secret)]
                for key in columns
                if (whole or key in untold) and (value := getattr(row, key)) is not None
            } | dict(_together(connection, model, row.id))
            version = getattr(row, "version", None)
            if changes or version not in {None, 1}:
                entry: dict[str, Any] = {
                    "at": now,
                    "actor_id": None,
                    "verb": VERB,
                    "record": record_name(model),
                    "record_id": row.id,
                    "record_uid": row.uid,
                    "version": version,
                    "changes": changes or {"version": [None, version]},
                    "reason": _REASON,
                }
                entries.append({**entry, "hash": entry_hash(**entry)})
        if entries:
            connection.execute(insert(ENTRIES), entries)


def _together(connection: Connection, model: type[object], record_id: int) -> Iterator[tuple[str, list[str | None]]]:
    for key, rows in TOGETHER.get(model, {}).items():
        yield key, [None, rows.sum(connection.execute(rows.of(record_id)))]
