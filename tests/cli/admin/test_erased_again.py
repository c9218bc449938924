"""An older backup that is restored does not bring back who was erased since."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


def file_of(town: Terminal) -> Path:
    """The file of the database."""
    return Path(str(make_url(town.url).database))


def added(town: Terminal) -> str:
    """Add a contact, and return its number."""
    return str(town.json("contact", "add", "丸红", "佐藤花子", "--phone", "+81 3 1234 5678")["id"])


@pytest.mark.parametrize("lost", [False, True], ids=["from the replaced database", "from the list beside it"])
def test_a_restore_erases_again(town: Terminal, tmp_path: Path, *, lost: bool) -> None:
    """Whoever was erased since; it is said, and the audit accounts for it, also where the database was lost."""
    if not town.url.startswith("sqlite"):
        pytest.skip("PostgreSQL has tools of its own")
    who = added(town)
    backup, database = tmp_path / "backup.db", file_of(town)
    town.ok("db", "backup", str(backup))
    town.ok("contact", "erase", who, "--reason", "本人要求")
    beside = database.with_name(database.name + ".erased")
    assert beside.stat().st_mode & 0o777 == 0o600
    if lost:
        database.write_bytes(b"lost")
    else:
        beside.unlink()
    assert "Erased again" in town.ok("db", "restore", str(backup), "--yes")
    assert town.json("contact", "show", who)["name"] == f"#{who}"
    town.ok("audit", "verify")
    assert json.loads(beside.read_text())["erased"] == town.json("contact", "erased")["erased"]


def test_who_may_not_erase_is_told_how(town: Terminal, tmp_path: Path) -> None:
    """The restore is done, and the command that erases them is named; it works from the list."""
    if not town.url.startswith("sqlite"):
        pytest.skip("PostgreSQL has tools of its own")
    who = added(town)
    backup = tmp_path / "backup.db"
    town.ok("db", "backup", str(backup))
    town.ok("contact", "erase", who, "--reason", "本人要求")
    told = town.ok("db", "restore", str(backup), "--yes", "--as", "nobody")
    assert "not erased again yet" in told
    beside = file_of(town).with_name(file_of(town).name + ".erased")
    assert f"crm contact erase-again {beside}" in told
    town.ok("contact", "erase-again", str(beside))
    assert town.json("contact", "show", who)["name"] == f"#{who}"
    assert "erased" in town.ok("contact", "erase-again", str(beside))


def test_a_list_is_kept_beside_dumps_too(town: Terminal, tmp_path: Path) -> None:
    """What `crm contact erased` prints is what `erase-again` reads; another file is refused."""
    who = added(town)
    town.ok("contact", "erase", who, "--reason", "本人要求")
    kept = tmp_path / "erased.json"
    kept.write_text(town.ok("contact", "erased"))
    town.ok("contact", "erase-again", str(kept))
    kept.write_text("[]")
    assert town.refused(2, "contact", "erase-again", str(kept))["problems"][0]["code"] == "erasures"
