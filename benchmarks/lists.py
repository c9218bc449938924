"""Lists of 100,000 leads on the command line: time to the first line, whole time, peak memory, number of lines.

``python -m benchmarks.lists --leads 100000`` fills a database of each kind, and prints a line for each command.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import click
from attrs import frozen

from benchmarks.databases import BACKENDS, databases
from benchmarks.seeding import ACTOR, seed

COMMANDS = (
    ("lead", "list"),
    ("lead", "list", "--json"),
    ("lead", "list", "--limit", "50"),
    ("lead", "list", "--count"),
    ("lead", "board"),
    ("investor", "list", "--limit", "50"),
    ("todo", "list", "--limit", "50"),
)


@frozen
class Printed:
    """What a command took.

    Attributes:
        first: Seconds to its first line, the start of the process included.
        whole: Seconds to its end.
        memory: Its peak, in MB.
        lines: How many lines it printed.
    """

    first: float
    whole: float
    memory: int
    lines: int


def measure(address: str, command: tuple[str, ...]) -> Printed:
    """Run a command on a database, and read what it prints line by line."""
    environment = {**os.environ, "CRM_DB": address, "CRM_USER": ACTOR, "CRM_LANG": "en"}
    began, first, lines = time.monotonic(), 0.0, 0
    line = [sys.executable, "-c", "from crm.cli import main; main()", *command]
    with subprocess.Popen(line, stdout=subprocess.PIPE, env=environment) as process:  # noqa: S603 - our own command
        for _ in process.stdout or ():
            first = first or time.monotonic() - began
            lines += 1
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return Printed(first, time.monotonic() - began, used.ru_maxrss // 1024, lines)


@click.command()
@click.option("--leads", default=100_000, show_default=True)
@click.option("--backend", "backends", type=click.Choice(BACKENDS), multiple=True, default=BACKENDS, show_default=True)
def main(leads: int, backends: tuple[str, ...]) -> None:
    """Measure each command once on each database."""
    for backend in backends:
        with databases(backend) as made:
            address = made.create()
            seed(address, leads)
            for command in COMMANDS:
                took = measure(address, command)
                click.echo(
                    f"{backend}: crm {' '.join(command)}: first line {took.first:.2f} s, whole {took.whole:.1f} s, "
                    f"{took.memory} MB, {took.lines} lines"
                )


if __name__ == "__main__":
    main()
