"""What is built holds what it should, and works where nothing of the development tools is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from attrs import frozen

from crm.cli.printing.catalogues import as_mo, text_path
from tests.packaging.building import ROOT, Built, build

# One worker builds once and keeps it for all; elsewhere each worker would build for itself.
pytestmark = pytest.mark.xdist_group("packaging")


@frozen
class Installed:
    """An environment with the wheel in it, and nothing of the checkout in sight.

    Attributes:
        home: An empty folder that stands for a person's home; commands run there.
        bin: Where the programs are.
    """

    home: Path
    bin: Path

    def run(self, *words: str | Path, status: int = 0) -> str:
        """Run a program of the environment and return what it prints."""
        program, *rest = map(str, words)
        environment = {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "CRM_USER": "admin",
            "CRM_LANG": "en",
            "PYTHONUTF8": "1",
        }
        done = subprocess.run(
            [self.bin / program, *rest], cwd=self.home, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def built() -> Built:
    """The wheel, built from the source distribution, which is thereby shown to be complete."""
    return build()


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """An empty environment with the wheel and its own dependencies, without any extra."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "venv")
    home = folder / "home"
    home.mkdir()
    place = Installed(home, folder / "venv" / ("Scripts" if os.name == "nt" else "bin"))
    # Run as the machine has set pip up, so without the bare environment the other programs get.
    # The pip of the tests installs into it, and compiles nothing that is not imported.
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        place.bin / "python",
        "--quiet",
        "--disable-pip-version-check",
    ]
    install = [
        *pip,
        "install",
        "--no-compile",
        "--root-user-action=ignore",
        "--constraint",
        ROOT / "constraints.txt",
        built.wheel,
    ]
    done = subprocess.run(install, cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return place


def test_the_wheel_holds_the_package_alone(built: Built) -> None:
    """Neither the launcher nor the tests nor alembic.ini nor a second copy of the migrations."""
    tops = {PurePosixPath(name).parts[0] for name in built.names}
    assert {folder for folder in tops if not folder.endswith(".dist-info")} == {"crm"}
    assert len(tops) == 2


def test_the_wheel_holds_every_file_of_the_package(built: Built) -> None:
    """Data of the demo and the marker for type checkers come along, byte code and the text of catalogues do not."""
    files = {path.relative_to(ROOT) for path in (ROOT / "crm").rglob("*") if path.is_file() and path.suffix != ".po"}
    wanted = {file.as_posix() for file in files if "__pycache__" not in file.parts}
    assert wanted - built.names == set()
    assert "crm/py.typed" in built.names
    assert [name for name in built.names if name.startswith("crm/demo/data/")]
    assert [name for name in built.names if "__pycache__" in name or name.endswith(".gitkeep")] == []


def test_what_is_built_holds_the_compiled_catalogue(built: Built) -> None:
    """Compiled from the text of today, in the wheel without the text; the source distribution has both."""
    place = "crm/locale/zh_CN/LC_MESSAGES/crm"
    current = as_mo(text_path("zh_CN"))
    with zipfile.ZipFile(built.wheel) as archive:
        assert [name for name in built.names if name.startswith("crm/locale/")] == [f"{place}.mo"]
        assert archive.read(f"{place}.mo") == current
    with tarfile.open(built.sdist) as archive:
        (compiled,) = (archive.extractfile(member) for member in archive if member.name.endswith(f"/{place}.mo"))
        assert compiled is not None
        assert compiled.read() == current
        assert [name for name in archive.getnames() if name.endswith(f"/{place}.po")]


def test_the_wheel_prints_chinese(built: Built, tmp_path: Path) -> None:
    """With the packages of the development tools, so that it needs no network; as it came, nothing compiled."""
    shutil.unpack_archive(built.wheel, tmp_path, "zip")
    program = (
        "import crm, sys\n"
        "from crm.cli import main\n"
        "print(crm.__file__)\n"
        "main(['--lang', 'zh', 'lead', '--help'], standalone_mode=False)\n"
        "print('babel' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    place, *told, babel = done.stdout.splitlines()
    assert Path(place).is_relative_to(tmp_path)
    assert "项目线索" in "".join(told)
    assert babel == "False"


def test_the_wheel_holds_the_migrations_inside_the_package(built: Built) -> None:
    """All revisions, with what Alembic needs to run them."""
    revisions = {f"crm/migrations/versions/{path.name}" for path in (ROOT / "migrations" / "versions").glob("*.py")}
    assert revisions
    assert revisions | {"crm/migrations/env.py", "crm/migrations/script.py.mako"} <= built.names


def test_the_wheel_says_what_it_is(built: Built) -> None:
    """Name, licence, lowest Python, the command, and no development tool among its dependencies."""
    with zipfile.ZipFile(built.wheel) as archive:
        info = next(name.split("/")[0] for name in built.names if name.endswith("/METADATA"))
        metadata = archive.read(f"{info}/METADATA").decode()
        commands = archive.read(f"{info}/entry_points.txt").decode()
    assert {"Name: investor-crm", "Requires-Python: >=3.11", "License-Expression: MIT"} <= set(metadata.splitlines())
    assert "crm = crm.cli:main" in commands
    needed = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert [line for line in needed if "pytest" in line or "psycopg" in line or "django" in line] == []


def test_the_source_distribution_holds_what_a_wheel_is_built_from(built: Built) -> None:
    """And no tests, no virtual environment, no database."""
    with tarfile.open(built.sdist) as archive:
        tops = {PurePosixPath(name).parts[1] for name in archive.getnames() if len(PurePosixPath(name).parts) > 1}
    assert {"crm", "migrations", "pyproject.toml", "README.md", "LICENSE"} <= tops
    assert tops <= {
        "crm",
        "migrations",
        "scripts",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "PKG-INFO",
        ".gitignore",
    }


@pytest.mark.network
def test_the_wheel_works_without_the_development_tools(installed: Installed) -> None:
    """From an empty environment to a database that is ready, with a verb that reads and one that writes."""
    url = "sqlite:///desk/crm.db"
    crm = ("crm", "--db", url)
    assert "crm init" in installed.run(*crm, "init", "--help")
    installed.run(*crm, "init")
    assert (installed.home / "desk" / "crm.db").is_file()
    stations = json.loads(installed.run(*crm, "station", "list", "--json"))
    assert {"tokyo", "frankfurt", "hongkong", "hangzhou"} <= {station["code"] for station in stations}
    installed.run(*crm, "investor", "add", "丸红株式会社", "--country", "JP")
    assert "丸红株式会社" in installed.run(*crm, "investor", "list")
    assert "名称" in installed.run(*crm, "--lang", "zh", "investor", "list")
    installed.run(*crm, "db", "check")


@pytest.mark.network
def test_the_wheel_refuses_a_database_that_is_not_there(installed: Installed) -> None:
    """Exit status 4, and no file is made."""
    installed.run("crm", "--db", "sqlite:///none.db", "station", "list", status=4)
    assert not (installed.home / "none.db").exists()


@pytest.mark.network
def test_what_ran_was_the_wheel(installed: Installed) -> None:
    """The package comes from the environment, its migrations too, and no development tool is there."""
    code = (
        "import crm.schema, importlib.util as u, json; print(json.dumps([crm.__file__, str(crm.schema.migrations_path()),"
        " [n for n in ('pytest', 'hypothesis', 'psycopg', 'ruff', 'hatchling', 'django') if u.find_spec(n)]]))"
    )
    package, migrations, tools = json.loads(installed.run("python", "-c", code))
    assert Path(package).is_relative_to(installed.bin.parent)
    assert Path(migrations) == Path(package).parent / "migrations"
    assert tools == []


@pytest.mark.network
def test_postgresql_without_its_driver_is_explained(installed: Installed) -> None:
    """The message says what to install."""
    done = subprocess.run(
        [installed.bin / "crm", "--lang", "en", "--db", "postgresql://desk@localhost/crm", "station", "list"],
        cwd=installed.home,
        env={"HOME": str(installed.home), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "pip install 'investor-crm[postgres]'" in " ".join(done.stderr.split())
