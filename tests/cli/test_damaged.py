"""A value that somebody wrote past the program ends a command with status 4, and is named; no file is left half written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # PostgreSQL stores no such value

COMMANDS = {
    "a list": ("lead", "list"),
    "a card": ("lead", "show", "L1"),
    "the board": ("lead", "board"),
    "a printed board": ("report", "board"),
    "a list as a file": ("lead", "list", "--output", "{folder}/leads.xlsx"),
    "a correction": ("lead", "edit", "L1", "--note", "x"),
}


def damage(town: Terminal, column: str, value: str) -> None:
    """Write a value into the first lead that the program would not."""
    file = make_url(town.url).database
    assert file is not None
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(f"UPDATE crm_lead SET {column} = ? WHERE id = 1", (value,))


@pytest.mark.parametrize(
    ("column", "value"), [("expected_minor", "garbage"), ("expected_currency", "XXQ"), ("entered_on", "x")]
)
def test_it_is_named_with_the_way_out(town: Terminal, tmp_path: Path, column: str, value: str) -> None:
    """Table, record and column; in sentences, and as JSON."""
    damage(town, column, value)
    for line in COMMANDS.values():
        typed = tuple(part.format(folder=tmp_path) for part in line)
        refused = town.refused(4, *typed)
        assert refused["error"] == "DamagedRecord"
        assert column in refused["problems"][0]["text"]
        done = town.type(*typed)
        assert done.exit_code == 4
        assert f"crm_lead, record 1: what is stored in {column} cannot be read." in done.stderr
        assert "→ It was changed outside this program: run `crm audit verify`" in done.stderr
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".xlsx"]


def test_the_audit_lists_it(town: Terminal) -> None:
    """The way out names it too."""
    damage(town, "expected_minor", "garbage")
    found = town.type("audit", "verify", "--json")
    assert found.exit_code == 1
    assert "expected_minor" in found.output
