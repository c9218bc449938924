"""Run the drill: ``python -m tests.drill --help``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.databases import BACKENDS, databases
from tests.compiling import compiled_once
from tests.databases import SERVER_VARIABLE, Databases
from tests.drill import ends, kills
from tests.drill.figures import COLUMNS, Figures
from tests.drill.story import tell
from tests.shared import stop

Part = Callable[[Any, Any, Random, int], Figures]
#: Each part of the drill, and how many kills, stops or refusals of a hundred it gets.
PARTS: Mapping[str, tuple[Part, int]] = {
    "writers": (kills.writers, 100),
    "merges": (kills.merges, 100),
    "crowds": (kills.crowds, 40),
    "clocks": (ends.clocks, 100),
    "upgrades": (ends.upgrades, 15),
    "copies": (ends.copies, 30),
    "disks": (ends.disks, 10),
    "servers": (ends.servers, 5),
}
#: What a server does by other means than ours: files are copied by pg_dump, and its disk is the administrator's.
ON_A_FILE = ("copies", "disks")
ON_A_SERVER = ("servers",)


def main(arguments: list[str] | None = None) -> None:
    """Run the parts on each kind of database, and print their figures."""
    if sys.platform == "win32":
        raise SystemExit("The drill forks and sends signals, which Windows cannot do.")
    parser = argparse.ArgumentParser(
        prog="python -m tests.drill", description="Kills, stops and full disks, with figures."
    )
    parser.add_argument(
        "--kills", type=int, default=100, help="how many writers are killed; the other parts follow (100)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the random places and moments (1)")
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="one kind of database alone")
    parser.add_argument("--part", choices=PARTS, action="append", help="one part alone")
    given = parser.parse_args(arguments)
    console = Console()
    for backend in given.backend or BACKENDS:
        table = Table(title=f"{backend}, seed {given.seed}", box=SIMPLE)
        for heading in ("part", *COLUMNS.values(), "seconds"):
            table.add_column(heading, justify="left" if heading == "part" else "right", no_wrap=heading == "part")
        with compiled_once(), running(backend) as made:
            story = tell(made)
            for name in given.part or PARTS:
                if name in (ON_A_SERVER if backend == "sqlite" else ON_A_FILE):
                    continue
                if name in ON_A_SERVER and os.environ.get(SERVER_VARIABLE):
                    console.print(f"{SERVER_VARIABLE} names a server; it is not stopped.")
                    continue
                part, share = PARTS[name]
                began = time.perf_counter()
                chance = Random(f"{given.seed} {name}")  # noqa: S311 - places to kill at, no secret
                figures = part(made, story, chance, max(1, given.kills * share // 100))
                took = time.perf_counter() - began
                table.add_row(figures.part, *(f"{figures[column]:,}" for column in COLUMNS), f"{took:.0f}")
        console.print(table)


@contextmanager
def running(backend: str) -> Iterator[Databases]:
    """Yield a maker of databases; a server of ours that was started again is stopped at the end."""
    with databases(backend) as made:
        if backend == "sqlite" or os.environ.get(SERVER_VARIABLE):
            yield made
            return
        place = ends.data_folder(made.create())
        try:
            yield made
        finally:
            stop(ends.process(place).pid)


if __name__ == "__main__":
    main()
