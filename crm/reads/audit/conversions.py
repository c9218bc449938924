"""Whether the entries that an upgrade converted are those that it signed, and when that was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.models.sealing import CONVERSION, CONVERTED
from crm.reads.audit.raw import stream
from crm.reads.audit.replay import Log, entries_of
from crm.reads.audit.rows import Discrepancy
from crm.rules.audit.hashes import rows_hash
from crm.values.plain import change_of


def conversions(session: Session, log: Log) -> Iterator[Discrepancy]:
    """Yield the conversions that are not as they were signed. Two statements."""
    signed: dict[int, object] = {}
    for entry in entries_of(session, CONVERSION):
        pair = entry.changes.get("converted") if isinstance(entry.changes, dict) else None
        _, signed[entry.record_id] = change_of(pair) or (None, None)
        # Upgrades alone convert, and seal it at once.
        if not entry.is_as_signed(log) or entry.seal_number not in log.taken_in:
            yield _wrong(entry.record_id, "hash", None, None)
    columns = (CONVERTED.c.conversion_id, CONVERTED.c.entry_id, CONVERTED.c.before, CONVERTED.c.after)
    rows = stream(session, select(*columns).order_by(*columns[:2]))
    for number, group in groupby(rows, key=itemgetter(0)):
        found = rows_hash([entry, _hex(before), _hex(after)] for _, entry, before, after in group)
        if found != (wanted := signed.pop(number, None)):
            yield _wrong(number, "converted", found, wanted)
    for number, wanted in signed.items():
        yield _wrong(number, "converted", None, wanted)


def _hex(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _wrong(number: object, field: str, stored: object, derived: object) -> Discrepancy:
    return Discrepancy(record=CONVERSION, record_id=number, field=field, stored=stored, derived=derived)
