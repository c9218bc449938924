"""Referrals, claims and merges at size, against hand-written SQL: ``python -m benchmarks.relations --help``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from statistics import median
from time import perf_counter_ns
from typing import Any, cast

from rich.console import Console
from rich.table import Table as Drawn
from sqlalchemy import Connection, Engine, Table, insert, select
from sqlalchemy.orm import Session

from benchmarks.databases import BACKENDS, databases
from benchmarks.measuring import Act, medians
from benchmarks.merge_sql import merge
from benchmarks.relations_sql import Read, by_hand
from benchmarks.seeding import seed, settle
from crm import CRM, make_engine
from crm.models import CapitalArrival, Claim, Meeting, MeetingContact, MeetingStaff, Minute, Referral
from crm.models.base import Base, new_uid
from crm.values.moments import bureau_day
from tests.databases import Databases
from tests.statements import statements

#: Each company brings so many others; each tenth lead has capital, each second a claim, and each fourth of these has lapsed.
_BRINGS = 3
_PAID, _CLAIMED, _SILENT = 10, 2, 8
_BATCH = 10_000


#: What is read, as the library says it.
READS: dict[str, Callable[[CRM], object]] = {
    "tree": lambda crm: crm.referrals.tree(1, direction="down"),
    "credit": lambda crm: crm.referrals.credit(crm.today.year),
    "pool": lambda crm: crm.claims.pool(limit=100),
}


def fill(url: str, leads: int) -> None:
    """Fill an empty database with so many leads, each but the first brought by another company, and half of them claimed."""
    seed(url, leads)
    engine = make_engine(url)
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        desk = CRM(session, "admin")
        other = desk.investors.add("引荐方", country="HK")
        referral = desk.referrals.add(1, other)
        claim = desk.claims.file(1, unit="gaoxin")
        arrival = desk.capital.record(1, "12345.67 USD", arrived=bureau_day(now), reference="r")
        desk.staff.add("verifier", "V", role="verifier", unit="gaoxin")
        CRM(session, "verifier").capital.verify(arrival)
        patterns = {type(record): _row(session, record) for record in (referral, claim, arrival)}
    old = now - timedelta(days=200)
    with engine.begin() as connection:
        _copy(
            connection, Referral, patterns,
            ({"lead_id": k, "referrer_investor_id": max(1, k // _BRINGS)} for k in range(2, leads + 1)),
        )  # fmt: skip
        _copy(connection, CapitalArrival, patterns, ({"lead_id": k} for k in range(_PAID, leads + 1, _PAID)))
        held: list[dict[str, Any]] = [
            {"lead_id": k, "filed_at": at, "held_since": at} for k in range(2, leads + 1, _CLAIMED) for at in [old if k % _SILENT == 0 else now]
        ]  # fmt: skip
        _copy(connection, Claim, patterns, held)
    engine.dispose()
    settle(url)


def _row(session: Session, record: Base) -> dict[str, Any]:
    session.flush()
    table = cast("Table", type(record).__table__)
    found = session.execute(select(table).where(table.c.id == cast("Any", record).id)).mappings().one()
    return {name: value for name, value in found.items() if name not in {"id", "uid", "digest"}}


def _copy(
    connection: Connection, model: type[Base], patterns: dict[type[Any], dict[str, Any]], rows: Iterable[dict[str, Any]]
) -> None:
    """Insert rows like a pattern, each with its own values."""
    waiting: Iterator[dict[str, Any]] = iter(rows)
    while part := [{**patterns[model], **row, "uid": new_uid()} for row in islice(waiting, _BATCH)]:
        connection.execute(insert(cast("Table", model.__table__)), part)


def measure(url: str, rounds: int) -> dict[str, dict[str, float]]:
    """Return medians in microseconds, by hand and by the library, of the tree of all referrals, the credit of the year and the pool."""
    engine = make_engine(url)
    with Session(engine) as session:
        today = CRM(session, "admin").today
    hands = by_hand(today, sqlite=engine.dialect.name == "sqlite")

    def hand(read: Read) -> Act:
        def call(_: int) -> object:
            with engine.connect() as connection:
                return read(connection.connection.cursor())

        return call

    def library(read: Callable[[CRM], object]) -> Act:
        def call(_: int) -> object:
            with Session(engine) as session:
                return read(CRM(session, "admin"))

        return call

    # The first round is not counted: caches fill, statements are built.
    found = {
        name: medians({"by hand": hand(hands[name]), "library": library(read)}, rounds, 1)
        for name, read in READS.items()
    }
    engine.dispose()
    return found


def fill_merge(url: str, meetings: int) -> int:
    """Fill an empty database with a company of so many meetings, the first, and another; return the number of the other.

    Args:
        url: The address of the database.
        meetings: How many, each with people of both sides and a line of minutes.
    """
    seed(url, 1)
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        survivor: int = CRM(session, "admin").investors.add("合并甲商事", country="JP").id
        met = session.get_one(Meeting, 1)
        patterns: dict[type[Any], dict[str, Any]] = {Meeting: _row(session, met)}
        for model in (MeetingContact, MeetingStaff, Minute):
            patterns[model] = _row(session, session.scalars(select(model)).first() or met)
        last = max(session.scalars(select(Meeting.id)))
    with engine.begin() as connection:
        _copy(connection, Meeting, patterns, ({"id": last + k} for k in range(1, meetings)))
        for model in (MeetingContact, MeetingStaff, Minute):
            _copy(connection, model, patterns, ({"meeting_id": last + k} for k in range(1, meetings)))
    engine.dispose()
    settle(url)
    return survivor


def merges(made: Databases, meetings: int, rounds: int) -> dict[str, tuple[float, int]]:
    """Return median microseconds and statements of a merge by hand and by the library, and of its undo; a new copy for each."""
    template = made.create()
    survivor = fill_merge(template, meetings)
    times: dict[str, list[float]] = {}
    sent: dict[str, int] = {}

    def act(name: str, do: Callable[[], int]) -> None:
        start = perf_counter_ns()
        sent[name] = do()
        times.setdefault(name, []).append((perf_counter_ns() - start) / 1_000)

    for _ in range(rounds + 1):  # the first is not counted
        for hand in (True, False):
            url = made.create(template)
            engine = make_engine(url)
            if hand:
                act("merge, by hand", partial(merge_by_hand, engine, survivor))
            else:
                act(
                    "merge, library", partial(_written, engine, lambda crm: crm.merges.merge(survivor, 1, reason="one"))
                )
                act("undo, library", partial(_written, engine, lambda crm: crm.merges.undo(1, reason="two")))
            engine.dispose()
            made.drop(url)
    return {name: (median(measured[1:]), sent[name]) for name, measured in times.items()}


def merge_by_hand(engine: Engine, survivor: int) -> int:
    """Merge the first company into another on the bare driver; return the number of statements."""
    raw = engine.raw_connection()
    try:
        return merge(raw, survivor, 1, actor=1, reason="one", sqlite=engine.dialect.name == "sqlite")
    finally:
        raw.close()


def _written(engine: Engine, write: Callable[[CRM], object]) -> int:
    with statements(engine) as seen, Session(engine) as session, session.begin():
        write(CRM(session, "admin"))
    return len(seen)


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relations", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="acts counted for each contender (3)")
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="one kind of database alone")
    parser.add_argument("--leads", type=int, default=100_000, help="so many leads and referrals (100000)")
    parser.add_argument("--meetings", type=int, default=10_000, help="so many meetings of the absorbed company (10000)")
    given = parser.parse_args(arguments)
    drawn = Drawn(title=f"{given.leads:,} referrals, {given.meetings:,} meetings, medians of {given.rounds} rounds")
    for heading in ("what", "database", "by hand", "library", "library/by hand"):
        drawn.add_column(heading, justify="left" if heading in {"what", "database"} else "right")
    for backend in given.backend or BACKENDS:
        with databases(backend) as made:
            url = made.create()
            fill(url, given.leads)
            for what, times in measure(url, given.rounds).items():
                mine, theirs = times["library"], times["by hand"]
                drawn.add_row(what, backend, f"{theirs / 1e6:.2f} s", f"{mine / 1e6:.2f} s", f"{mine / theirs:.2f}")
            taken = merges(made, given.meetings, given.rounds)
        (theirs, few), (mine, many), (back, undone) = taken.values()
        drawn.add_row(
            "merge", backend, f"{theirs / 1e6:.2f} s, {few} statements", f"{mine / 1e6:.2f} s, {many} statements", f"{mine / theirs:.2f}"
        )  # fmt: skip
        drawn.add_row("undo", backend, "", f"{back / 1e6:.2f} s, {undone} statements", "")
    Console().print(drawn)


if __name__ == "__main__":
    main()
