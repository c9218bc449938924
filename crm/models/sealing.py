"""Sealing: entries that are in no seal yet are listed in one, whose hash covers them and every seal before it.

Nothing that is there is changed. The services seal, and so did the upgrade that began the log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from attrs import frozen
from sqlalchemy import Connection, Row, Select, Table, and_, func, insert, select, text

from crm.models.audit import AuditEntry, AuditKey, AuditSeal, ConvertedEntry, SealedEntry
from crm.rules.audit.hashes import entry_hash, rows_hash, seal_hash, sealed_line

ENTRIES = cast("Table", AuditEntry.__table__)
SEALS = cast("Table", AuditSeal.__table__)
SEALED = cast("Table", SealedEntry.__table__)
KEYS = cast("Table", AuditKey.__table__)
CONVERTED = cast("Table", ConvertedEntry.__table__)
#: By which record the entry that signs a conversion is known; there is no such table.
CONVERSION = "audit_entry"
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


@frozen
class Sealing:
    """The result of sealing.

    Attributes:
        entries: How many entries were sealed.
        seals: In how many seals.
        number: The number of the last seal there is; 0 where there is none.
        head: Its hash, which stands for everything that is sealed; None where there is none.
    """

    entries: int
    seals: int
    number: int
    head: str | None


def unsealed(*columns: Any, after: int = 0) -> Select[Any]:
    """Return the entries above a number that are in no seal. No row up to that number is read, of either table."""
    return (
        select(*columns)
        .select_from(ENTRIES.outerjoin(SEALED, and_(SEALED.c.entry_id == ENTRIES.c.id, SEALED.c.entry_id > after)))
        .where(ENTRIES.c.id > after, SEALED.c.entry_id.is_(None))
    )


def _settled(connection: Connection, top: int) -> int:
    """Return a number up to which every entry is there now, or will never be. One statement, whatever the log's length.

    On SQLite writers commit one after another, so nothing comes below the last entry. On PostgreSQL numbers are given
    before the commit. Nothing comes below a seal that was written after every transaction that still runs began to
    write: who took a lower number had written the record before that, and has ended. The transaction of its row tells
    when a seal was written.
    """
    if connection.dialect.name != "postgresql":
        return top
    ended = text("age(xmin) >= age(pg_snapshot_xmin(pg_current_snapshot())::xid)")
    newest = select(SEALS.c.number).where(ended).order_by(SEALS.c.number.desc()).limit(1).scalar_subquery()
    return connection.scalar(select(func.max(SEALED.c.entry_id)).where(SEALED.c.seal_number == newest)) or 0


def seal(connection: Connection, now: datetime, *, taken_in: bool = False, progress: Progress | None = None) -> Sealing:
    """Seal the entries that are in no seal. Three statements for each 5,000 of them, and a few more.

    It reads no entries but those, and the few that were sealed since the last seal below which nothing can come.

    An entry without a hash is sealed with those that the beginning of the log takes in, never later: then somebody
    took its hash away.

    Args:
        connection: In a transaction that no other one seals in.
        now: The moment of sealing.
        taken_in: This is the beginning of the log, or what signs a conversion.
        progress: Called after each batch.

    Returns:
        How many seals were made, how many entries they have, and the last seal.
    """
    last = connection.execute(
        select(SEALS.c.number, SEALS.c.hash, SEALS.c.settled).order_by(SEALS.c.number.desc()).limit(1)
    ).first()
    number, head, before = last or (0, None, None)
    after = begins = before or 0
    # Entries committed during sealing are left for the next seal: their transaction may be newer than the seal's.
    top = connection.scalar(select(func.max(ENTRIES.c.id))) or 0
    settled = _settled(connection, top)

    def pending(*columns: Any) -> Select[Any]:
        found = unsealed(*columns, after=after).where(ENTRIES.c.id <= top)
        return found if taken_in and last is None else found.where(ENTRIES.c.hash.is_not(None))

    total = (connection.scalar(pending(func.count())) or 0) if progress is not None else 0
    made = done = 0
    # The rows of the seals get a transaction number of their own, above all that were given when top was read.
    with connection.begin_nested():
        while rows := connection.execute(pending(*ENTRIES.c).order_by(ENTRIES.c.id).limit(BATCH)).all():
            number, after, made, done = number + 1, rows[-1].id, made + 1, done + len(rows)
            begins = max(begins, min(settled, after))
            head = _seal(connection, rows, number=number, previous=head, now=now, taken_in=taken_in, settled=begins)
            if progress is not None:
                progress(ENTRIES.name, done, total)
    return Sealing(done, made, number, head)


def _seal(
    connection: Connection,
    rows: Sequence[Row[Any]],
    *,
    number: int,
    previous: str | None,
    now: datetime,
    taken_in: bool,
    settled: int,
) -> str:
    listed = [(entry.id, entry.record, entry.record_id, entry.hash or hash_of(entry)) for entry in rows]
    content = rows_hash(sealed_line(*entry) for entry in listed)
    head: dict[str, Any] = {"number": number, "at": now, "entries": len(rows), "content": content, "previous": previous}
    hash_ = seal_hash(**head, taken_in=taken_in)
    connection.execute(insert(SEALS), {**head, "hash": hash_, "taken_in": taken_in, "settled": settled})
    names = ("entry_id", "record", "record_id", "hash")
    connection.execute(
        insert(SEALED), [{"seal_number": number, **dict(zip(names, entry, strict=True))} for entry in listed]
    )
    return hash_
