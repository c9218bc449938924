"""Hosts on FastAPI, Flask, Django, pandas, Click, a worker and tenants, each from the wheel alone, on each database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import frozen

from tests.docs.pages import promised
from tests.embedding.rooms import SCRIPT, recipe
from tests.packaging.building import build

# The worker that has built the wheel has it for these too.
pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("packaging")]

HOSTS = Path(__file__).parent / "hosts"
ALEMBIC = """
[alembic]
script_location = migrations
path_separator = newline
prepend_sys_path = .
sqlalchemy.url = {url}
version_locations =
    migrations/versions
    {ours}
"""


@frozen
class Place:
    """A folder with a host and the wheel, and nothing of the checkout.

    Attributes:
        folder: Where the host is.
        url: The address of an empty database.
        wheel: Where the wheel is unpacked.
    """

    folder: Path
    url: str
    wheel: Path

    def run(self, *words: str) -> str:
        """Run Python in it, and return what is printed; what is deprecated is an error."""
        done = subprocess.run(
            [sys.executable, "-W", "error::DeprecationWarning", *words],
            cwd=self.folder,
            env={**os.environ, "HOST_DB": self.url, "PYTHONPATH": str(self.wheel), "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    def play(self, name: str) -> None:
        """Run a host, which prints what it says."""
        said = promised((HOSTS / f"{name}.py").read_text("utf-8"))
        assert len(said) > 1
        assert self.run(f"{name}.py").splitlines() == said


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked as it is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.unpack_archive(build().wheel, folder, "zip")
    return folder


@pytest.fixture
def place(database_url: str, wheel: Path, tmp_path: Path) -> Place:
    """An empty database, and a folder with the hosts."""
    return _place(database_url, wheel, tmp_path)


def _place(url: str, wheel: Path, folder: Path) -> Place:
    for host in HOSTS.glob("[!_]*.py"):
        shutil.copy(host, folder)
    place = Place(folder, url, wheel)
    assert Path(place.run("-c", "import crm; print(crm.__file__)")).is_relative_to(wheel)
    return place


@pytest.mark.parametrize(
    "name", ["fastapi_program", "django_program", "pandas_notebook", "click_program", "feed_worker"]
)
def test_a_host_does_what_its_page_says(place: Place, name: str) -> None:
    """Line by line."""
    place.play(name)


def test_tenants_share_a_pool(postgres_url: str, wheel: Path, tmp_path: Path) -> None:
    """Schemas are of PostgreSQL."""
    _place(postgres_url, wheel, tmp_path).play("tenants")


@pytest.mark.parametrize("way", ["separate", "one graph", "owned"])
def test_flask_sqlalchemy_with_each_way_of_alembic(place: Place, way: str) -> None:
    """With the env.py of docs/embedding.md; ours and the host's tables are made, and nothing is left to do."""
    (place.folder / "rooms").mkdir()
    (place.folder / "rooms" / "__init__.py").write_text("", "utf-8")
    (place.folder / "rooms" / "models.py").write_text("from flask_program import Base as Base\n", "utf-8")
    (place.folder / "migrations" / "versions").mkdir(parents=True)
    (place.folder / "migrations" / "script.py.mako").write_text(SCRIPT, "utf-8")
    (place.folder / "migrations" / "env.py").write_text(recipe(way), "utf-8")
    ours = str(place.wheel / "crm" / "migrations" / "versions") if way == "one graph" else ""
    url = place.url.replace("%", "%%")
    (place.folder / "alembic.ini").write_text(ALEMBIC.format(url=url, ours=ours), "utf-8")
    alembic = ("-m", "alembic")
    revise = (*alembic, "revision", "--autogenerate", "-m")
    library = "from crm import make_engine, schema; engine = make_engine({!r}); schema.{}(engine)"
    if way == "separate":
        place.run("-c", library.format(place.url, "upgrade"))
        place.run(*revise, "viewings")
    elif way == "one graph":
        place.run(*alembic, "upgrade", "heads")
        head = place.run("-c", "from crm import schema; print(*schema.heads())").strip()
        place.run(
            *revise, "viewings", "--head", "base", "--branch-label", "host", "--depends-on", head,
            "--version-path", "migrations/versions",
        )  # fmt: skip
    else:
        place.run(*revise, "ours and theirs")
        place.run(*alembic, "upgrade", "heads")
        place.run(*revise, "the circular key")
    place.run(*alembic, "upgrade", "heads")
    if way == "owned":
        for step in ("reindex", "stamp"):
            place.run("-c", library.format(place.url, step))
    assert "No new upgrade operations" in place.run(*alembic, "check")
    place.play("flask_program")
