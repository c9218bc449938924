"""Where a setting comes from: the line, the environment, crm.toml here, crm.toml of the user."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Table, update

from crm.cli.kit import settings
from crm.cli.kit.face import Face
from crm.cli.printing.language import Language, option_text
from crm.db import make_engine
from crm.errors import InvalidInput
from crm.models import Staff
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, an empty home, and no settings in the environment."""
    work, home = tmp_path / "work", tmp_path / "home"
    work.mkdir()
    home.mkdir()
    monkeypatch.chdir(work)
    for name in (*settings.KEYS.values(), settings.SECRET, "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *_, **__: str(home))
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(home / "data"))
    return work


def test_the_nearest_setting_wins(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each place gives way to the one before it; an empty value is none."""
    assert settings.lookup("db", {}) is None
    (here.parent / "home" / "crm.toml").write_text('db = "sqlite:///home.db"\nuser = "home"\n', "utf-8")
    assert settings.lookup("db", {}) == "sqlite:///home.db"
    (here / "crm.toml").write_text('db = "sqlite:///here.db"\n', "utf-8")
    assert settings.lookup("db", {}) == "sqlite:///here.db"
    assert settings.lookup("user", {}) == "home"
    monkeypatch.setenv("CRM_DB", "sqlite:///environment.db")
    assert settings.lookup("db", {}) == "sqlite:///environment.db"
    assert settings.lookup("db", {"db": "sqlite:///line.db"}) == "sqlite:///line.db"
    monkeypatch.setenv("CRM_DB", "")
    assert settings.lookup("db", {}) == "sqlite:///here.db"


def test_the_address_may_stand_in_a_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no password is in the list of processes; the line and CRM_DB win, crm.toml does not."""
    (here / "crm.toml").write_text('db = "sqlite:///here.db"\nuser = "here"\n', "utf-8")
    (here / "secret").write_text("postgresql://desk:s3cret@h/d\n", "utf-8")
    monkeypatch.setenv("CRM_DB_FILE", str(here / "secret"))
    assert settings.lookup("db", {}) == "postgresql://desk:s3cret@h/d"
    assert settings.lookup("user", {}) == "here"
    monkeypatch.setenv("CRM_DB", "sqlite:///environment.db")
    assert settings.lookup("db", {}) == "sqlite:///environment.db"


@pytest.mark.parametrize("content", [None, b"", b"postgresql://u:s3cret@h/d\nsecond", b"postgresql://u:s3cret\xff@h/d"])
def test_a_file_without_an_address_is_named(here: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None) -> None:
    """It is missing, empty, has more than a line, or another encoding; what it holds is not repeated."""
    if content is not None:
        (here / "secret").write_bytes(content)
    monkeypatch.setenv("CRM_DB_FILE", "secret")
    with pytest.raises(InvalidInput, match="secret cannot be read") as caught:
        settings.lookup("db", {})
    assert "s3cret" not in str(caught.value)
    assert caught.value.problems[0].values["variable"] == "CRM_DB_FILE"


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_file_that_others_can_write_is_refused(here: Path, mode: int) -> None:
    """It could send records to another database, or act as somebody else; made one's own it is read."""
    file = here / "crm.toml"
    file.write_text('db = "sqlite:///here.db"\n', "utf-8")
    file.chmod(mode)
    with pytest.raises(InvalidInput, match="written by somebody else"):
        settings.lookup("db", {})
    assert settings.lookup("db", {"db": "sqlite:///line.db"}) == "sqlite:///line.db"
    file.chmod(mode & ~0o022)
    assert settings.lookup("db", {}) == "sqlite:///here.db"


@pytest.mark.skipif(os.name != "posix", reason="owners of POSIX")
def test_a_file_of_somebody_else_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Left in a folder that all may write to, such as /tmp; one of root is trusted."""
    file = here / "crm.toml"
    file.write_text('db = "sqlite:///here.db"\n', "utf-8")
    owner = file.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    if owner == 0:
        assert settings.lookup("db", {}) == "sqlite:///here.db"
        os.chown(file, 4321, -1)
    with pytest.raises(InvalidInput, match="written by somebody else"):
        settings.lookup("db", {})


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"db = ", "not valid TOML"),
        (b'db = "\xb4\xba"', "cannot be read"),
        (b"db = 1", "not a text"),
        (b'database = "x"', "unknown"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_broken_file_is_a_sentence(content: bytes, word: str) -> None:
    """Wrong TOML, wrong encoding, a wrong type, an unknown key: status 2 and the file's name."""
    Path("crm.toml").write_bytes(content)
    error = Terminal("").refused(2, "lead", "list")
    assert word in error["problems"][0]["text"]
    assert "crm.toml" in error["problems"][0]["text"]


@pytest.mark.usefixtures("here")
def test_the_language_may_stand_in_the_file() -> None:
    """crm.toml decides, unless the line or the environment does."""
    Path("crm.toml").write_text('lang = "zh"\n', "utf-8")
    assert "用法" in Terminal("", language="").ok("--help")
    assert "Usage" in Terminal("", language="en").ok("--help")


def test_a_fresh_machine_needs_nothing_but_init(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file lives where the platform keeps user data; the login name is the first administrator."""
    monkeypatch.setattr("getpass.getuser", lambda: "wang")
    terminal = Terminal("", user="")
    assert "`crm init`" in terminal.refused(4, "lead", "list")["problems"][0]["way_out"]
    assert "wang is its administrator" in terminal.ok("init")
    assert (here.parent / "home" / "data" / "crm.db").exists()
    assert "is already set up" in terminal.ok("init")
    assert "已就绪" in terminal.ok("init", "--lang", "zh")
    assert [row["username"] for row in terminal.json("staff", "list")] == ["wang"]
    assert terminal.json("lead", "list") == []


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"archived_at": datetime(2023, 2, 18, tzinfo=UTC)}])
def test_init_says_that_no_administrator_is_left(town: Terminal, change: dict[str, Any]) -> None:
    """It changes nothing, says what can be done, and the exit status tells a script."""
    assert "is already set up" in town.ok("init")
    engine = make_engine(town.url)
    with engine.begin() as connection:
        connection.execute(update(cast("Table", Staff.__table__)).where(Staff.role == "admin").values(**change))
    engine.dispose()
    (problem,) = town.refused(1, "init")["problems"]
    assert problem["code"] == "no_admin"
    assert "crm db recover-admin" in problem["way_out"]
    assert "没有管理员" in town.type("init", "--lang", "zh").output


@pytest.mark.usefixtures("here")
def test_a_login_name_that_is_no_user_name_is_told_how(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Chinese login name, or none at all, asks for --as."""
    monkeypatch.setattr("getpass.getuser", lambda: "张伟")
    assert Terminal("", user="").refused(2, "init")["problems"][0]["code"] == "code"

    def nobody() -> str:
        raise OSError

    monkeypatch.setattr("getpass.getuser", nobody)
    assert "--as" in Terminal("", user="").refused(2, "init")["problems"][0]["way_out"]
    Terminal("", user="").ok(
        "init", "--as", "zhang.wei", "--name", "张伟", "--unit-name", "商务局", "--unit-name-en", "Commerce"
    )


@pytest.mark.parametrize("where", ["front", "noun", "behind"])
def test_shared_options_work_anywhere_on_the_line(reader: Terminal, where: str) -> None:
    """--db, --as, --lang and --json before the noun, behind it, or behind the verb."""
    shared = ["--db", reader.url, "--as", "shen", "--lang", "zh", "--json"]
    line = {
        "front": [*shared, "staff", "list"], "noun": ["staff", *shared, "list"], "behind": ["staff", "list", *shared],
    }[where]  # fmt: skip
    result = Terminal("sqlite:////nowhere/at/all.db", user="nobody").type(*line)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("[")


def test_the_last_one_typed_counts(reader: Terminal) -> None:
    """The option behind the verb takes precedence over the one before it."""
    reader.ok("--as", "nobody", "staff", "list", "--as", "shen")
    assert reader.type("--as", "shen", "staff", "list", "--as", "nobody").exit_code == 1


def test_a_tenant_is_a_database_of_its_own(tmp_path: Path) -> None:
    """On SQLite a file beside the others."""
    terminal = Terminal(f"sqlite:///{tmp_path}/crm.db")
    terminal.ok("init", "--tenant", "jinan")
    terminal.ok("investor", "add", "甲", "--country", "CN", "--tenant", "jinan")
    assert terminal.type("investor", "list").exit_code == 4
    assert len(terminal.json("--tenant", "jinan", "investor", "list")) == 1


@pytest.mark.parametrize(
    ("args", "value"),
    [
        (["--lang", "zh"], "zh"), (["--lang=en"], "en"), (["lead", "--lang", "zh", "board"], "zh"), (["--lang"], None),
        (["--", "--lang", "zh"], None), (["--lang", "en", "x", "--lang", "zh"], "zh"), ([], None),
    ],
)  # fmt: skip
def test_the_language_is_read_off_a_line_not_yet_parsed(args: list[str], value: str | None) -> None:
    """Help and usage errors need it before parsing is done."""
    assert option_text(args, "--lang") == value


def test_a_face_without_a_call_speaks_english() -> None:
    """Completion and documentation have no call around them."""
    assert Face(Language("en")).say("{count} facts are loaded into {database}.", count=1, database="x").startswith("1 ")
