"""Free texts in entries of earlier versions become digests, and their wordings are put beside them: docs/audit.md.

Seals and anchors stay as they are, as in :mod:`crm.upgrading.converting`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, insert, select, tuple_, update

from crm.models import Base
from crm.models.guards import drop_guards
from crm.models.sealing import CONVERSION, CONVERTED, ENTRIES, SEALED, SEALS, hash_of, seal
from crm.models.wordings import (
    EMPTIED,
    WORDING,
    put_apart,
    reason_apart,
    signed,
    standing,
    worded_columns,
)
from crm.rules.audit.hashes import entry_hash
from crm.upgrading.converting import BATCH, VERB, Changed, next_number, signature

_REASON = "free texts of earlier entries replaced by digests with a key"
_LOST = "free texts of earlier entries of which nothing but a digest was left"
_REWRITE = (
    update(ENTRIES)
    .where(ENTRIES.c.id == bindparam("entry"))
    .values(
        changes=bindparam("converted"),
        reason=bindparam("why"),
        hash=bindparam("signature"),
        wordings=bindparam("words"),
    )
)


def convert_texts(connection: Connection, now: datetime) -> int:
    """Convert the entries that have no wordings yet, and return how many sealed ones it changed.

    In the caller's transaction; the triggers are dropped if there is anything to convert. Where the log has begun, what
    is not sealed is sealed first. An entry that does not fit its hash stays as it is, and verifying names it.
    """
    page = (
        select(ENTRIES, SEALED.c.hash.label("sealed"))
        .select_from(ENTRIES.outerjoin(SEALED, SEALED.c.entry_id == ENTRIES.c.id))
        .where(ENTRIES.c.wordings.is_(None))
        .order_by(ENTRIES.c.id)
    )
    if connection.execute(page.limit(1)).first() is None:
        return 0
    drop_guards(connection)
    begun = connection.scalar(select(SEALS.c.number).limit(1)) is not None
    if begun:
        seal(connection, now)
    # Only a downgrade leaves digests without a text in every entry; otherwise wordings were removed.
    trusting = connection.scalar(select(ENTRIES.c.id).where(ENTRIES.c.wordings.is_not(None)).limit(1)) is None
    stale = _stale(connection) if trusting else []
    number, after, count, lost = max(next_number(connection), *stale, 0) + bool(stale), 0, 0, list[str]()
    while rows := connection.execute(page.where(ENTRIES.c.id > after).limit(BATCH)).all():
        after = rows[-1].id
        count += _convert(connection, rows, number, lost, trusting=trusting, downgraded=bool(stale))
    signatures = [
        signature(connection, now, again, _REASON) for again in (*stale, *([number] if begun and count else ()))
    ]
    if lost:
        signatures.append(_emptied(lost, now))
    if signatures:
        connection.execute(insert(ENTRIES), [{**entry, "wordings": {}} for entry in signatures])
    if begun and signatures:
        seal(connection, now, taken_in=True)
    return count


def _convert(
    connection: Connection,
    rows: Sequence[Row[*tuple[Any, ...]]],
    number: int,
    lost: list[str],
    *,
    trusting: bool,
    downgraded: bool,
) -> int:
    """Convert entries, and return how many sealed ones changed; *lost* gets the digests whose text is lost."""
    bare = {entry.id: names for entry in rows if (names := _bare(entry))}
    present = _present(connection, [entry for entry in rows if entry.id in bare]) if trusting and bare else {}
    earlier = select(CONVERTED.c.entry_id, CONVERTED.c.after).order_by(CONVERTED.c.conversion_id)
    earlier = earlier.where(CONVERTED.c.entry_id.between(rows[0].id, rows[-1].id))
    last = {row.entry_id: row.after for row in connection.execute(earlier)}
    written, listed, same = [], [], []
    for entry in rows:
        before = last.get(entry.id, entry.sealed)
        is_ = entry.hash in {None, before} or (downgraded and entry.id not in last)
        if not _fits(entry) or (entry.id in bare and not trusting) or (entry.sealed is not None and not is_):
            continue
        known = {key: [entry.changes[key][0], text] for key, text in present.get(entry.id, {}).items()}
        changes, words = put_apart(entry.record, {**entry.changes, **known})
        why, said = reason_apart(entry.reason)
        words |= said
        lost += [
            f"{entry.id}/{name}" for name in sorted(signed(entry.record, changes, why).keys() - standing(words).keys())
        ]
        now_is = hash_of(Changed(entry, changes, reason=why))
        if (changes, why) == (entry.changes, entry.reason) and before in {None, now_is}:
            same.append(entry.id)
            continue
        signature_ = None if entry.hash is None else now_is
        written.append({"entry": entry.id, "converted": changes, "why": why, "words": words, "signature": signature_})
        if before is not None:
            listed.append({"entry_id": entry.id, "conversion_id": number, "before": before, "after": now_is})
    for statement, values in ((_REWRITE, written), (insert(CONVERTED), listed)):
        if values:
            connection.execute(statement, values)
    connection.execute(update(ENTRIES).where(ENTRIES.c.id.in_(same)).values(wordings={}))
    return len(listed)


def _stale(connection: Connection) -> list[int]:
    """Return the conversions that a downgrade forgot: entries still sign them, and are signed anew as of nothing."""
    numbers = connection.scalars(select(ENTRIES.c.record_id).where(ENTRIES.c.record == CONVERSION).distinct())
    known = set(connection.scalars(select(CONVERTED.c.conversion_id).distinct()))
    return sorted(set(numbers) - known)


def _bare(entry: Row[*tuple[Any, ...]]) -> Collection[str]:
    """Return the names of the texts of which an entry without wordings has nothing but a digest."""
    return signed(entry.record, entry.changes, None).keys() if isinstance(entry.changes, dict) else ()


def _fits(entry: Row[*tuple[Any, ...]]) -> bool:
    """Return whether an entry is as its hash says."""
    try:
        return isinstance(entry.changes, dict) and entry.hash in {None, hash_of(entry)}
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return False


def _present(connection: Connection, bare: Sequence[Row[*tuple[Any, ...]]]) -> Mapping[int, Mapping[str, str]]:
    """Return the texts that records hold, by entry and column: of those entries that changed the column last."""
    records = {(entry.record, entry.record_id) for entry in bare}
    columns = (ENTRIES.c.id, ENTRIES.c.record, ENTRIES.c.record_id, ENTRIES.c.changes)
    theirs = select(*columns).where(tuple_(ENTRIES.c.record, ENTRIES.c.record_id).in_(records)).order_by(ENTRIES.c.id)
    last = {
        (entry.record, entry.record_id, key): entry.id
        for entry in connection.execute(theirs)
        if isinstance(entry.changes, dict)
        for key in worded_columns(entry.record) & entry.changes.keys()
    }
    found: dict[int, dict[str, str]] = {}
    for name in sorted({record for record, _ in records}):
        table = Base.metadata.tables[f"crm_{name}"]
        numbers = [number for record, number in records if record == name]
        for row in connection.execute(select(table).where(table.c.id.in_(numbers))):
            for key in worded_columns(name):
                text, entry = getattr(row, key), last.get((name, row.id, key))
                if entry is not None and isinstance(text, str):
                    found.setdefault(entry, {})[key] = text
    mine = {entry.id: _bare(entry) for entry in bare}
    return {
        entry: {key: text for key, text in texts.items() if f"to/{key}" in mine.get(entry, ())}
        for entry, texts in found.items()
    }


def _emptied(lost: Sequence[str], now: datetime) -> dict[str, Any]:
    """Return the entry that signs which texts are lost."""
    entry: dict[str, Any] = {
        "at": now,
        "actor_id": None,
        "verb": VERB,
        "record": WORDING,
        "record_id": int(lost[0].partition("/")[0]),
        "record_uid": UUID(int=0),
        "version": None,
        "changes": {EMPTIED: [None, list(lost)]},
        "reason": _LOST,
    }
    return {**entry, "hash": entry_hash(**entry)}
