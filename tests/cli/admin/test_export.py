"""``crm export all`` and ``crm db load``: the whole database as a file, and from it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.cli.kit import files
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


def test_a_database_goes_into_a_file_and_into_a_new_database(town: Terminal, tmp_path: Path) -> None:
    """Both say what they did; the new database verifies, and the audit has the reason."""
    file = tmp_path / "town.jsonl"
    assert str(file) in town.ok("export", "all", str(file), "--reason", "yearly copy", "--lang", "en")
    assert file.stat().st_mode & 0o777 == 0o600
    (entry,) = town.json("audit", "show", "--limit", "1")
    assert (entry["verb"], entry["reason"]) == ("export.all", "yearly copy")
    new = Terminal(f"sqlite:///{tmp_path}/new.db")
    loaded = new.json("db", "load", str(file))
    assert loaded["discrepancies"] == 0
    assert loaded["rows"] > 50
    assert new.json("audit", "verify") == []
    assert [lead["title"] for lead in new.json("lead", "list")] == [lead["title"] for lead in town.json("lead", "list")]
    assert "not empty" in new.refused(1, "db", "load", str(file))["problems"][0]["text"]


def test_a_file_is_kept_unless_forced(town: Terminal, tmp_path: Path) -> None:
    """And then nothing is recorded; nobody but an admin exports."""
    file = tmp_path / "town.jsonl"
    file.write_text("mine")
    before = len(town.json("audit", "show", "--limit", "999"))
    town.refused(2, "export", "all", str(file))
    town.refused(1, "export", "all", str(tmp_path / "other"), "--as", "tokyo.desk")
    assert file.read_text() == "mine"
    assert len(town.json("audit", "show", "--limit", "999")) == before
    town.ok("export", "all", str(file), "--force")
    assert file.read_bytes().startswith(b'{"file":"investor-crm export"')


def test_a_compressed_file_is_refused_with_the_line(town: Terminal, tmp_path: Path) -> None:
    """Its first line is no JSON; the new file is not left behind."""
    file = tmp_path / "town.jsonl.gz"
    file.write_bytes(gzip.compress(b"{}"))
    new = Terminal(f"sqlite:///{tmp_path}/new.db")
    problem = new.refused(2, "db", "load", str(file))["problems"][0]
    assert "line 1" in problem["text"]
    assert not (tmp_path / "new.db").exists()
    assert town.json("lead", "list")


def test_content_in_parts_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """A part that fails leaves no file."""

    def parts() -> Iterator[bytes]:
        yield b"one"
        raise EOFError

    target = tmp_path / "parts"
    with pytest.raises(EOFError):
        files.write_file(target, parts(), force=False)
    assert [*tmp_path.iterdir()] == []
    files.write_file(target, iter([b"one", b"two"]), force=False)
    assert target.read_bytes() == b"onetwo"
