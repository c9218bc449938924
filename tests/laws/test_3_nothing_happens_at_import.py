"""Law 3: nothing happens at import: no engine, no listener on a class, no logging set-up, no environment read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.laws.source import PACKAGE, files


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened when every module was imported, in an empty folder, by a fresh process."""
    folder = tmp_path_factory.mktemp("empty")
    watch = Path(__file__).with_name("import_watch.py")
    done = subprocess.run(
        [sys.executable, str(watch)],
        cwd=folder,
        env={"PYTHONPATH": str(PACKAGE.parent), "HOME": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert list(folder.iterdir()) == []
    return dict(json.loads(done.stdout))


@pytest.mark.whole
def test_every_module_can_be_imported_by_itself(report: dict[str, Any]) -> None:
    """And the watch missed none."""
    modules = {
        ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for file in files()
        if "migrations" not in file.parts
    }
    assert set(report["modules"]) == modules - {"crm"}


def test_importing_does_nothing(report: dict[str, Any]) -> None:
    """No engine, session factory, listener, log handler or folder is made, no mapper configured, no variable read."""
    assert report["deeds"] == []
    assert report["handlers"] == 0


def test_the_watch_would_notice(tmp_path: Path) -> None:
    """A library that misbehaves at import is caught, deed by deed."""
    bad = tmp_path / "crm"
    bad.mkdir()
    (bad / "__init__.py").touch()
    (bad / "hasty.py").write_text(
        "import logging, os, sqlalchemy, sqlalchemy.orm\n"
        "from sqlalchemy import create_engine, event\n"
        "os.environ.get('CRM_DB')\n"
        "'CRM_DB' in os.environ\n"
        "engine = create_engine('sqlite://')\n"
        "event.listen(sqlalchemy.orm.Session, 'before_flush', lambda *a: None)\n"
        "logging.basicConfig()\n"
        "class Base(sqlalchemy.orm.DeclarativeBase): pass\n"
        "class Early(Base):\n"
        "    __tablename__ = 'early'\n"
        "    id: sqlalchemy.orm.Mapped[int] = sqlalchemy.orm.mapped_column(primary_key=True)\n"
        "sqlalchemy.orm.aliased(Early)\n"
    )
    watch = Path(__file__).with_name("import_watch.py")
    done = subprocess.check_output([sys.executable, str(watch)], env={"PYTHONPATH": str(tmp_path)}, text=True)
    found = {act.split()[-1].rpartition(".")[2] for act in json.loads(done)["deeds"]}
    assert {"get", "__contains__", "create_engine", "listen", "basicConfig", "configure_mappers"} <= found
