"""Run the benchmarks: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import platform
import sqlite3

import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks import startup
from benchmarks.databases import BACKENDS, databases
from benchmarks.writes import VERBS, Result, measure
from tests.databases import Databases, PostgresDatabases


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print medians and ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Medians and ratios of one run.")
    parser.add_argument("--rounds", type=int, default=200, help="acts counted for each contender (200)")
    parser.add_argument("--warm-up", type=int, default=20, help="acts before the counting starts (20)")
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="one kind of database alone")
    parser.add_argument("--leads", type=int, action="append", help="size of the table (1000, then 100000)")
    parser.add_argument("--no-startup", action="store_true", help="leave out what starting costs")
    parser.add_argument("--only-startup", action="store_true", help="measure what starting costs, and nothing else")
    given = parser.parse_args(arguments)
    console = Console()
    for backend in () if given.only_startup else given.backend or BACKENDS:
        with databases(backend) as made:
            title = f"{_version(made)}, Python {platform.python_version()}, {given.rounds} rounds, medians"
            results = [
                result
                for leads in given.leads or (1_000, 100_000)
                for result in measure(made, leads, given.rounds, given.warm_up)
            ]
        console.print(_writes(title, results))
    if not given.no_startup:
        console.print(_startup(startup.measure(max(2, given.rounds // 10), 1)))


def _version(made: Databases) -> str:
    if not isinstance(made, PostgresDatabases):
        return f"SQLite {sqlite3.sqlite_version}, WAL, synchronous FULL"
    url = made.create().replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return f"PostgreSQL {row[0] if row else '?'}, fsync on"


def _writes(title: str, results: list[Result]) -> Table:
    table = Table(title=title)
    table.add_column("durable write")
    for heading in (
        "leads", "statements", "Django's", "library", "bare driver", "Django", "library/bare", "library/Django",
        "library, first size = 1",
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    first: dict[str, float] = {}
    for measured in sorted(results, key=lambda result: [*VERBS].index(result.verb)):
        mine = measured.medians["library"]
        table.add_row(
            VERBS[measured.verb], f"{measured.leads:,}", str(measured.statements), str(measured.django_statements),
            *(f"{measured.medians[name] / 1_000:.2f} ms" for name in ("library", "bare", "django")),
            f"{measured.ratio('bare'):.2f}", f"{measured.ratio('django'):.2f}", f"{mine / first.setdefault(measured.verb, mine):.2f}",
        )  # fmt: skip
    return table


def _startup(figures: dict[str, startup.Measured]) -> Table:
    table = Table(title="processor time of whole processes, medians")
    for heading in ("process", "processor time", "import of", "processor time", "ratio", "at most"):
        table.add_column(heading, justify="left" if heading in {"process", "import of"} else "right")
    for name, figure in figures.items():
        table.add_row(
            name,
            f"{figure.seconds * 1_000:.0f} ms",
            figure.library,
            f"{figure.library_seconds * 1_000:.0f} ms",
            f"{figure.ratio:.2f}",
            f"{figure.limit:g}",
        )
    return table


if __name__ == "__main__":
    main()
