"""Personal values in entries of earlier versions are replaced by digests with a key: docs/audit.md.

The seals stay as they are, and so do the anchors made of them. For each entry that was sealed, its hash before and
after is listed, and an entry of the upgrade signs the list.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from crm.models.audit import KEY_SIZE
from crm.models.audited import as_audited, as_text, is_veiled, record_name, veiled_columns, veiled_models
from crm.models.base import table_of
from crm.models.guards import drop_guards
from crm.models.sealing import CONVERSION, CONVERTED, ENTRIES, KEYS, SEALED, SEALS, hash_of, seal
from crm.rules.audit.hashes import entry_hash, rows_hash
from crm.values.plain import KEYED, plain, veiled, veiled_without_key

VERB = "upgrade"
_REASON = "personal values of earlier entries replaced by digests with a key"
BATCH = 2_000
REWRITE = (
    update(ENTRIES)
    .where(ENTRIES.c.id == bindparam("entry"))
    .values(changes=bindparam("converted"), hash=bindparam("signature"))
)


def convert(connection: Connection, now: datetime) -> int:
    """Convert the entries of a database that has no keys yet, and return how many they were.

    In the caller's transaction; the triggers are dropped. Where the log has begun, what is not sealed is sealed first.
    """
    if connection.scalar(select(KEYS.c.record_id).limit(1)) is not None:
        return 0
    drop_guards(connection)
    begun = connection.scalar(select(SEALS.c.number).limit(1)) is not None
    if begun:
        seal(connection, now)
    number = next_number(connection)
    count = sum(
        _convert(connection, model, rows, number) for model in veiled_models() for rows in _pages(connection, model)
    )
    if begun and count:
        connection.execute(insert(ENTRIES), signature(connection, now, number, _REASON))
        seal(connection, now, taken_in=True)
    return count


def next_number(connection: Connection) -> int:
    """Return the number of the next conversion."""
    return (connection.scalar(select(func.max(CONVERTED.c.conversion_id))) or 0) + 1


def signature(connection: Connection, now: datetime, number: int, reason: str) -> dict[str, Any]:
    """Return the entry that signs a conversion."""
    columns = (CONVERTED.c.entry_id, CONVERTED.c.before, CONVERTED.c.after)
    listed = select(*columns).where(CONVERTED.c.conversion_id == number).order_by(CONVERTED.c.entry_id)
    sum_ = rows_hash([entry, before.hex(), after.hex()] for entry, before, after in connection.execute(listed))
    entry: dict[str, Any] = {
        "at": now,
        "actor_id": None,
        "verb": VERB,
        "record": CONVERSION,
        "record_id": number,
        "record_uid": UUID(int=0),
        "version": None,
        "changes": {"converted": [None, sum_]},
        "reason": reason,
    }
    return {**entry, "hash": entry_hash(**entry)}


def _pages(connection: Connection, model: type[Any]) -> Iterator[Sequence[Row[Any]]]:
    """Yield the rows of a model: number, uid, and the columns with personal values."""
    table = table_of(model)
    columns = (table.c.id, table.c.uid, *(table.c[key] for key in sorted(veiled_columns(model))))
    page, after = select(*columns).order_by(table.c.id).limit(BATCH), 0
    while rows := connection.execute(page.where(table.c.id > after)).all():
        yield rows
        after = rows[-1].id


def _convert(connection: Connection, model: type[Any], rows: Sequence[Row[Any]], number: int) -> int:
    """Convert the entries of some records, in the order of their numbers; return how many."""
    name = record_name(model)
    entries = connection.execute(
        select(ENTRIES, SEALED.c.hash.label("sealed"))
        .select_from(ENTRIES.outerjoin(SEALED, SEALED.c.entry_id == ENTRIES.c.id))
        .where(ENTRIES.c.record == name, ENTRIES.c.record_id.between(rows[0].id, rows[-1].id))
        .order_by(ENTRIES.c.record_id, ENTRIES.c.id)
    )
    of_record = {record_id: list(group) for record_id, group in groupby(entries, key=attrgetter("record_id"))}
    keys, written, listed = [], [], []
    for row in rows:
        secret = os.urandom(KEY_SIZE)
        if any(is_veiled(model, key, plain(getattr(row, key))) for key in veiled_columns(model)):
            keys.append({"record": name, "record_id": row.id, "key": secret})
        theirs = of_record.get(row.id, [])
        for entry, changes in zip(theirs, _converted(model, row, theirs, secret), strict=True):
            if changes == entry.changes:
                continue
            now_is = hash_of(Changed(entry, changes))
            written.append(
                {"entry": entry.id, "converted": changes, "signature": None if entry.hash is None else now_is}
            )
            if entry.sealed is not None:
                listed.append({"entry_id": entry.id, "conversion_id": number, "before": entry.sealed, "after": now_is})
    for statement, values in ((insert(KEYS), keys), (REWRITE, written), (insert(CONVERTED), listed)):
        if values:
            connection.execute(statement, values)
    return len(written)


def _converted(model: type[Any], row: Row[Any], entries: Sequence[Row[Any]], secret: bytes) -> Iterator[dict[str, Any]]:
    """Yield the changes of the entries of one record as they are from now on."""
    columns = veiled_columns(model)
    pairs = [(key, pair) for entry in entries for key, pair in entry.changes.items() if isinstance(pair, list)]
    last = {key: pair[-1] for key, pair in pairs if key in columns and pair}

    def converted(key: str, value: Any) -> Any:
        if not is_veiled(model, key, value):
            return value
        # A digest without a key that is not that of the value stays wrong, and verifying names it.
        if value == last.get(key) and (value == _without_key(row, key) or str(value).startswith(KEYED)):
            return as_audited(model, key, getattr(row, key), secret)
        return veiled(secret, key, as_text(value))

    for entry in entries:
        yield {
            key: [converted(key, value) for value in pair] if key in columns and isinstance(pair, list) else pair
            for key, pair in entry.changes.items()
        }


def _without_key(row: Row[Any], key: str) -> str | None:
    """Return the digest that earlier versions put into the audit for the value of a column."""
    value = plain(getattr(row, key))
    return None if value is None else veiled_without_key(row.uid, as_text(value))


class Changed:
    """An entry with other changes, and perhaps another reason, for its hash."""

    def __init__(self, entry: Row[Any], changes: Mapping[str, Any], **others: object) -> None:
        self._entry, self.changes = entry, changes
        vars(self).update(others)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)
