"""Law 2: crm/rules and crm/values import no SQLAlchemy, read no clock, open nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.laws.source import calls, files, imports, spot

PURE = files("rules", "values")
DATABASE_AND_TERMINAL = {"sqlalchemy", "alembic", "psycopg", "sqlite3", "click", "rich"}
OUTSIDE = {
    "os",
    "io",
    "pathlib",
    "shutil",
    "tempfile",
    "socket",
    "subprocess",
    "logging",
    "threading",
    "time",
    "random",
}
CLOCK = {"now", "utcnow", "today", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"}
OPENS = {
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "getenv",
    "urlopen",
    "connect",
    "input",
    "print",
}


def test_rules_and_values_import_no_database_and_no_terminal() -> None:
    """Not even inside a function."""
    assert [
        spot(file, node, name)
        for file in PURE
        for node, name in imports(file)
        if name.split(".")[0] in DATABASE_AND_TERMINAL
    ] == []


def test_rules_and_values_import_nothing_that_reaches_outside() -> None:
    """No file, no process, no clock, no chance."""
    assert [
        spot(file, node, name) for file in PURE for node, name in imports(file) if name.split(".")[0] in OUTSIDE
    ] == []


@pytest.mark.parametrize(("what", "names"), [("reads no clock", CLOCK), ("opens nothing", OPENS)])
def test_rules_and_values_only_compute(what: str, names: set[str]) -> None:
    """What they need of the world is given to them."""
    found = [spot(file, node, name) for file in PURE for node, name in calls(file) if name.rpartition(".")[2] in names]
    assert found == [], what


def test_rules_and_values_work_where_there_is_no_database_library() -> None:
    """Importing all of them loads none of it, by any detour."""
    names = [".".join(file.parts[file.parts.index("crm", -4) :]).removesuffix(".py") for file in PURE]
    modules = sorted({name.removesuffix(".__init__") for name in names})
    code = "import sys, json, importlib; [importlib.import_module(m) for m in sys.argv[1:]]; print(json.dumps([*sys.modules]))"
    loaded = json.loads(subprocess.check_output([sys.executable, "-c", code, *modules]))
    assert {module.split(".")[0] for module in loaded} & DATABASE_AND_TERMINAL == set()
