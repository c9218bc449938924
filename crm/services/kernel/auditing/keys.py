"""The keys of the digests of personal values in the audit: made when needed, destroyed by erasing."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

from sqlalchemy import insert, select, tuple_, update
from sqlalchemy.orm import Session

from crm.models.audit import DESTROYED, KEY_SIZE
from crm.models.binding import OURS
from crm.models.sealing import KEYS

#: A record: its table without the prefix, and its number.
Record = tuple[str, int]


def keys_of(session: Session, records: Collection[Record], added: Collection[Record]) -> Mapping[Record, bytes]:
    """Return the keys of records, and make those that are not there. At most two statements; none for none.

    Args:
        session: The writing's.
        records: Those with a personal value to sign.
        added: Those that were added just now, and have none yet.
    """
    found: dict[Record, bytes] = {}
    if known := [record for record in records if record not in added]:
        mine = select(*KEYS.c).where(tuple_(KEYS.c.record, KEYS.c.record_id).in_(known))
        found = {(record, number): key for record, number, key in session.execute(mine, bind_arguments=OURS)}
    made = {record: os.urandom(KEY_SIZE) for record in records if record not in found}
    if made:
        rows = [{"record": record, "record_id": number, "key": key} for (record, number), key in made.items()]
        session.execute(insert(KEYS), rows, bind_arguments=OURS)
    return found | made


def destroy_keys(session: Session, records: Collection[Record]) -> None:
    """Overwrite the keys of records. One statement."""
    session.execute(
        update(KEYS).where(tuple_(KEYS.c.record, KEYS.c.record_id).in_(records)).values(key=DESTROYED),
        bind_arguments=OURS,
    )
