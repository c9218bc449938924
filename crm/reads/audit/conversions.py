"""Whether converted and emptied entries match what was signed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from attrs import evolve
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.models.sealing import CONVERSION, CONVERTED
from crm.models.wordings import EMPTIED, WORDING
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
    nothing = rows_hash(())
    for number, wanted in signed.items():
        # A downgrade removed it, and the next upgrade signed that.
        if wanted == nothing:
            continue
        yield _wrong(number, "converted", None, wanted)


def emptied(session: Session, log: Log, found: set[str]) -> Iterator[Discrepancy]:
    """Put the wordings that were emptied into *found*; yield the entries that are not as signed. One statement."""
    signing = list(entries_of(session, WORDING))
    for entry in signing:
        pair = entry.changes.get(EMPTIED) if isinstance(entry.changes, dict) else None
        _, names = change_of(pair) or (None, None)
        if entry.is_as_signed(log) and isinstance(names, list):
            found.update(map(str, names))
        else:
            yield _wrong(entry.record_id, "hash", None, None, record=WORDING)
    whole = evolve(log, emptied=found)
    for entry in signing:
        for key, wording, digest in entry.in_words(whole)[1]:
            yield _wrong(entry.record_id, key, wording, digest, record=WORDING)


def _hex(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _wrong(number: object, field: str, stored: object, derived: object, *, record: str = CONVERSION) -> Discrepancy:
    return Discrepancy(record=record, record_id=number, field=field, stored=stored, derived=derived)
