"""The file of a document on the line: kept beside the database, saved again, checked, swept, backed up."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

PDF = b"%PDF-1.7\nagreement"
NAME = sha256(PDF).hexdigest()
LINE = ("lead", "evidence", "1", "--kind", "licence", "--dated", "2023-02-08", "--reference", "x", "--file")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for files, chosen by the environment."""
    monkeypatch.setenv("CRM_FILES", str(tmp_path / "kept"))
    return tmp_path / "kept"


def add(town: Terminal, tmp_path: Path, content: bytes = PDF) -> str:
    """Record a document with a file, and return its number."""
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    made = town.json(*LINE, str(file))
    assert made["file_size"] == len(content)
    return str(made["id"])


def test_a_file_is_kept_and_saved(town: Terminal, folder: Path, tmp_path: Path) -> None:
    """It is as it was; a file that is there is replaced with --force alone; the list has its size."""
    number, out = add(town, tmp_path), tmp_path / "out.pdf"
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [NAME]
    town.ok("lead", "save-evidence", number, str(out))
    assert out.read_bytes() == PDF
    assert town.refused(2, "lead", "save-evidence", number, str(out))["problems"][0]["code"] == "exists"
    town.ok("lead", "save-evidence", number, str(out), "--force")
    assert town.json("lead", "evidence", "1")[0]["file_size"] == len(PDF)
    assert "1 kB" in town.ok("lead", "evidence", "1", columns=160)


def test_a_damaged_file_is_not_saved(town: Terminal, folder: Path, tmp_path: Path) -> None:
    """Nothing is written, and what was there stays."""
    number, out = add(town, tmp_path), tmp_path / "out.pdf"
    out.write_bytes(b"before")
    (folder / NAME[:2] / NAME).write_bytes(PDF[:-1] + b"!")
    refused = town.refused(4, "lead", "save-evidence", number, str(out), "--force")
    assert (refused["error"], refused["problems"][0]["code"]) == ("DamagedRecord", "damaged_file")
    assert out.read_bytes() == b"before"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".crm-")]
    checked = town.type("db", "files")
    assert checked.exit_code == 1
    assert f"Damaged: {NAME}" in checked.output


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"MZ\x90\x00"])
def test_what_is_no_document_is_refused(town: Terminal, folder: Path, tmp_path: Path, content: bytes) -> None:
    """By its content, whatever it is called; a folder is none either, and what is not kept leaves nothing."""
    file = tmp_path / "agreement.pdf"
    file.write_bytes(content)
    assert town.refused(2, *LINE, str(file))["problems"][0]["field"] == "content"
    assert town.refused(2, *LINE, str(tmp_path))["error"] == "InvalidInput"
    assert not folder.exists()
    assert town.json("lead", "evidence", "1") == []


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="without such a device")
def test_a_device_without_end_is_refused(town: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more of it is read than a file may have."""
    monkeypatch.setattr("crm.values.media.LARGEST", 1_000)
    assert town.refused(2, *LINE, "/dev/zero")["problems"][0]["code"] in {"media", "too_large"}


def test_the_folder_is_beside_a_file(town: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a setting; a server has none beside it, so the checksum alone is on record, and is said to be."""
    monkeypatch.delenv("CRM_FILES")
    if town.url.startswith("sqlite"):
        add(town, tmp_path)
        assert Path(town.url.removeprefix("sqlite:///") + f".files/{NAME[:2]}/{NAME}").is_file()
        return
    (tmp_path / "a.pdf").write_bytes(PDF)
    assert "checksum of its file alone" in town.ok(*LINE, str(tmp_path / "a.pdf"))
    assert town.refused(1, "db", "files")["problems"][0]["code"] == "no_store"
    (row,) = town.json("lead", "evidence", "1")
    assert (row["sha256"], row["file_size"]) == (NAME, None)
    number = str(row["id"])
    assert town.refused(1, "lead", "save-evidence", number, str(tmp_path / "o"))["problems"][0]["code"] == "no_file"


def test_the_folder_is_named_in_a_file(town: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As files in crm.toml; it counts from the folder of that file."""
    number = add(town, tmp_path)
    monkeypatch.delenv("CRM_FILES")
    (tmp_path / "crm.toml").write_text('files = "kept"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    town.ok("lead", "save-evidence", number, "out.pdf")
    assert Path("out.pdf").read_bytes() == PDF


def test_files_are_checked_and_swept(town: Terminal, folder: Path, tmp_path: Path) -> None:
    """What no record names is removed when it is a day old."""
    assert town.json("db", "files")["count"] == 0
    add(town, tmp_path)
    stray = folder / "ab" / ("ab" + "0" * 62)
    stray.parent.mkdir()
    stray.write_bytes(b"%PDF-")
    assert town.json("db", "files", "--sweep")["orphaned"] == []
    os.utime(stray, (0, 0))
    assert "Named by no record: ab0" in town.ok("db", "files")
    assert "1 files are removed" in town.ok("db", "files", "--sweep")
    assert not stray.exists()
    report = town.json("db", "files")
    assert (report["count"], report["size"], report["removed"], report["copied"]) == (1, len(PDF), 0, 0)
    assert report["missing"] == report["damaged"] == report["orphaned"] == []


def test_files_travel_with_a_backup(town: Terminal, folder: Path, tmp_path: Path) -> None:
    """They are copied beside it, and what is missing is brought back by a restore."""
    if not town.url.startswith("sqlite"):
        pytest.skip("a server is backed up by its own tools")
    number = add(town, tmp_path)
    backup = tmp_path / "kept.db"
    assert town.json("db", "backup", str(backup))["files"] == 1
    assert (tmp_path / "kept.db.files" / NAME[:2] / NAME).read_bytes() == PDF
    (folder / NAME[:2] / NAME).unlink()
    assert town.refused(4, "lead", "save-evidence", number, str(tmp_path / "o"))["error"] == "DamagedRecord"
    assert town.json("db", "restore", str(backup), "--yes")["files"] == 1
    town.ok("lead", "save-evidence", number, str(tmp_path / "o"))


def test_files_travel_with_an_export(town: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is copied beside it, and brought into the database that is loaded."""
    number = add(town, tmp_path)
    town.ok("export", "all", str(tmp_path / "all.jsonl"))
    town.ok("db", "files", "--copy", str(tmp_path / "all.files"))
    other = Terminal(f"sqlite:///{tmp_path / 'other.db'}")
    monkeypatch.setenv("CRM_FILES", str(tmp_path / "other"))
    other.ok("db", "load", str(tmp_path / "all.jsonl"))
    assert other.type("db", "files").exit_code == 1
    assert other.json("db", "files", "--bring", str(tmp_path / "all.files"))["copied"] == 1
    other.ok("lead", "save-evidence", number, str(tmp_path / "o"))
    assert (tmp_path / "o").read_bytes() == PDF
