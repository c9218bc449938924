"""Referrals, claims and merges at size, against hand-written SQL: ``python -m benchmarks.relations --help``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import perf_counter_ns
from typing import Any, cast

from rich.console import Console
from rich.table import Table as Drawn
from sqlalchemy import Connection, Engine, Table, insert, select
from sqlalchemy.orm import Session

from benchmarks.databases import BACKENDS, databases
from benchmarks.measuring import Act, medians
from benchmarks.seeding import seed, settle
from crm import CRM, make_engine
from crm.models import CapitalArrival, Claim, Meeting, MeetingContact, MeetingStaff, Minute, Referral
from crm.models.base import Base, new_uid
from crm.values.moments import bureau_day
from tests.statements import statements

#: Each company brings so many others; each tenth lead has capital, each second a claim, and each fourth of these has lapsed.
_BRINGS = 3
_PAID, _CLAIMED, _SILENT = 10, 2, 8
_BATCH = 10_000

# What the library fetches, and no more: whoever looks sees everything.
_TREE = """
WITH RECURSIVE down(party) AS (
  SELECT 1 UNION SELECT l.investor_id FROM crm_referral r JOIN crm_lead l ON l.id = r.lead_id
  JOIN down ON down.party = r.referrer_investor_id WHERE r.status IN ('recorded', 'confirmed'))
SELECT r.id, r.uid, r.lead_id, r.channel, r.strength, r.points, r.introduced_on, r.expires_on, r.status, r.confirmed_on, r.version,
  r.referrer_investor_id, i.name, b.name, l.investor_id, l.title, l.stage, l.status, l.landed_on, a.currency, sum(a.amount_minor)
FROM crm_referral r JOIN crm_lead l ON l.id = r.lead_id JOIN crm_investor b ON b.id = l.investor_id
  JOIN crm_investor i ON i.id = r.referrer_investor_id
  LEFT JOIN crm_capital_arrival a ON a.lead_id = r.lead_id AND a.state = 'verified'
WHERE r.status IN ('recorded', 'confirmed') AND r.referrer_investor_id IN (SELECT party FROM down)
GROUP BY r.id, i.name, b.name, l.id, a.currency ORDER BY r.introduced_on, r.id
"""
_POOL = """
SELECT l.id, l.title, i.name, i.country, l.stage, l.industry, l.expected_minor, l.expected_currency, l.received_on
FROM crm_lead l JOIN crm_investor i ON i.id = l.investor_id
WHERE l.status IN ('active', 'on_hold') AND l.landed_on IS NULL AND NOT EXISTS (
  SELECT 1 FROM crm_claim c WHERE c.lead_id = l.id AND c.state IN ('active', 'contested') AND {days} <= 90)
ORDER BY l.received_on, l.id LIMIT 100
"""
#: Days since the claim was last heard of, where nothing happened to it but its filing.
_DAYS = {
    "sqlite": "julianday('now') - julianday(c.held_since)",
    "postgresql": "extract(epoch from now() - c.held_since) / 86400",
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
        patterns = {type(each): _row(session, each) for each in (referral, claim, arrival)}
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


def measure(url: str, rounds: int) -> dict[str, float]:
    """Return medians in microseconds: the tree of all referrals and the pool by library and by hand, and the credit."""
    engine = make_engine(url)

    def by_hand(statement: str) -> Act:
        def call(_: int) -> object:
            with engine.connect() as connection:
                return connection.connection.cursor().execute(statement).fetchall()

        return call

    def library(read: Callable[[CRM], object]) -> Act:
        def call(_: int) -> object:
            with Session(engine) as session:
                return read(CRM(session, "admin"))

        return call

    found = medians(
        {
            "tree, by hand": by_hand(_TREE),
            "tree, library": library(lambda crm: crm.referrals.tree(1, direction="down")),
            "credit, library": library(lambda crm: crm.referrals.credit(crm.today.year)),
            "pool, by hand": by_hand(_POOL.format(days=_DAYS[engine.dialect.name])),
            "pool, library": library(lambda crm: crm.claims.pool(limit=100)),
        },
        rounds,
        0,
    )
    engine.dispose()
    return found


def merge(url: str, meetings: int) -> dict[str, tuple[float, int]]:
    """Return microseconds and statements of a merge of a company with so many meetings, and of its undo.

    Args:
        url: An empty database; it is filled.
        meetings: How many of them the absorbed company has, each with people of both sides and a line of minutes.
    """
    seed(url, 1)
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        desk = CRM(session, "admin")
        survivor = desk.investors.add("合并甲商事", country="JP").id
        met = session.get_one(Meeting, 1)
        patterns: dict[type[Any], dict[str, Any]] = {Meeting: _row(session, met)}
        for model in (MeetingContact, MeetingStaff, Minute):
            patterns[model] = _row(session, session.scalars(select(model)).first() or met)
        last = max(session.scalars(select(Meeting.id)))
    with engine.begin() as connection:
        _copy(connection, Meeting, patterns, ({"id": last + k} for k in range(1, meetings)))
        for model in (MeetingContact, MeetingStaff, Minute):
            _copy(connection, model, patterns, ({"meeting_id": last + k} for k in range(1, meetings)))
    settle(url)
    taken: dict[str, tuple[float, int]] = {}

    def act(name: str, engine: Engine, write: Callable[[CRM], object]) -> None:
        with Session(engine) as session, statements(engine) as seen:
            start = perf_counter_ns()
            with session.begin():
                write(CRM(session, "admin"))
            taken[name] = ((perf_counter_ns() - start) / 1_000, len(seen))

    act("merge", engine, lambda crm: crm.merges.merge(survivor, 1, reason="one"))
    act("undo", engine, lambda crm: crm.merges.undo(1, reason="two"))
    engine.dispose()
    return taken


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relations", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="reads counted for each contender (3)")
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="one kind of database alone")
    parser.add_argument("--leads", type=int, default=100_000, help="so many leads and referrals (100000)")
    parser.add_argument("--meetings", type=int, default=10_000, help="so many meetings of the absorbed company (10000)")
    given = parser.parse_args(arguments)
    drawn = Drawn(title=f"{given.leads:,} referrals, medians of {given.rounds}; {given.meetings:,} meetings, once")
    drawn.add_column("what")
    columns: list[dict[str, str]] = []
    for backend in given.backend or BACKENDS:
        drawn.add_column(backend, justify="right")
        with databases(backend) as made:
            url = made.create()
            fill(url, given.leads)
            column = {what: f"{taken / 1_000_000:.2f} s" for what, taken in measure(url, given.rounds).items()}
            for what, (taken, sent) in merge(made.create(), given.meetings).items():
                column[what] = f"{taken / 1_000_000:.2f} s, {sent} statements"
            columns.append(column)
    for what in columns[0]:
        drawn.add_row(what, *(each[what] for each in columns))
    Console().print(drawn)


if __name__ == "__main__":
    main()
