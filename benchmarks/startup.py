"""How long `crm --help` takes, as a whole process, against importing Click alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from benchmarks.measuring import medians

COMMANDS = {
    "crm --help": [sys.executable, "-c", "from crm.cli import main; main()", "--help"],
    "import click": [sys.executable, "-c", "import click"],
}


def measure(rounds: int, warm_up: int) -> dict[str, float]:
    """Return the median of each command, in microseconds."""
    return medians({name: _run(command) for name, command in COMMANDS.items()}, rounds, warm_up)


def _run(command: list[str]) -> Callable[[int], object]:
    return lambda _number: subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own commands
