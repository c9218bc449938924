"""Whatever a page shows can be run as it stands."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

import crm.db
from crm import Pipeline
from crm.cli import main as program
from tests.docs.pages import ROOT, Block, blocks, of, promised

pytestmark = pytest.mark.portable

_ADDRESS = '"sqlite:///crm.db"'


def _named(block: Block) -> str:
    return block.where


# An env.py is no program of its own: tests/embedding runs each in a folder of Alembic's.
# It runs the recipes too; test_api_examples.py runs the examples of methods.
@pytest.mark.whole
@pytest.mark.parametrize(
    "block",
    [
        block
        for block in of("python")
        if not block.text.startswith(("# env.py", '"""')) and not block.where.startswith("api.md")
    ],
    ids=_named,
)
def test_python_runs_and_prints_what_it_says(
    block: Block,
    database_url: str,
    open_engine: Callable[..., Engine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each block stands alone, on an empty database of SQLite and of PostgreSQL."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(crm.db, "make_engine", open_engine)
    source = block.text.replace(_ADDRESS, repr(make_url(database_url).render_as_string(hide_password=False)))
    exec(compile(source, block.where, "exec", dont_inherit=True), {"__name__": "example"})  # noqa: S102 - our own pages
    printed = capsys.readouterr().out
    for line in promised(block.text):
        for part in line.split("…"):  # which stands for anything
            assert part.strip() in printed


def test_the_example_of_the_readme_is_short() -> None:
    """The example has about twenty lines."""
    (block,) = [block for block in blocks(ROOT / "README.md") if block.language == "python"]
    assert len([line for line in block.text.splitlines() if line.strip()]) <= 24


@pytest.mark.parametrize("block", [block for block in of("toml") if "[[stages]]" in block.text], ids=_named)
def test_a_policy_in_a_page_is_one(block: Block) -> None:
    """It loads, and agrees with itself."""
    policy = Pipeline.from_toml(block.text)
    assert len(policy.stages) == len(tomllib.loads(block.text)["stages"])


@pytest.mark.whole
def test_the_users_page_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One day after the other, in one folder, every line is taken."""
    assert _run("users", tmp_path, monkeypatch) > 20


@pytest.mark.whole
@pytest.mark.parametrize("page", ["aftercare", "events", "identifiers"])
def test_a_page_about_one_thing_runs_from_top_to_bottom(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a database that was set up."""
    (tmp_path / "crm.toml").write_text('db = "sqlite:///crm.db"\nuser = "admin"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        program(["init", "--name", "管理员"])
    assert _run(page, tmp_path, monkeypatch) > 3


def _run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Type every line of a page, and return how many there were."""
    monkeypatch.chdir(tmp_path)
    for key in ("CRM_DB", "CRM_TENANT", "CRM_USER", "CRM_LANG"):
        monkeypatch.delenv(key, raising=False)
    ran = 0
    for block in blocks(ROOT / "docs" / f"{page}.md"):
        if block.language == "toml":
            (tmp_path / "crm.toml").write_text(block.text, "utf-8")
            continue
        for line in block.text.splitlines():
            if line.startswith("$ crm "):
                arguments = shlex.split(line.removeprefix("$ crm "), comments=True)
                with pytest.raises(SystemExit) as ended:
                    program(arguments)
                assert ended.value.code in {0, None}, line
                ran += 1
    return ran
