"""What starting costs: processor time of whole processes, each against importing the library it stands on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from crm import CRM, make_engine, schema

_LIBRARIES = {name: [sys.executable, "-c", f"import {name}"] for name in ("click", "sqlalchemy.orm")}
_FRONT_DOOR = "from sqlalchemy.orm import Session; from crm import CRM; CRM(Session(), None)"


@dataclass(frozen=True)
class Start:
    """One kind of process.

    Attributes:
        command: What is run.
        library: The import it is compared with.
        limit: At most how many times the processor time of that import it should take.
    """

    command: list[str]
    library: str
    limit: float


@dataclass(frozen=True)
class Measured:
    """Medians of one kind of process, in seconds of processor time (user and system)."""

    seconds: float
    library: str
    library_seconds: float
    limit: float

    @property
    def ratio(self) -> float:
        """How many times the import it takes."""
        return self.seconds / self.library_seconds


def starts(database: str) -> dict[str, Start]:
    """Return what is measured, with the commands on a database that :func:`fill` has filled."""

    def crm(*arguments: str) -> list[str]:
        return [sys.executable, "-c", "from crm.cli import main; main()", *arguments]

    shared = ("--db", database, "--as", "admin")
    # The command runs many times in one minute.
    visit = crm("visit", "log", "L1", "--note", "谈选址", "--distinct", "measured again", *shared)
    return {
        "from crm import CRM": Start([sys.executable, "-c", "from crm import CRM"], "sqlalchemy.orm", 2),
        "CRM(session, None)": Start([sys.executable, "-c", _FRONT_DOOR], "sqlalchemy.orm", 2),
        "crm lead list": Start(crm("lead", "list", *shared), "sqlalchemy.orm", 3.5),
        "crm lead show 1": Start(crm("lead", "show", "1", *shared), "sqlalchemy.orm", 3.5),
        "crm visit log": Start(visit, "sqlalchemy.orm", 3.5),
        "crm --help": Start(crm("--help"), "click", 2),
    }


def fill(database: str) -> None:
    """Make a small database: one investor with a contact, and five leads."""
    engine = make_engine(database)
    schema.upgrade(engine)
    with Session(engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
    with Session(engine) as session, session.begin():
        crm = CRM(session, "admin")
        marubeni = crm.investors.add("丸红株式会社", country="JP")
        crm.contacts.add(marubeni, "営業部長")
        for number in range(1, 6):
            crm.leads.open(marubeni, title=f"冷链物流 {number}", expected="20000000 USD")
    engine.dispose()


def measure(rounds: int, warm_up: int) -> dict[str, Measured]:
    """Run everything in turn (ABCABC…), each in a process of its own.

    Args:
        rounds: How many rounds are counted.
        warm_up: How many go before, in which the byte code is written and the files come into memory.

    Returns:
        The medians of each kind of process, by name.
    """
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'crm.db'}"
        fill(database)
        wanted = starts(database)
        commands = {**_LIBRARIES, **{name: command.command for name, command in wanted.items()}}
        # Byte code of their own, as an installed program has it, also where the environment says to write none.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        found = _processor_time(commands, environment, rounds, warm_up)
    return {
        name: Measured(found[name], command.library, found[command.library], command.limit)
        for name, command in wanted.items()
    }


def _processor_time(
    commands: Mapping[str, list[str]], environment: Mapping[str, str], rounds: int, warm_up: int
) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(warm_up + rounds):
        for name, command in commands.items():
            spent = _run(command, environment)
            if number >= warm_up:
                seconds[name].append(spent)
    return {name: median(measured) for name, measured in seconds.items()}


def _run(command: list[str], environment: Mapping[str, str]) -> float:
    """Return the processor time of one process, in seconds; the clock would count what else the machine does."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:  # noqa: S603 - our own commands
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime
