"""A prepared database for the command line, and a way to type at it.

``prepared_url`` is made once for each backend: three people, two investors, a contact, three leads. ``town`` is a copy
for tests that write; ``reader`` types at the one that nobody writes to.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import fields, frozen
from click.testing import CliRunner, Result

from crm.cli import main
from crm.reads.kernel.rows import BESIDE
from tests.databases import Databases
from tests.shared import MadeOnce


@frozen
class Terminal:
    """Types lines at one database.

    Attributes:
        url: The database.
        user: Who acts unless a line says otherwise.
        language: The language unless a line says otherwise.
    """

    url: str
    user: str = "boss"
    language: str = "en"

    def type(self, *args: str, stdin: str | None = None, columns: int = 100) -> Result:
        """Run a line and return what came of it."""
        environment = {
            "CRM_DB": self.url, "CRM_USER": self.user, "CRM_LANG": self.language, "CRM_TENANT": "",
            "CRM_WIDTH": str(columns), "NO_COLOR": "1",
        }  # fmt: skip
        result = CliRunner(env=environment).invoke(main, list(args), input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    def ok(self, *args: str, **kw: Any) -> str:
        """Run a line that must succeed, and return what it printed."""
        result = self.type(*args, **kw)
        assert result.exit_code == 0, f"{args}: {result.output}"
        return result.stdout

    def json(self, *args: str) -> Any:
        """Run a line that must succeed, and return its JSON."""
        return json.loads(self.ok(*args, "--json"))

    def refused(self, status: int, *args: str) -> dict[str, Any]:
        """Run a line that must be refused with *status*, and return its error as JSON."""
        result = self.type("--json", *args)
        assert result.exit_code == status, f"{args}: {result.exit_code} {result.output}"
        assert not result.stdout
        error: dict[str, Any] = json.loads(result.stderr)
        return error


def prepare(terminal: Terminal) -> None:
    """Fill a database with what every test may count on."""
    terminal.ok("init", "--name", "局长")
    terminal.ok(
        "staff",
        "add",
        "tokyo.desk",
        "--name",
        "东京专员",
        "--role",
        "ambassador",
        "--station",
        "tokyo",
        "--since",
        "2020-01-01",
    )
    terminal.ok(
        "staff", "add", "shen", "--name", "沈核实", "--role", "verifier", "--unit", "bureau", "--since", "2020-01-01"
    )
    terminal.ok("unit", "add", "gaoxin", "--name", "高新区", "--name-en", "High-tech Zone", "--kind", "zone")
    terminal.ok("investor", "add", "丸红株式会社", "--country", "JP", "--alias", "Marubeni Corporation")
    terminal.ok("investor", "add", "丸善株式会社", "--country", "JP")
    terminal.ok("contact", "add", "丸红", "田中健一", "--title", "部长", "--email", "tanaka@example.com")
    lead = ("lead", "open", "--received", "2023-01-05")
    terminal.ok(
        *lead, "丸红", "--title", "氢能装备制造项目（一期）", "--expected", "20000000 USD", "--industry", "C34", "--station", "tokyo",
        "--unit", "bureau", "--owner", "tokyo.desk",
    )  # fmt: skip
    terminal.ok(*lead, "丸善", "--title", "书店", "--expected", "500000000 JPY", "--unit", "gaoxin")
    terminal.ok(*lead, "丸善", "--title", "暗线", "--confidential", "--code-name", "Falcon", "--unit", "gaoxin")


@pytest.fixture(scope="session")
def begun_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file after ``crm init``; nobody writes to it."""
    file = tmp_path_factory.mktemp("begun") / "crm.db"
    Terminal(f"sqlite:///{file}").ok("init")
    return file


@pytest.fixture
def begun(begun_file: Path, tmp_path: Path) -> Terminal:
    """A terminal at ``crm.db`` in the folder of the test, as ``crm init`` leaves it."""
    shutil.copy(begun_file, tmp_path / "crm.db")
    return Terminal(f"sqlite:///{tmp_path}/crm.db")


@pytest.fixture(scope="session")
def prepared_url(made_once: MadeOnce, template_url: str) -> str:
    """The address of the prepared database; nobody writes to it."""
    return made_once("prepared", lambda url: prepare(Terminal(url)), template_url)


@pytest.fixture(scope="session")
def shared_url(databases: Databases, prepared_url: str) -> Iterator[str]:
    """A copy for lines that read, or are refused: PostgreSQL copies no database somebody is connected to."""
    url = databases.create(prepared_url)
    yield url
    databases.drop(url)


@pytest.fixture
def reader(shared_url: str) -> Terminal:
    """A terminal at a database that all tests share."""
    return Terminal(shared_url)


@pytest.fixture
def town(databases: Databases, prepared_url: str) -> Iterator[Terminal]:
    """A terminal at a copy of the prepared database, the test's own."""
    url = databases.create(prepared_url)
    yield Terminal(url)
    databases.drop(url)


def keys(kind: type) -> set[str]:
    """Return the keys that the JSON of a row has of its own."""
    return {field.name for field in fields(kind) if field.metadata != BESIDE}
