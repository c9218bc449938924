"""Fixtures for every test that needs a database.

A test that asks for one of them runs twice, on SQLite and on PostgreSQL: ``session`` for work that is rolled back
afterwards, ``engine`` for the shared database behind it, ``fresh_engine`` and ``database_url`` for an empty database
of the test's own, ``migrated_engine`` and ``migrated_url`` for one with the tables in it.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, Connection, Engine
from sqlalchemy.orm import Session

from crm import schema
from crm.db import make_engine
from tests import statements as recorder
from tests.compiling import compiled_once
from tests.databases import SERVER_VARIABLE, Databases, PostgresDatabases, SQLiteFiles, postgres_server
from tests.factories import World
from tests.scheduling import unit
from tests.shared import MadeOnce, Shared, in_memory

if TYPE_CHECKING:
    from tests.browser import Browser

# The same examples on every machine and every run; a slow machine is no failure.
settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
# For a person who is looking for new failures: pytest --hypothesis-profile=explore
settings.register_profile("explore", settings.get_profile("steady"), derandomize=False, max_examples=2_000)
# Of the quick tier; tests.tiers.examples takes the same part of what a test asks for.
settings.register_profile("quick", settings.get_profile("steady"), max_examples=12)
settings.load_profile("steady")

# Nothing that is made while tests are collected is thrown away: enabled again when they are.
gc.disable()

SHARED = pytest.StashKey[Shared]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that chooses a tier."""
    parser.addoption(
        "--tier",
        choices=("quick", "all"),
        default="all",
        help="quick: no package index, most tests on one database alone, an eighth of the examples; all (default): everything",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Load the examples of the tier, and take the folder that the workers of this run share."""
    if config.getoption("--tier") == "quick" and config.getoption("--hypothesis-profile") is None:
        settings.load_profile("quick")
    given = getattr(config, "workerinput", {}).get("shared") or (
        tempfile.mkdtemp(prefix="crm-tests-", dir=in_memory()),
        os.getpid(),
    )
    config.stash[SHARED] = Shared(Path(given[0]), given[1])


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was collected, and look for the rest less often: a sixth of the time."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    gc.enable()


@pytest.fixture
def collected_often() -> Iterator[None]:
    """Let the garbage collector run as often as it does by itself, for a test that measures memory.

    It passes over what is there before, which takes it seconds late in a run.
    """
    seldom = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*seldom)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give out the tests by group and module, in the order in which they are collected."""
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    config.option.loadscopereorder = False
    scheduling = LoadGroupScheduling(config, log)
    scheduling._split_scope = unit
    return scheduling


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist the folder."""
    shared: Shared = node.config.stash[SHARED]
    node.workerinput["shared"] = (str(shared.folder), shared.run)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take away at the end of the run what its workers shared."""
    if hasattr(config, "workerinput"):
        return
    shared = config.stash[SHARED]
    if SERVER_VARIABLE in os.environ:
        databases = PostgresDatabases(postgres_server(shared))
        for made in shared.all_made():
            if str(made).startswith("postgresql"):
                databases.drop(made)
        databases.close()
    shared.close()


#: By folder, the fixture that takes seconds to make. Tests that use it with the same parameters are one group, so that one
#: worker makes it, and others have the next.
COSTLY = {"laws": "scene", "demo": "first_load"}
#: Folders and modules of tests that take long; they run first too.
LONG = {
    "services_state",
    "test_damaged_values.py",
    "test_in_a_host.py",
    "test_migrations.py",
    "test_loading.py",
    "test_up_and_down.py",
}


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Leave out what the tier does not run, group the tests of each costly fixture, and let the groups run first.

    pytest-xdist reads the groups in between. Begun last, a group would keep one worker busy while the others have nothing to do.
    """
    if config.getoption("--tier") == "quick":
        chosen: list[pytest.Item] = []
        left_out: list[pytest.Item] = []
        for item in items:
            (chosen if is_quick(item) else left_out).append(item)
        config.hook.pytest_deselected(items=left_out)
        items[:] = chosen
    for item in items:
        name = COSTLY.get(item.path.parent.name, "")
        if name in getattr(item, "fixturenames", ()) and item.get_closest_marker("xdist_group") is None:
            params = (made_with(item, fixture) for fixture in (name, "backend"))
            item.add_marker(
                pytest.mark.xdist_group(
                    "-".join((name, *(str(parameter) for parameter in params if parameter is not None)))
                )
            )
    yield
    items.sort(
        key=lambda item: item.get_closest_marker("xdist_group") is None and LONG.isdisjoint(item.path.parts[-2:])
    )


#: By database, the marks of tests that the quick tier leaves out on it.
LEFT_OUT = {None: (), "sqlite": ("server",), "postgresql": ("portable",)}


def is_quick(item: pytest.Item) -> bool:
    """Say whether the quick tier runs a test."""
    left_out = {"network", "whole", *LEFT_OUT[made_with(item, "backend")]}
    return left_out.isdisjoint(mark.name for mark in item.iter_markers())


def made_with(item: pytest.Item, fixture: str) -> Any:
    """Return the parameter of a fixture that a test uses, or None."""
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get(fixture)


@pytest.fixture(scope="session", autouse=True)
def engines_compile_once() -> Iterator[None]:
    """The engines of this process share what they have compiled."""
    with compiled_once():
        yield


@pytest.fixture(scope="session")
def shared(pytestconfig: pytest.Config) -> Shared:
    """What the workers of this run share."""
    return pytestconfig.stash[SHARED]


@pytest.fixture(scope="session")
def postgres_databases(shared: Shared) -> Iterator[PostgresDatabases]:
    """PostgreSQL, for a test about PostgreSQL alone; one server for the run, started when first asked for."""
    made = PostgresDatabases(postgres_server(shared))
    yield made
    made.close()


@pytest.fixture
def postgres_url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """The address of an empty PostgreSQL database of the test's own, for a test about PostgreSQL alone."""
    url = postgres_databases.create()
    yield url
    postgres_databases.drop(url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser; without one the tests that ask for it are left out. They are one group, so that one worker starts one."""
    if sys.platform == "win32":
        pytest.skip("the browser is spoken to over pipes that Windows does not have")
    from tests import browser as chromium

    path = chromium.found()
    if path is None:
        pytest.skip(f"no Chromium on this machine (apt-get install chromium, or set {chromium.BROWSER_VARIABLE})")
    with chromium.browser(path) as running:
        yield running


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database: ``sqlite``, then ``postgresql``."""
    return str(request.param)


@pytest.fixture(scope="session")
def databases(backend: str, request: pytest.FixtureRequest, shared: Shared) -> Databases:
    """Makes databases of this backend."""
    if backend == "postgresql":
        made: PostgresDatabases = request.getfixturevalue("postgres_databases")
        return made
    return SQLiteFiles(Path(tempfile.mkdtemp(prefix="databases-", dir=shared.folder)))


@pytest.fixture(scope="session")
def made_once(backend: str, databases: Databases, shared: Shared) -> MadeOnce:
    """Makes a database once for all workers, which take copies of it: a copy is cheaper than what filled it."""

    def made(name: str, fill: Callable[[str], object], template: str | None = None) -> str:
        def make() -> str:
            url = databases.create(template)
            fill(url)
            return url

        return shared.once(f"{backend}-{name}", make)

    return made


@pytest.fixture(scope="session")
def template_url(made_once: MadeOnce) -> str:
    """A migrated database that nobody connects to: a copy of it is cheaper than an upgrade."""

    def fill(url: str) -> None:
        engine = make_engine(url)
        schema.upgrade(engine)
        engine.dispose()

    return made_once("tables", fill)


@pytest.fixture(scope="session")
def engine(databases: Databases, template_url: str) -> Iterator[Engine]:
    """One migrated database shared by many tests; whoever writes to it rolls back, as ``session`` does."""
    url = databases.create(template_url)
    engine = make_engine(url)
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture(scope="session")
def bureau_template_url(made_once: MadeOnce, template_url: str) -> str:
    """A database with a bureau in it, that nobody connects to: founding one for each test would take most of its time."""

    def fill(url: str) -> None:
        engine = make_engine(url)
        with Session(engine) as session, session.begin():
            World(session)
        engine.dispose()

    return made_once("bureau", fill, template_url)


@pytest.fixture(scope="session")
def bureau_engine(databases: Databases, bureau_template_url: str) -> Iterator[Engine]:
    """As ``engine``, on a database with a bureau in it."""
    url = databases.create(bureau_template_url)
    engine = make_engine(url)
    yield engine
    engine.dispose()
    databases.drop(url)


#: The fixtures of a test, and the engine on a database that has what they are about already; the first that a test uses counts.
ENGINES = {"pair": "pair_engine", "world": "bureau_engine"}


@pytest.fixture
def connection(backend: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A connection inside a transaction that is rolled back after the test; for a test of a ``world``, where there is a bureau."""
    _ = backend  # asked for by name, a fixture that differs by it is not known to
    shared = next((made for name, made in ENGINES.items() if name in request.fixturenames), "engine")
    engine: Engine = request.getfixturevalue(shared)
    with engine.connect() as connection:
        if request.node.get_closest_marker("one_moment") and connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session whose commits and rollbacks are savepoints in a transaction that is rolled back after the test.

    On PostgreSQL the numbers that a sequence gave out stay used, so a test never states an id.
    """
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture
def open_engine() -> Iterator[Callable[..., Engine]]:
    """As make_engine, for a test that needs several engines; each is closed after the test, however it ends."""
    engines: list[Engine] = []

    def opened(url: str | URL, **kw: Any) -> Engine:
        engines.append(make_engine(url, **kw))
        return engines[-1]

    yield opened
    for made in engines:
        made.dispose()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The address of an empty database of the test's own."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture
def fresh_engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database of the test's own."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def migrated_url(databases: Databases, template_url: str) -> Iterator[str]:
    """The address of a database of the test's own that has the tables."""
    url = databases.create(template_url)
    yield url
    databases.drop(url)


@pytest.fixture
def migrated_engine(migrated_url: str) -> Iterator[Engine]:
    """An engine on a database of the test's own that has the tables."""
    engine = make_engine(migrated_url)
    yield engine
    engine.dispose()


@pytest.fixture
def statements() -> Callable[[Engine | Connection | Session], AbstractContextManager[recorder.Statements]]:
    """The recorder of SQL: open it on a session, then compare the length of what it saw."""
    return recorder.statements
