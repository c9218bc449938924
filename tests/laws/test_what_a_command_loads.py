"""A command loads its own noun: no migrations, no reports, no file formats, and of other nouns only what it asks.

Counted in modules, not in seconds; benchmarks/startup.py measures what they cost.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache, cached_property
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from benchmarks.startup import fill
from crm import CRM
from tests.tiers import first_quick

#: Packages that a short command never needs.
HEAVY = {"alembic", "chinese_calendar", "openpyxl", "psycopg", "rapidfuzz", "stdnum", "xlsxwriter"}
#: Parts of ours that only reports, files and the demonstration need.
FAR = {"demo", "exchange", "migrations", "reports"}
#: Parts of the command line that belong to no noun.
SHARED = {"kit", "printing", "words", "program", "summaries"}

_PROGRAM = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps([*sys.modules]), file=sys.stderr))
from crm.cli import main
main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small database in it."""
    folder = tmp_path_factory.mktemp("start")
    fill(f"sqlite:///{folder / 'crm.db'}")
    return folder


@cache
def loaded(folder: Path, *line: str) -> set[str]:
    """Return the modules that a command has loaded when its process ends."""
    database = f"sqlite:///{folder / 'crm.db'}"
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *line, "--db", database, "--as", "admin"],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def rooms(modules: set[str], floor: str) -> set[str]:
    """Return which rooms of a floor, such as crm.services, are among the modules."""
    return {name.split(".")[2] for name in modules if name.startswith(f"{floor}.")}


@pytest.mark.parametrize(
    ("line", "faces", "services"),
    first_quick(
        [
            (["lead", "list"], {"leads"}, {"leads", "investors", "industries", "places"}),
            (["--help"], set(), set()),
            (
                ["lead", "show", "1"],
                {"leads", "claims", "evidence", "ledgers", "meetings", "referrals"},
                {"leads", "investors", "industries", "places"},
            ),
            (
                ["visit", "log", "L1", "--note", "谈选址"],
                {"meetings", "claims"},
                {"meetings", "leads", "investors", "industries", "places", "claims", "trips"},
            ),
        ]
    ),
    ids=["lead list", "help", "lead show", "visit log"],
)
def test_a_command_loads_its_own_noun(folder: Path, line: list[str], faces: set[str], services: set[str]) -> None:
    """What it loads of other nouns is named here, each because the command asks it."""
    modules = loaded(folder, *line)
    assert not HEAVY & {name.partition(".")[0] for name in modules}
    assert "sqlalchemy.dialects.postgresql" not in modules
    assert not FAR & {name.split(".")[1] for name in modules if name.startswith("crm.")}
    assert rooms(modules, "crm.cli") - SHARED <= faces
    assert rooms(modules, "crm.services") - {"kernel"} <= services


def test_a_list_of_leads_makes_no_service_of_another_noun(folder: Path) -> None:
    """The services of investors, staff and trips load when a verb asks them, not with the service of leads."""
    modules = loaded(folder, "lead", "list")
    made = {name for name in modules if name.startswith("crm.services.") and name.endswith(".service")}
    assert made == {"crm.services.leads.service"}


SERVICES = [name for name, value in vars(CRM).items() if isinstance(value, cached_property)]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_makes_none_of_another_noun(name: str) -> None:
    """It makes those when a verb first needs them."""
    service = getattr(CRM(Session(), None), name)
    held = {type(value).__module__.split(".")[2] for value in vars(service).values() if _is_ours(value)}
    assert held <= {"kernel", type(service).__module__.split(".")[2]}


def _is_ours(held: object) -> bool:
    return type(held).__module__.startswith("crm.services.")


def test_the_front_door_loads_no_table() -> None:
    """They load when the session or a service is first used."""
    program = (
        "import sys; from sqlalchemy.orm import Session; from crm import CRM; CRM(Session(), 'admin');"
        "sys.exit('crm.models' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0


def test_help_loads_nothing_of_the_domain(folder: Path) -> None:
    """Neither tables nor rules nor SQLAlchemy, nor attrs, which only rows need."""
    modules = loaded(folder, "--help")
    assert not {"sqlalchemy", "rich", "attr", "crm.crm", "crm.models", "crm.rules"} & modules
