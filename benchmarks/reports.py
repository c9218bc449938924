"""Funnel, board, and the month of stations and ambassadors at a million leads, against hand-written SQL: ``python -m benchmarks.reports --help``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from benchmarks.databases import BACKENDS, databases
from benchmarks.measuring import medians
from benchmarks.report_seeding import fill
from benchmarks.report_sql import by_hand
from crm import CRM, make_engine

#: The day that is now.
TODAY = date(2025, 12, 31)
_REPORTS: dict[str, Callable[[CRM], object]] = {
    "funnel": lambda crm: crm.report.funnel("2022..2023"),
    "funnel by station and quarter": lambda crm: crm.report.funnel("2022..2023", each="quarter", by="station"),
    "funnel of those that signed": lambda crm: crm.report.funnel("2022..2023", entering="signed"),
    "board": lambda crm: crm.report.board(),
    "month of the stations": lambda crm: crm.stations.months("2023-06"),
    "month of the ambassadors": lambda crm: crm.staff.ambassadors("2023-06"),
}


def measure(url: str, rounds: int) -> dict[str, dict[str, float]]:
    """Return for each report the medians of library and hand-written SQL, in microseconds."""
    engine = make_engine(url)
    statements = by_hand(TODAY, sqlite=engine.dialect.name == "sqlite")

    def library(name: str) -> Callable[[int], object]:
        def act(_: int) -> object:
            with Session(engine) as session:
                return _REPORTS[name](
                    CRM(session, "admin", clock=lambda: datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC))
                )

        return act

    def hand(name: str) -> Callable[[int], object]:
        def act(_: int) -> object:
            with engine.connect() as connection:
                cursor = connection.connection.cursor()
                return [(cursor.execute(statement), cursor.fetchall())[1] for statement in statements[name]]

        return act

    found = {name: medians({"library": library(name), "by hand": hand(name)}, rounds, 1) for name in _REPORTS}
    engine.dispose()
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print medians and ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="acts counted for each contender (3)")
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="one kind of database alone")
    parser.add_argument("--leads", type=int, default=1_000_000, help="so many leads (1000000)")
    given = parser.parse_args(arguments)
    table = Table(title=f"{given.leads:,} leads, medians of {given.rounds} rounds")
    for heading in ("report", "database", "library", "by hand", "library/by hand"):
        table.add_column(heading, justify="left" if heading in {"report", "database"} else "right")
    for backend in given.backend or BACKENDS:
        with databases(backend) as made:
            url = made.create()
            fill(url, given.leads)
            for name, times in measure(url, given.rounds).items():
                mine, theirs = times["library"], times["by hand"]
                table.add_row(name, backend, f"{mine / 1e6:.2f} s", f"{theirs / 1e6:.2f} s", f"{mine / theirs:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
