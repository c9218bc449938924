"""The audit: how long verifying and sealing take, and what hashing costs those who write.

python -m benchmarks.auditing --entries 1000000
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
from collections.abc import Mapping
from multiprocessing.synchronize import Barrier
from statistics import median
from time import perf_counter
from typing import Any, cast

from attrs import frozen
from sqlalchemy import Connection, Table, delete, insert, select
from sqlalchemy.orm import Session

from benchmarks.databases import BACKENDS, databases
from benchmarks.seeding import ACTOR, seed, settle
from crm import CRM, make_engine
from crm.db import session_scope
from crm.models.audit import KEY_SIZE
from crm.models.audited import as_audited, audited_columns, audited_models, record_name, veiled_columns
from crm.models.guards import drop_guards, put_guards
from crm.models.sealing import ENTRIES, KEYS, SEALED, hash_of
from crm.models.sealing import seal as seal_entries
from crm.models.wordings import put_apart
from crm.services.kernel.auditing import signing
from tests.databases import Databases

#: Entries of one lead and what belongs to it, as :func:`benchmarks.seeding.seed` makes them.
A_LEAD = 14
WRITERS = 16
_PAGE = 5_000


@frozen
class Verified:
    """What verifying and sealing took.

    Attributes:
        entries: How many there are.
        verify: Seconds to verify all of it.
        seal: Seconds to seal the few entries of one lead, with all others sealed.
        memory: By how many kilobytes verifying raised what the process needed at most.
    """

    entries: int
    verify: float
    seal: float
    memory: int


@frozen
class Entry:
    """What an entry holds; the attributes are the columns."""

    at: Any
    actor_id: int
    verb: str
    record: str
    record_id: int
    record_uid: Any
    version: int | None
    changes: Mapping[str, Any]
    reason: str | None
    wordings: dict[str, Any]
    binding_id: int | None = None


def fill(url: str, entries: int) -> None:
    """Fill an empty database so that it has about so many entries, each true, hashed and sealed."""
    seed(url, max(2, entries // A_LEAD))
    engine = make_engine(url)
    with engine.begin() as connection:
        newest = select(ENTRIES.c.at, ENTRIES.c.actor_id).order_by(ENTRIES.c.id.desc()).limit(1)
        at, actor = connection.execute(newest).one()
        drop_guards(connection)
        # The copied entries have the hashes of others.
        connection.execute(delete(ENTRIES).where(ENTRIES.c.id.not_in(select(SEALED.c.entry_id))))
        for model in audited_models():
            _rewrite(connection, model, at, actor)
        seal_entries(connection, at)
        put_guards(connection)
    engine.dispose()
    settle(url)


def _rewrite(connection: Connection, model: type[Any], at: Any, actor: int) -> None:
    """Write an entry for each record that has none."""
    table, record = cast("Table", model.__table__), record_name(model)
    told = set(connection.scalars(select(ENTRIES.c.record_id).where(ENTRIES.c.record == record)))
    page = select(table).order_by(table.c.id).limit(_PAGE)
    after = 0
    while rows := connection.execute(page.where(table.c.id > after)).all():
        after = rows[-1].id
        secrets = {row.id: os.urandom(KEY_SIZE) for row in rows if row.id not in told}
        written = [_entry(model, record, row, secrets[row.id], at, actor) for row in rows if row.id in secrets]
        if written and veiled_columns(model):
            of_these = KEYS.c.record_id.between(rows[0].id, rows[-1].id)
            connection.execute(delete(KEYS).where(KEYS.c.record == record, of_these, KEYS.c.record_id.not_in(told)))
            keys = [{"record": record, "record_id": number, "key": secret} for number, secret in secrets.items()]
            connection.execute(insert(KEYS), keys)
        if written:
            connection.execute(insert(ENTRIES), [{**_values(entry), "hash": hash_of(entry)} for entry in written])


def _values(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__annotations__}


def _entry(model: type[Any], record: str, row: Any, secret: bytes, at: Any, actor: int) -> Entry:
    changes = {
        key: [None, as_audited(model, key, value, secret)]
        for key in audited_columns(model)
        if (value := getattr(row, key)) is not None
    }
    digests, wordings = put_apart(record, changes)
    return Entry(
        at, actor, "benchmark.fill", record, row.id, row.uid, getattr(row, "version", None), digests, None, wordings
    )


def verified(url: str) -> Verified:
    """Verify a whole database, then seal a little.

    Raises:
        SystemExit: Something did not match; then nothing was measured.
    """
    engine = make_engine(url)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with session_scope(engine, read_only=True, one_moment=True) as session:
        audit = CRM(session, "admin").audit
        entries = audit.standing().entries
        start = perf_counter()
        wrong = audit.verify()
        verify = perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if wrong:
        raise SystemExit(f"{len(wrong)} discrepancies, such as {wrong[:3]}")
    with session_scope(engine) as session:
        CRM(session, ACTOR).leads.edit(1, title="another")
    start = perf_counter()
    with session_scope(engine) as session:
        CRM(session, "admin").audit.seal()
    seal = perf_counter() - start
    engine.dispose()
    return Verified(entries, verify, seal, memory)


def write(url: str, first: int, acts: int, hashing: bool, ready: Barrier) -> None:  # noqa: FBT001 - what a process is started with
    """Log visits to leads, from the first on, each in a transaction of its own, as soon as all writers are ready."""
    if not hashing:
        vars(signing).update(entry_hash=_no_hash, put_apart=_as_it_is, reason_apart=lambda reason: (reason, {}))
    engine = make_engine(url)
    with Session(engine) as session:
        CRM(session, ACTOR).leads.show(first)
    ready.wait()
    for number in range(first, first + acts):
        with Session(engine) as session, session.begin():
            CRM(session, ACTOR).meetings.log(number, summary="谈", contacts=[number], promised=["送资料"])
    engine.dispose()


def _no_hash(**_values: object) -> bytes:
    return bytes(32)


def _as_it_is(_record: str, changes: Mapping[str, Any]) -> tuple[Mapping[str, Any], dict[str, Any]]:
    return changes, {}


def throughput(made: Databases, rounds: int, acts: int, writers: int = WRITERS) -> dict[bool, float]:
    """Return writes in a second of so many writers at once, with hashing and without, in turn: medians of the rounds."""
    template = made.create()
    seed(template, 2 * rounds * writers * acts + 1)
    seconds: dict[bool, list[float]] = {True: [], False: []}
    first = 1
    for number in range(rounds):
        for hashing in (True, False) if number % 2 else (False, True):
            seconds[hashing].append(_at_once(template, first, acts, writers, hashing=hashing))
            first += writers * acts
    made.drop(template)
    return {hashing: writers * acts / median(taken) for hashing, taken in seconds.items()}


def _at_once(url: str, first: int, acts: int, count: int, *, hashing: bool) -> float:
    spawning = multiprocessing.get_context("spawn")
    ready = spawning.Barrier(count + 1)
    writers = [
        spawning.Process(target=write, args=(url, first + number * acts, acts, hashing, ready))
        for number in range(count)
    ]
    for writer in writers:
        writer.start()
    ready.wait()
    start = perf_counter()
    for writer in writers:
        writer.join()
    if any(writer.exitcode for writer in writers):
        raise SystemExit("a writer failed")
    return perf_counter() - start


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.auditing", description="What the audit costs.")
    parser.add_argument("--entries", type=int, default=100_000, help="entries to verify (100000)")
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="one kind of database alone")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the 16 writers (5); 0 leaves them out")
    parser.add_argument("--acts", type=int, default=20, help="visits of each writer in a round (20)")
    given = parser.parse_args(arguments)
    for backend in given.backend or BACKENDS:
        with databases(backend) as made:
            if given.entries:
                url = made.create()
                fill(url, given.entries)
                found = verified(url)
                print(
                    f"{backend}: {found.entries:,} entries verified in {found.verify:.1f} s,"
                    f" {found.entries / found.verify:,.0f} a second, {found.memory / 1024:.0f} MB more memory;"
                    f" one change sealed in {found.seal * 1000:.0f} ms"
                )
                made.drop(url)
            if backend == "postgresql" and given.rounds:
                writes = throughput(made, given.rounds, given.acts)
                print(
                    f"{backend}: {WRITERS} writers, {writes[True]:.1f} visits a second with hashes, {writes[False]:.1f}"
                    f" without: {writes[True] / writes[False]:.3f}"
                )


if __name__ == "__main__":
    main()
