"""Sealing: entries that are in no seal yet are listed in one, whose hash covers them and every seal before it.

Nothing that is there is changed. The services seal, and so did the upgrade that began the log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, Table, func, insert, select

from crm.models.audit import AuditEntry, AuditSeal, SealedEntry
from crm.rules.audit import entry_hash, rows_hash, seal_hash, sealed_line

ENTRIES = cast("Table", AuditEntry.__table__)
SEALS = cast("Table", AuditSeal.__table__)
SEALED = cast("Table", SealedEntry.__table__)
#: Entries of one seal at the most: so many are in memory at a time.
BATCH = 5_000

#: Called with the table and how many of its entries are sealed, of how many.
Progress = Callable[[str, int, int], object]


def hash_of(entry: Any) -> bytes:
    """Return the hash that an entry must have: a row of the table, or what else has its columns by name."""
    return entry_hash(
        at=entry.at,
        actor_id=entry.actor_id,
        verb=entry.verb,
        record=entry.record,
        record_id=entry.record_id,
        record_uid=entry.record_uid,
        version=entry.version,
        reason=entry.reason,
        changes=entry.changes,
        binding_id=entry.binding_id,
    )


def unsealed(*columns: Any) -> Select[Any]:
    """Return the entries that are in no seal."""
    return (
        select(*columns)
        .select_from(ENTRIES.outerjoin(SEALED, SEALED.c.entry_id == ENTRIES.c.id))
        .where(SEALED.c.entry_id.is_(None))
    )


def seal(
    connection: Connection, now: datetime, *, taken_in: bool = False, progress: Progress | None = None
) -> tuple[int, int]:
    """Seal the entries that are in no seal. Three statements for each 5,000 of them, and two more.

    An entry without a hash is sealed with those that the beginning of the log takes in, never later: then somebody
    took its hash away.

    Args:
        connection: In a transaction that no other one seals in.
        now: The moment of sealing.
        taken_in: This is the beginning of the log.
        progress: Called after each batch.

    Returns:
        How many seals were made, and how many entries they have.
    """
    pending = unsealed(*ENTRIES.c).order_by(ENTRIES.c.id).limit(BATCH)
    if not taken_in:
        pending = pending.where(ENTRIES.c.hash.is_not(None))
    last = connection.execute(select(SEALS.c.number, SEALS.c.hash).order_by(SEALS.c.number.desc()).limit(1)).first()
    number, previous = last or (0, None)
    total = (connection.scalar(unsealed(func.count())) or 0) if progress is not None else 0
    after = made = done = 0
    while rows := connection.execute(pending.where(ENTRIES.c.id > after)).all():
        number, after, made, done = number + 1, rows[-1].id, made + 1, done + len(rows)
        previous = _seal(connection, rows, number=number, previous=previous, now=now, taken_in=taken_in)
        if progress is not None:
            progress(ENTRIES.name, done, total)
    return made, done


def _seal(
    connection: Connection,
    rows: Sequence[Row[Any]],
    *,
    number: int,
    previous: str | None,
    now: datetime,
    taken_in: bool,
) -> str:
    listed = [(entry.id, entry.record, entry.record_id, entry.hash or hash_of(entry)) for entry in rows]
    content = rows_hash(sealed_line(*entry) for entry in listed)
    head: dict[str, Any] = {"number": number, "at": now, "entries": len(rows), "content": content, "previous": previous}
    hash_ = seal_hash(**head, taken_in=taken_in)
    connection.execute(insert(SEALS), {**head, "hash": hash_, "taken_in": taken_in})
    names = ("entry_id", "record", "record_id", "hash")
    connection.execute(
        insert(SEALED), [{"seal_number": number, **dict(zip(names, entry, strict=True))} for entry in listed]
    )
    return hash_
