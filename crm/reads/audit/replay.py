"""Compares each record with its entries, and each entry with its hash. Streamed: memory does not grow with either."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, cast

from attrs import define, field, frozen
from sqlalchemy import Table, and_, bindparam, select
from sqlalchemy.orm import Session

from crm.models import wordings
from crm.models.audited import AS_IT_IS, TOGETHER, Together, as_audited, audited_columns, record_name, veiled_columns
from crm.models.base import Versioned
from crm.models.derived import SOURCES, derived
from crm.models.sealing import CONVERTED, ENTRIES, KEYS, SEALED, hash_of
from crm.reads.audit.raw import Readable, Unreadable, readable, stream
from crm.reads.audit.rows import Discrepancy
from crm.values.plain import change_of

#: Where a row has the key of its record; no column is called like that.
_KEY = "/key"
#: The sums that entries signed of rows that are no records: by model, name of the sum, and record.
Sums = dict[tuple[type[Any], str, int], Any]


@frozen
class Log:
    """The entries as the seals list them.

    Attributes:
        taken_in: The seals of what was there before the log began.
        settled: No entry up to this number was to come after the last seal.
        emptied: The wordings that were taken out, as entries signed it: number of the entry and name of the wording.
    """

    taken_in: Collection[int]
    settled: int
    emptied: Collection[str] = frozenset()


@define
class Entry:
    """An audit entry as it is stored, and as it was sealed. The attributes are the columns."""

    id: Any
    at: Any
    actor_id: Any
    verb: Any
    record: Any
    record_id: Any
    record_uid: Any
    version: Any
    changes: Any
    reason: Any
    binding_id: Any
    hash: Any
    wordings: Any
    sealed: Any
    seal_number: Any
    converted: list[tuple[Any, ...]]

    def is_as_signed(self, log: Log) -> bool:
        """Say whether it is as it was signed, and as it was sealed if it was."""
        # Only entries of the upgrade that began the log have no actor, and only the entries it took in have no hash.
        if (self.hash is None or self.actor_id is None) and self.seal_number not in log.taken_in:
            return False
        # It was inserted below entries that were sealed when no lower number could appear any more.
        if self.seal_number is None and self.id <= log.settled:
            return False
        try:
            wanted = hash_of(self)
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return False
        # It was sealed as it was before upgrades converted it, which other entries sign: conversions.py.
        is_ = self.sealed
        for before, after in self.converted:
            if before != is_:
                return False
            is_ = after
        return self.hash in {None, wanted} and is_ in {None, wanted}

    def in_words(self, log: Log) -> tuple[dict[str, Any], list[tuple[str, str | None, str | None]]]:
        """Return its changes with the texts that stand, and the wordings that are wrong: column, wording, digest."""
        changes = self.changes if isinstance(self.changes, dict) else {}
        stand, signed = wordings.standing(self.wordings), wordings.signed(self.record, changes, self.reason)
        if not stand and not signed:
            return changes, []
        wrong: list[tuple[str, str | None, str | None]] = [
            (name, wording, None) for name, wording in stand.items() if name not in signed
        ]
        for name, (column, digest) in signed.items():
            wording, emptied = stand.get(name), f"{self.id}/{name}" in log.emptied
            if (wording is None) is not emptied or not (wording is None or wordings.fits(column, digest, wording)):
                wrong.append((column, wording, digest))
        return wordings.changes_of(self) if stand and changes else changes, wrong


@define
class Replayed:
    """The values that the entries of one record add up to.

    Attributes:
        values: By column, as the audit has it.
        version: The version of the record; None where no entry tells it.
        begun: There was an entry before.
    """

    values: dict[str, Any] = field(factory=dict)
    version: int | None = None
    begun: bool = False

    def take(self, entry: Entry, changes: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
        """Apply an entry; yield each column whose value before differs from the entry: name, entry's, known."""
        # Entries older than the log do not follow this rule.
        checked = entry.hash is not None and entry.actor_id is not None
        worded = wordings.worded_columns(entry.record) if changes else ()
        for key, pair in changes.items():
            (before, after), known = change_of(pair) or (None, None), self.values.get(key)
            # An emptied wording is not compared.
            open_ = key in worded and (wordings.is_digest(before) or wordings.is_digest(known))
            if checked and key != "version" and before != known and not open_:
                yield key, before, known
            self.values[key] = after
        if entry.version is not None:
            known = self.version if self.version is not None else int(self.begun)
            if checked and entry.version not in {known, known + 1}:
                yield "version", entry.version, known + 1
            self.version = entry.version
        self.begun = True


def discrepancies(
    session: Session, model: type[Any], log: Log, sums: Sums, step: Callable[[], object]
) -> Iterator[Discrepancy]:
    """Yield what is not accounted for among the records of a model and their entries. Two statements.

    Args:
        session: Whose transaction is read.
        model: Which records.
        log: The entries as the seals list them.
        sums: What entries signed of rows that are no records is put here.
        step: Called for each entry.
    """
    record = record_name(model)
    stored = _rows(session, model)
    number, row = next(stored, (None, None))
    for stored_id, entries in groupby(entries_of(session, record, step), key=attrgetter("record_id")):
        if not isinstance(stored_id, int):
            for entry in entries:
                yield Discrepancy(
                    record=record,
                    record_id=str(stored_id),
                    field="record_id",
                    stored=str(stored_id),
                    derived=None,
                    entry=entry.id,
                )
            continue
        while number is not None and row is not None and number < stored_id:
            yield _unsigned(record, number)
            number, row = next(stored, (None, None))
        mine = row if number == stored_id else None
        if mine is not None:
            number, row = next(stored, (None, None))
        yield from _record(model, stored_id, mine, entries, log, sums)
    while number is not None:
        yield _unsigned(record, number)
        number, row = next(stored, (None, None))


def _record(
    model: type[Any],
    number: int,
    row: Mapping[str, Any] | None,
    entries: Iterable[Entry],
    log: Log,
    sums: Sums,
) -> Iterator[Discrepancy]:
    """Replay the entries of one record, and compare its row with the result."""
    record, known = record_name(model), Replayed()
    for entry in entries:
        if not entry.is_as_signed(log):
            yield Discrepancy(
                record=record, record_id=number, field="hash", stored=_short(entry.hash), derived=None, entry=entry.id
            )
        changes, wrong = entry.in_words(log)
        for key, wording, digest in wrong:
            yield Discrepancy(
                record=record, record_id=number, field=key, stored=wording, derived=digest, entry=entry.id
            )
        for key, before, was in known.take(entry, changes):
            yield Discrepancy(record=record, record_id=number, field=key, stored=before, derived=was, entry=entry.id)
        if row is not None and entry.record_uid != row["uid"]:
            stored, uid = str(row["uid"]), str(entry.record_uid)
            yield Discrepancy(record=record, record_id=number, field="uid", stored=stored, derived=uid, entry=entry.id)
    if row is None:
        yield Discrepancy(record=record, record_id=number, field="id", stored=None, derived=number)
        return
    for key in TOGETHER.get(model, ()):
        sums[model, key, number] = known.values.get(key)
    yield from _row(model, row, known)


def _row(model: type[Any], row: Mapping[str, Any], known: Replayed) -> Iterator[Discrepancy]:
    """Compare a row with the result of its entries."""
    record, number, veiled = record_name(model), row["id"], veiled_columns(model)
    for key, value in _wanted(model, row, known).items():
        is_ = row[key]
        if isinstance(is_, Unreadable | bytes):
            is_ = str(is_)
        elif type(is_) not in AS_IT_IS or key in veiled:
            is_ = as_audited(model, key, is_, row.get(_KEY))
        if is_ != value:
            yield Discrepancy(record=record, record_id=number, field=key, stored=is_, derived=value)


def _wanted(model: type[Any], row: Mapping[str, Any], known: Replayed) -> Mapping[str, Any]:
    """Return the expected values of a row: those of its entries, and those derived from them."""
    wanted = {key: known.values.get(key) for key in audited_columns(model)}
    wanted |= derived(model, {key: row[key] for key in SOURCES.get(model, ()) if isinstance(row[key], str | None)})
    if issubclass(model, Versioned):
        wanted["version"] = 1 if known.version is None else known.version
    return wanted


def entries_of(session: Session, record: str, step: Callable[[], object] = lambda: None) -> Iterator[Entry]:
    """Yield the entries of a sort of record, by record. One statement; *step* is called for each."""
    rows = stream(session, _entries_of_a_record(), record=record)
    for _, group in groupby(rows, key=itemgetter(0)):
        step()
        lines = list(group)
        converted = [line[-2:] for line in lines if line[-2] is not None]
        yield Entry(*[*lines[0][:-2], converted])


@cache
def _entries_of_a_record() -> Readable:
    columns = [ENTRIES.c[name] for name in Entry.__annotations__ if name in ENTRIES.c]
    return readable(
        select(*columns, SEALED.c.hash, SEALED.c.seal_number, CONVERTED.c.before, CONVERTED.c.after)
        .select_from(
            ENTRIES.outerjoin(SEALED, SEALED.c.entry_id == ENTRIES.c.id).outerjoin(
                CONVERTED, CONVERTED.c.entry_id == ENTRIES.c.id
            )
        )
        .where(ENTRIES.c.record == bindparam("record", type_=ENTRIES.c.record.type))
        .order_by(ENTRIES.c.record_id, ENTRIES.c.id, CONVERTED.c.conversion_id)
    )


def _rows(session: Session, model: type[Any]) -> Iterator[tuple[int | None, Mapping[str, Any] | None]]:
    table = cast("Table", model.__table__)
    names = (*table.c.keys(), _KEY)
    for row in stream(session, _rows_of(table, keyed=record_name(model) if veiled_columns(model) else None)):
        # Only the rows of models with personal values have the key, one column more.
        values = dict(zip(names, row, strict=False))
        yield values["id"], values


@cache
def _rows_of(table: Table, *, keyed: str | None) -> Readable:
    rows = select(*table.c).order_by(table.c.id)
    if keyed is not None:
        mine = and_(KEYS.c.record == keyed, KEYS.c.record_id == table.c.id)
        rows = rows.add_columns(KEYS.c.key).select_from(table.outerjoin(KEYS, mine))
    return readable(rows)


def _unsigned(record: str, number: int) -> Discrepancy:
    return Discrepancy(record=record, record_id=number, field="id", stored=number, derived=None)


def _short(hash_: Any) -> str | None:
    return hash_.hex()[:16] if isinstance(hash_, bytes) else None


def together(session: Session, model: type[Any], key: str, rows: Together, sums: Sums) -> Iterator[Discrepancy]:
    """Yield the records whose rows no longer have the sum that their entry signed. One statement."""
    link, *_ = columns = rows.columns
    expected = {number: sum_ for (of, name, number), sum_ in sums.items() if of is model and name == key}
    for number, group in groupby(stream(session, select(*columns).order_by(link)), key=lambda row: row[0]):
        found = rows.sum([str(value) if isinstance(value, Unreadable) else value for value in row[1:]] for row in group)
        if found != (wanted := expected.pop(number, None)):
            yield Discrepancy(record=record_name(model), record_id=number, field=key, stored=found, derived=wanted)
    empty = rows.sum(())
    for number, wanted in expected.items():
        if wanted != empty:
            yield Discrepancy(record=record_name(model), record_id=number, field=key, stored=empty, derived=wanted)
