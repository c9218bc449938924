"""``crm audit``: keys, anchors, and verifying against them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from crm.models.guards import drop_guards
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


@pytest.fixture
def kept(town: Terminal, tmp_path: Path) -> list[str]:
    """What is typed to verify against the anchors: a key was made, and the head anchored."""
    (tmp_path / "anchors").mkdir()
    town.ok("audit", "key", "--output", f"{tmp_path}/anchors.key")
    anchor(town, tmp_path)
    return ["audit", "verify", "--anchors", f"{tmp_path}/anchors", "--key", f"{tmp_path}/anchors.key.pub"]


def anchor(town: Terminal, folder: Path, key: str = "anchors.key") -> str:
    """Anchor the head, and return what was printed."""
    return town.ok("audit", "anchor", "--key", f"{folder}/{key}", "--anchors", f"{folder}/anchors")


def sealed(town: Terminal) -> int:
    """Return how many entries are sealed."""
    engine = create_engine(town.url)
    with engine.connect() as connection:
        count: int = connection.execute(text("SELECT count(*) FROM crm_sealed_entry")).scalar_one()
    engine.dispose()
    return count


def write(town: Terminal, *orders: str) -> None:
    """Write past the services."""
    engine = create_engine(town.url)
    with engine.begin() as connection:
        drop_guards(connection)
        for each in orders:
            connection.execute(text(each))
    engine.dispose()


def test_a_log_matches_its_anchors(town: Terminal, tmp_path: Path, kept: list[str]) -> None:
    """The anchor says what was sealed, and a second one of the same head is not needed."""
    assert "anchored already" in anchor(town, tmp_path)
    town.ok("investor", "add", "新社", "--country", "JP")
    assert "✓ Seal 3 is anchored" in anchor(town, tmp_path)
    assert "The log matches 2 anchors." in town.ok(*kept)
    assert town.json(*kept) == []
    (_, last) = sorted((tmp_path / "anchors").iterdir())
    found = json.loads(last.read_text())
    assert (found["seal"], found["entries"]) == (3, sealed(town))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "seal 2 has another hash in the log: what was sealed until then was written anew"),
        ("zh", "第 2 批封存的散列值与操作记录中的不同，此前封存的内容已被重写"),
    ],
)
def test_what_does_not_match_is_said_of_its_anchor(
    town: Terminal, tmp_path: Path, kept: list[str], language: str, sentence: str
) -> None:
    """In a sentence that names the file; the exit status is 1."""
    (file,) = (tmp_path / "anchors").iterdir()
    write(town, f"UPDATE crm_audit_seal SET hash = '{'0' * 64}' WHERE number = 2")
    result = Terminal(town.url, language=language).type(*kept)
    assert result.exit_code == 1
    assert file.name in result.stdout
    assert sentence in result.stdout


def test_a_log_that_was_cut_short(town: Terminal, kept: list[str]) -> None:
    """An anchor that is newer than the log says so."""
    write(town, "DELETE FROM crm_sealed_entry WHERE seal_number = 2", "DELETE FROM crm_audit_seal WHERE number = 2")
    result = town.type(*kept)
    assert result.exit_code == 1
    assert "has seal 2, and the log ends with seal 1" in result.stdout


def test_each_bad_file_is_named(town: Terminal, tmp_path: Path, kept: list[str]) -> None:
    """One cut short, one of another key, one that was changed, one of another database."""
    (file,) = (tmp_path / "anchors").iterdir()
    whole = file.read_text()
    file.write_text(whole[:100])
    assert f"{file.name} is not an anchor, or is incomplete" in town.type(*kept).stdout
    file.write_text(whole.replace('"seal": 2', '"seal": 1'))
    assert f"{file.name}: the signature does not fit the content" in town.type(*kept).stdout
    file.write_text(whole)
    write(town, "UPDATE crm_staff SET uid = '0123456789abcdef0123456789abcdef' WHERE id = 1")
    assert f"{file.name} is of another database" in town.type(*kept).stdout
    town.ok("audit", "key", "--output", f"{tmp_path}/other.key")
    result = town.type(*kept[:-1], f"{tmp_path}/other.key.pub")
    assert f"{file.name} is signed by the key" in result.stdout
    assert result.exit_code == 1


def test_a_key_follows_another(town: Terminal, tmp_path: Path, kept: list[str]) -> None:
    """The new one is signed by the old one, and is trusted where its public key lies beside the anchors."""
    town.ok("audit", "key", "--output", f"{tmp_path}/second.key", "--signed-by", f"{tmp_path}/anchors.key")
    town.ok("investor", "add", "新社", "--country", "JP")
    anchor(town, tmp_path, "second.key")
    assert town.type(*kept).exit_code == 1
    (tmp_path / "second.key.pub").rename(tmp_path / "anchors" / "second.key.pub")
    assert "The log matches 2 anchors." in town.ok(*kept)


def test_a_key_is_private_and_is_never_replaced(town: Terminal, tmp_path: Path) -> None:
    """Mode 0600; a file that is there is refused, whichever of the two."""
    town.ok("audit", "key", "--output", f"{tmp_path}/a.key")
    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "a.key").rename(tmp_path / "b.key")
    for name in ("a.key", "b.key"):
        error = town.refused(2, "audit", "key", "--output", f"{tmp_path}/{name}")
        assert "already exists" in error["problems"][0]["text"]
    (tmp_path / "b.key").chmod(0o644)
    (tmp_path / "anchors").mkdir()
    error = town.refused(2, "audit", "anchor", "--key", f"{tmp_path}/b.key", "--anchors", f"{tmp_path}/anchors")
    assert "can be read by others" in error["problems"][0]["text"]


def test_a_key_is_encrypted(town: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a passphrase from a file, or typed twice; where nobody can type it, the refusal says the way out."""
    (tmp_path / "secret").write_text("open sesame\n")
    (tmp_path / "anchors").mkdir()
    town.ok("audit", "key", "--output", f"{tmp_path}/a.key", "--passphrase-file", f"{tmp_path}/secret")
    line = ("audit", "anchor", "--key", f"{tmp_path}/a.key", "--anchors", f"{tmp_path}/anchors")
    assert "--passphrase-file" in town.refused(2, *line)["problems"][0]["way_out"]
    town.ok(*line, "--passphrase-file", f"{tmp_path}/secret")
    monkeypatch.setattr("crm.cli.admin.keys.on_terminal", lambda: True)
    town.ok("audit", "key", "--output", f"{tmp_path}/b.key", "--encrypt", stdin="one\none\n")
    town.ok("audit", "key", "--output", f"{tmp_path}/c.key", "--signed-by", f"{tmp_path}/b.key", stdin="one\n")
    result = town.type(
        "audit", "key", "--output", f"{tmp_path}/d.key", "--signed-by", f"{tmp_path}/b.key", stdin="two\n"
    )
    assert result.exit_code == 2
    assert not (tmp_path / "d.key").exists()


def test_anchors_and_their_key_go_together(town: Terminal, tmp_path: Path) -> None:
    """One without the other is refused."""
    error = town.refused(2, "audit", "verify", "--anchors", str(tmp_path))
    assert error["problems"][0]["text"] == "--key is missing."
    (tmp_path / "secret").write_text("\n")
    error = town.refused(2, "audit", "key", "--output", f"{tmp_path}/a", "--passphrase-file", f"{tmp_path}/secret")
    assert "no passphrase" in error["problems"][0]["text"]


def test_the_extra_is_named_where_it_is_missing(
    town: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal says how to install it."""
    monkeypatch.setitem(__import__("sys").modules, "cryptography", None)
    error = town.refused(2, "audit", "key", "--output", f"{tmp_path}/a.key")
    assert "investor-crm[anchors]" in error["problems"][0]["way_out"]


def test_a_folder_that_is_missing_is_not_made(town: Terminal, tmp_path: Path, kept: list[str]) -> None:
    """A medium that is not connected would leave the anchors beside the database."""
    key, folder = f"{tmp_path}/anchors.key", tmp_path / "elsewhere"
    for line in (["audit", "anchor", "--key", key], ["audit", "verify", "--key", f"{key}.pub"]):
        (wrong,) = town.refused(2, *line, "--anchors", str(folder))["problems"]
        assert (wrong["field"], wrong["code"]) == ("anchors", "missing")
    assert kept
    assert not folder.exists()


def test_what_is_emptied_is_shown_as_empty(town: Terminal) -> None:
    """A value that a restoring takes away, and one that an edit clears: no word of the program's own language."""
    town.ok("visit", "log", "L1", "--note", "talk")
    town.ok("visit", "withdraw", "V1", "--reason", "r")
    town.ok("visit", "restore", "V1", "--reason", "r")
    town.ok("investor", "edit", "1", "--address", "somewhere")
    town.ok("investor", "edit", "1", "--address", "")
    shown = town.ok("audit", "show", columns=200)
    assert "→ –" in shown
    assert "None" not in shown
