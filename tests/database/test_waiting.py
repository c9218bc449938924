"""Nobody waits for ever for another transaction, and a block that met one can be repeated as a whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.orm import Session

from crm import CRM, schema
from crm.db import session_scope
from crm.errors import BeginAgain, DatabaseNotReady
from crm.models import Investor
from tests.factories import World
from tests.services.at_once.interleaving import waiting


@pytest.fixture
def bureau(migrated_url: str, open_engine: Callable[..., Engine]) -> Engine:
    """A database of the test's own with a bureau and an investor in it."""
    engine = open_engine(migrated_url)
    with session_scope(engine) as session:
        World(session).manager.investors.add("丸红", country="JP")
    return engine


@pytest.fixture
def impatient(bureau: Engine, open_engine: Callable[..., Engine]) -> Engine:
    """An engine of ours whose user has chosen to wait less."""
    if bureau.dialect.name == "sqlite":
        engine = open_engine(bureau.url)
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA busy_timeout = 1")
        return engine
    return open_engine(bureau.url, connect_args={"options": "-c lock_timeout=10ms"})


@pytest.fixture
def hosts(bureau: Engine) -> Iterator[Engine]:
    """An engine of a host's own."""
    options = {"timeout": 0.001} if bureau.dialect.name == "sqlite" else {"options": "-c lock_timeout=10ms"}
    engine = create_engine(bureau.url, connect_args=options)
    yield engine
    engine.dispose()


def holding(session: Session) -> None:
    """Hold the investor, as a transaction that was left open does."""
    session.scalars(select(Investor).with_for_update()).all()


def edit(session: Session) -> None:
    """Edit the investor."""
    CRM(session, "manager.desk").investors.edit("丸红", website="https://example.org")


def test_our_engine_waits_five_seconds(bureau: Engine) -> None:
    """For a lock; no statement is limited, for an import or an upgrade takes its time."""
    with bureau.connect() as connection:
        if bureau.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA busy_timeout")) == 5000
        else:
            assert connection.scalar(text("SHOW lock_timeout")) == "5s"
            assert connection.scalar(text("SHOW statement_timeout")) == "0"
            connection.rollback()
            assert connection.scalar(text("SHOW lock_timeout")) == "5s"


def test_an_engine_that_commits_by_itself_goes_on_doing_so(bureau: Engine, open_engine: Callable[..., Engine]) -> None:
    """The limit is set in no transaction, and none stays open."""
    if bureau.dialect.name == "sqlite":
        pytest.skip("SQLite's limit is set by its driver")
    with open_engine(bureau.url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM crm_staff"))
        assert connection.scalar(text("SHOW lock_timeout")) == "5s"


def test_a_limit_that_somebody_has_set_stays(impatient: Engine) -> None:
    """In the address, or for a role or a database."""
    with impatient.connect() as connection:
        sqlite = impatient.dialect.name == "sqlite"
        limit = connection.scalar(text("PRAGMA busy_timeout" if sqlite else "SHOW lock_timeout"))
        assert limit == (1 if sqlite else "10ms")


@pytest.mark.parametrize("whose", ["impatient", "hosts"])
def test_whoever_waits_too_long_is_told_so(bureau: Engine, whose: str, request: pytest.FixtureRequest) -> None:
    """By a sentence, on our engine and on a host's; nothing was written, and it works once the other has ended."""
    engine: Engine = request.getfixturevalue(whose)
    with session_scope(bureau) as other:
        holding(other)
        with pytest.raises(DatabaseNotReady, match=r"is busy.*Try again") as caught, session_scope(engine) as session:
            edit(session)
        assert [problem.code for problem in caught.value.problems] == ["busy"]
    with session_scope(engine) as session:
        edit(session)


def test_a_block_is_repeated_where_another_was_first(bureau: Engine) -> None:
    """As a whole and in a new transaction, until it ends well; what the first attempt wrote is gone."""
    tries = list[int]()
    for attempt in session_scope(bureau, retry=3):
        with attempt as session:
            crm = CRM(session, "manager.desk")
            tries.append(crm.investors.add("三井物产", country="JP").id)
            if len(tries) < 3:
                raise BeginAgain.because("Somebody else was first.")
    assert len(tries) == 3
    with session_scope(bureau, read_only=True) as session:
        assert session.scalars(select(Investor.name).order_by(Investor.id)).all() == ["丸红", "三井物产"]


def test_the_last_attempt_tells_its_error(bureau: Engine) -> None:
    """Other errors are told at once."""
    tries = list[object]()
    with pytest.raises(BeginAgain):
        for attempt in session_scope(bureau, retry=2):
            with attempt as session:
                tries.append(session)
                raise BeginAgain.because("Somebody else was first.")
    assert len(tries) == 3
    with pytest.raises(ZeroDivisionError):
        for attempt in session_scope(bureau, retry=2):
            with attempt:
                raise ZeroDivisionError
    assert len(tries) == 3


def test_a_serialization_failure_is_repeated(bureau: Engine) -> None:
    """Of what reads one moment and then writes what another has changed since. SQLite lets no two write at once."""
    if bureau.dialect.name == "sqlite":
        pytest.skip("a writer of SQLite is alone from its first statement on")
    tries = 0
    for attempt in session_scope(bureau, retry=1, one_moment=True):
        with attempt as session:
            tries += 1
            CRM(session, "manager.desk").investors.get("丸红")
            if tries == 1:
                with session_scope(bureau) as other:
                    CRM(other, "manager.desk").investors.edit("丸红", note="first")
            edit(session)
    assert tries == 2


def test_a_serialization_failure_at_the_end_is_told(bureau: Engine) -> None:
    """The level SERIALIZABLE of a host tells it at the commit, where no verb of ours runs."""
    if bureau.dialect.name == "sqlite":
        pytest.skip("a writer of SQLite is alone from its first statement on")
    engine = bureau.execution_options(isolation_level="SERIALIZABLE")
    counted = text("INSERT INTO held SELECT count(*) FROM held")
    with bureau.begin() as connection:
        connection.execute(text("CREATE TABLE held (number integer)"))
    with pytest.raises(BeginAgain), session_scope(engine) as one, session_scope(engine) as other:
        one.execute(counted)
        other.execute(counted)


def test_an_upgrade_waits_for_another_however_long(bureau: Engine, open_engine: Callable[..., Engine]) -> None:
    """What it may wait for a table is that of its connection again, once it is its turn."""
    if bureau.dialect.name == "sqlite":
        pytest.skip("a file has one writer")
    impatient = open_engine(bureau.url, connect_args={"options": "-c lock_timeout=10ms"})
    limits = list[object]()

    def second() -> None:
        with impatient.begin() as connection:
            schema.upgrade(connection)
            limits.append(connection.scalar(text("SHOW lock_timeout")))

    thread = threading.Thread(target=second)
    with bureau.begin() as first:
        schema.upgrade(first)
        thread.start()
        with bureau.connect() as watcher:
            while thread.is_alive() and not waiting(watcher):
                thread.join(0.002)
    thread.join()
    assert limits == ["10ms"]
