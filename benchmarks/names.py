"""Likely duplicates among many names, against hand-written SQL: ``python -m benchmarks.names --help``."""

from __future__ import annotations

import argparse
import random
import resource
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from time import process_time
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import (
    BigInteger,
    ClauseElement,
    Connection,
    Text,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from benchmarks.databases import BACKENDS, databases
from benchmarks.measuring import Act, medians
from benchmarks.seeding import settle
from crm import CRM, make_engine, schema
from crm.models import Investor, InvestorKind, InvestorName, NameKind
from crm.models.derived import derived
from crm.models.search import GIN
from crm.upgrading.reindexing import unindexed

_HAN = [chr(code) for code in range(0x4E10, 0x5E00, 7)]
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
_SAME_KEY = (
    "SELECT a.investor_id, b.investor_id FROM crm_investor_name a"
    " JOIN crm_investor_name b ON b.key = a.key AND b.investor_id > a.investor_id"
)
_MEMORY = "memory of the process, at most"
#: What is known of a name before it is stored: its number, itself, and what is derived from it.
_GIVEN = ("id", "text", *derived(InvestorName, {"text": ""}))


def names(count: int) -> Iterator[str]:
    """Yield so many names in Chinese, Japanese and English; each hundredth is written again in another way."""
    chance = random.Random(7)  # noqa: S311 - the same names in every run
    for number in range(count):
        if number % 3 == 0:
            name = f"{''.join(chance.choices(_HAN, k=5))}{chance.choice(('发展', '控股', '贸易'))}有限公司"
        elif number % 3 == 1:
            name = f"{''.join(chance.choices(_KANA, k=6))}{chance.choice(('商事', '製作所'))}株式会社"
        else:
            name = " ".join("".join(chance.choices("bdgklmnprstaeiou", k=7)).title() for _ in range(2)) + " Trading Ltd"
        yield name
        if number % 100 == 0:
            yield f"济南{name}" if number % 200 else f"{name[:2]}-{name[2:]}"


def fill(url: str, given: Iterable[str]) -> None:
    """Fill an empty database with investors of these names."""
    engine = make_engine(url)
    schema.upgrade(engine)
    with Session(engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
        first = (session.scalar(select(func.max(Investor.id))) or 0) + 1
    now = datetime.now(UTC)
    with engine.begin() as connection, unindexed(connection):
        if connection.dialect.name != "sqlite":
            # Built at the end from all rows, as unindexed() does on SQLite.
            connection.execute(text(f"DROP INDEX {GIN}"))
        connection.execute(text(f"CREATE TEMPORARY TABLE given ({', '.join(f'{field} text' for field in _GIVEN)})"))
        _load(connection, given)
        fresh = text("lower(hex(randomblob(16)))" if connection.dialect.name == "sqlite" else "gen_random_uuid()")
        ours = table("given", *(column(field, Text) for field in _GIVEN))
        number = cast(ours.c.id, BigInteger) + first
        rows = {
            Investor: {"id": number, "uid": fresh, "name": ours.c.text, "country": "CN", "kind": InvestorKind.ENTERPRISE,
                       "created_at": now, "version": 1},
            InvestorName: {"id": number, "uid": fresh, "investor_id": number, "language": "zh", "kind": NameKind.LEGAL,
                           **{field: ours.c[field] for field in _GIVEN[1:]}},
        }  # fmt: skip
        for model, values in rows.items():
            put: list[Any] = [
                value if isinstance(value, ClauseElement) else literal(value, getattr(model, key).type)
                for key, value in values.items()
            ]
            connection.execute(
                insert(model).from_select([*values], select(*put).select_from(ours), include_defaults=False)
            )
        connection.execute(text("DROP TABLE given"))
    engine.dispose()
    settle(url)


def _load(connection: Connection, given: Iterable[str]) -> None:
    """Put names, and what is derived from them, into the table ``given`` by the driver's fastest way."""
    rows = ((str(number), name, *derived(InvestorName, {"text": name}).values()) for number, name in enumerate(given))
    cursor: Any = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        cursor.executemany(f"INSERT INTO given VALUES ({', '.join('?' * len(_GIVEN))})", rows)
        return
    with cursor.copy("COPY given FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def measure(url: str, rounds: int) -> dict[str, float]:
    """Return medians in microseconds: the pairs of one key by library and by hand, all pairs, one name compared.

    And the processor time of this process for all pairs, once more; and the most memory that it has had so far, in MB.
    """
    engine = make_engine(url)
    probe = next(names(1))

    def by_hand(_: int) -> object:
        with engine.connect() as connection:
            return connection.connection.cursor().execute(_SAME_KEY).fetchall()

    def library(act: str, **given: object) -> Act:
        def call(_: int) -> object:
            with Session(engine) as session:
                investors = CRM(session, "admin").investors
                return investors.likely(probe) if act == "likely" else investors.duplicates(**given)  # type: ignore[arg-type]

        return call

    found = medians(
        {
            "same key, by hand": by_hand,
            "same key, library": library("duplicates", reason="key"),
            "all pairs, library": library("duplicates"),
            "one name compared": library("likely"),
        },
        rounds,
        1,
    )
    start = process_time()
    library("duplicates")(0)
    found["all pairs, processor"] = (process_time() - start) * 1_000_000
    engine.dispose()
    found[_MEMORY] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.names", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="acts counted for each contender (3)")
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="one kind of database alone")
    parser.add_argument("--names", type=int, default=100_000, help="so many companies (100000)")
    given = parser.parse_args(arguments)
    shown = Table(title=f"{given.names:,} companies, medians of {given.rounds} rounds")
    shown.add_column("what")
    columns: list[dict[str, float]] = []
    for backend in given.backend or BACKENDS:
        shown.add_column(backend, justify="right")
        with databases(backend) as made:
            url = made.create()
            fill(url, names(given.names))
            columns.append(measure(url, given.rounds))
    for what in columns[0]:
        if what == _MEMORY:
            shown.add_row(what, *(f"{column_times[what]:,.0f} MB" for column_times in columns))
            continue
        shown.add_row(what, *(f"{column_times[what] / 1_000_000:.3f} s" for column_times in columns))
    Console().print(shown)


if __name__ == "__main__":
    main()
