"""A host that rolls back leaves nothing, whoever made its engine: a savepoint of ours never commits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm import CRM, make_engine, schema
from crm.errors import BeginAgain, DatabaseNotReady
from crm.models import Investor
from tests.databases import Databases
from tests.embedding.host import HostBase, Order
from tests.factories import World
from tests.services.refusals import rows

UID = "01860000-0000-7000-8000-0000000000ab"


def foreign_keys(raw: Any, _record: Any) -> None:
    """Turn foreign keys on, as docs/embedding.md says."""
    raw.execute("PRAGMA foreign_keys = ON")


def driver_begins(raw: Any, _record: Any) -> None:
    """Take BEGIN away from the driver, as SQLAlchemy's page on SQLite shows it."""
    foreign_keys(raw, _record)
    raw.isolation_level = None


def sqlalchemy_begins(connection: Any) -> None:
    """Send BEGIN with every transaction, as that page goes on."""
    connection.exec_driver_sql("BEGIN")


@pytest.fixture(scope="module")
def template(databases: Databases, template_url: str) -> Iterator[str]:
    """A database with a bureau in it, to copy."""
    url = databases.create(template_url)
    engine = create_engine(psycopg_3(url))
    with Session(engine) as session, session.begin():
        world = World(session)
        one = world.manager.investors.add("丸红", country="JP")
        world.manager.investors.add("三井物产", country="JP")
        world.manager.leads.open(one, title="冷链", unit="hitech")
    HostBase.metadata.create_all(engine)
    engine.dispose()
    yield url
    databases.drop(url)


def psycopg_3(url: str) -> str:
    """Return an address as a host writes it."""
    return url.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="module", params=["plain", "recipe", pytest.param("ours", marks=pytest.mark.portable)])
def host(request: pytest.FixtureRequest) -> Callable[[str], AbstractContextManager[Engine]]:
    """Opens an engine as hosts have it: SQLAlchemy's own, one with a setting of the host's, one of make_engine.

    The setting is SQLAlchemy's recipe for savepoints on SQLite, and another isolation level on PostgreSQL.
    """

    @contextmanager
    def opened(url: str) -> Iterator[Engine]:
        if request.param == "ours":
            engine = make_engine(url)
        elif request.param == "recipe" and not url.startswith("sqlite"):
            engine = create_engine(psycopg_3(url), isolation_level="SERIALIZABLE")
        else:
            engine = create_engine(psycopg_3(url))
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", driver_begins if request.param == "recipe" else foreign_keys)
                if request.param == "recipe":
                    event.listen(engine, "begin", sqlalchemy_begins)
        yield engine
        engine.dispose()

    return opened


@pytest.fixture(scope="module")
def hosts_engine(
    host: Callable[[str], AbstractContextManager[Engine]], template: str, databases: Databases
) -> Iterator[Engine]:
    """An engine on a database that they share, for a test that takes everything back."""
    url = databases.create(template)
    with host(url) as engine:
        yield engine
    databases.drop(url)


@pytest.fixture
def own_engine(
    host: Callable[[str], AbstractContextManager[Engine]], template: str, databases: Databases
) -> Iterator[Engine]:
    """An engine on a database of the test's own."""
    url = databases.create(template)
    with host(url) as engine:
        yield engine
    databases.drop(url)


#: Verbs that write as a whole, inside a savepoint of ours, and two that do not.
VERBS: Mapping[str, Callable[[World], object]] = {
    "investor with a uid": lambda w: w.manager.investors.add("伊藤忠", country="JP", uid=UID),
    "investor with a number": lambda w: w.manager.investors.add(
        "伊藤忠", country="JP", identifiers=["uscc:91110000600037341L"]
    ),
    "contact with a uid": lambda w: w.manager.contacts.add("丸红", "营业部长", uid=UID),
    "meeting with a uid": lambda w: w.manager.meetings.log("丸红", summary="谈选址", promised=["资料"], uid=UID),
    "lead with a uid": lambda w: w.manager.leads.open("丸红", title="又一个", unit="hitech", uid=UID),
    "claim": lambda w: w.manager.claims.file("冷链", unit="hitech"),
    "registration": lambda w: w.manager.leads.register("冷链", name="某公司"),
    "merge": lambda w: w.manager.merges.merge("丸红", "三井物产", reason="one"),
    "target": lambda w: w.manager.targets.set(
        "fdi", period="2023", title="实际使用外资", measure="actual_fdi", at_least="1 USD", source="s"
    ),
    "unit with a uid": lambda w: w.admin.units.add("west", name="西区", name_en="West", kind="district", uid=UID),
    "staff with a uid": lambda w: w.admin.staff.add("new", "新", role="viewer", unit="bureau", uid=UID),
    "an edit": lambda w: w.manager.leads.edit("冷链", note="重点"),
    "an archiving": lambda w: w.manager.investors.archive("三井物产", reason="gone"),
}


def counted(engine: Engine) -> dict[str, int]:
    """Return how many rows there are, as another session sees it."""
    with Session(engine) as session:
        return rows(session)


@pytest.mark.portable
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("ending", ["rollback", "exception", "close", "savepoint"])
def test_what_a_host_takes_back_is_gone(hosts_engine: Engine, verb: str, ending: str) -> None:
    """After a rollback, an exception in the block, a close without a commit, a savepoint that was kept inside all that."""
    before = counted(hosts_engine)
    if ending == "exception":
        with pytest.raises(ZeroDivisionError), Session(hosts_engine) as session, session.begin():
            VERBS[verb](World(session, found=False))
            raise ZeroDivisionError
    else:
        with Session(hosts_engine) as session:
            session.add(Order(title="the host's own"))
            world = World(session, found=False)
            if ending == "savepoint":
                with session.begin_nested():
                    VERBS[verb](world)
            else:
                VERBS[verb](world)
            assert rows(session) != before
            if ending != "close":
                session.rollback()
    assert counted(hosts_engine) == before
    with Session(hosts_engine) as session:
        assert session.scalars(select(Order)).all() == []


def test_what_a_host_commits_stays(own_engine: Engine) -> None:
    """And a second transaction of the same session is one of its own."""
    before = counted(own_engine)
    with Session(own_engine) as session:
        world = World(session, found=False)
        VERBS["investor with a uid"](world)
        session.commit()
        after = rows(session)
        world.manager.investors.add("住友商事", country="JP", uid="01860000-0000-7000-8000-0000000000ac")
        session.rollback()
        assert rows(session) == after != before
    assert counted(own_engine) == after


def test_a_commit_that_fails_leaves_nothing(hosts_engine: Engine) -> None:
    """The last key is asked for at commit: the lead that stands where no transition led takes everything along."""
    before = counted(hosts_engine)
    with Session(hosts_engine) as session:
        World(session, found=False).manager.investors.add("伊藤忠", country="JP", uid=UID)
        session.execute(text("UPDATE crm_lead SET last_transition = 7"))
        with pytest.raises(DBAPIError):
            session.commit()
    assert counted(hosts_engine) == before


def test_a_savepoint_given_back_takes_its_part_alone(own_engine: Engine) -> None:
    """What came before it stays when the host commits, though the savepoint is the first thing that the host opens."""
    with Session(own_engine) as session:
        world = World(session, found=False)
        with session.begin_nested():
            world.manager.investors.add("伊藤忠", country="JP", uid=UID)
            inner = session.begin_nested()
            world.manager.investors.add("住友商事", country="JP", identifiers=["uscc:91110000600037341L"])
            inner.rollback()
        session.commit()
    with Session(own_engine) as session:
        assert sorted(session.scalars(select(Investor.name))) == sorted(["丸红", "三井物产", "伊藤忠"])


def test_two_front_doors_on_one_session_share_its_transaction(hosts_engine: Engine) -> None:
    """A door made in the midst of a transaction, after a read and before a savepoint of the host's, is as bound as the first."""
    before = counted(hosts_engine)
    with Session(hosts_engine) as session:
        session.scalars(select(Order)).all()
        first = CRM(session, "manager.desk")
        with session.begin_nested():
            first.investors.add("伊藤忠", country="JP", uid=UID)
            CRM(session, "tokyo.desk").contacts.add("伊藤忠", "营业部长", uid=UID)
        CRM(session, "admin").units.add("west", name="西区", name_en="West", kind="district", uid=UID)
        session.rollback()
    assert counted(hosts_engine) == before


@pytest.mark.whole
def test_tables_made_in_a_hosts_transaction_go_with_it(database_url: str, open_engine: Callable[..., Engine]) -> None:
    """An upgrade on a connection of the host's is the host's to take back, on an engine of its own too."""
    url = database_url
    engine = create_engine(psycopg_3(url))
    with engine.connect() as connection:
        schema.upgrade(connection)
        connection.rollback()
    assert schema.current(open_engine(url)) == ()
    with engine.begin() as connection:
        schema.upgrade(connection)
    assert schema.check(open_engine(url)) == ()
    engine.dispose()


@pytest.mark.whole
def test_a_plain_engine_that_waits_too_long_says_so(tmp_path: Any, open_engine: Callable[..., Engine]) -> None:
    """SQLite's own error on an engine of the host's becomes the sentence it is on ours."""
    url = f"sqlite:///{tmp_path / 'a.db'}"
    schema.upgrade(open_engine(url))
    plain = create_engine(url, connect_args={"timeout": 0.001})
    with Session(plain) as writer, Session(plain) as late:
        World(writer)
        with pytest.raises(DatabaseNotReady, match=r"is busy.*Try again"):
            CRM(late, None).staff.found("admin", "管理员")
    plain.dispose()


def test_a_host_that_reads_before_it_writes_is_told_to_begin_again(
    tmp_path: Any, open_engine: Callable[..., Engine]
) -> None:
    """Where the host's own BEGIN came before its reads, and somebody else wrote since; nothing of it stays."""
    url = f"sqlite:///{tmp_path / 'a.db'}"
    schema.upgrade(open_engine(url))
    with Session(open_engine(url)) as session, session.begin():
        World(session)
    plain = create_engine(url)
    event.listen(plain, "connect", driver_begins)
    event.listen(plain, "begin", sqlalchemy_begins)
    with Session(plain) as reader:
        World(reader, found=False).manager.investors.list()
        with Session(open_engine(url)) as session, session.begin():
            World(session, found=False).manager.investors.add("丸红", country="JP")
        with pytest.raises(
            BeginAgain, match=r"has written since this transaction first read.*repeat the whole transaction"
        ):
            World(reader, found=False).manager.investors.add("三井物产", country="JP")
        reader.rollback()
        World(reader, found=False).manager.investors.add("三井物产", country="JP")
        reader.commit()
    plain.dispose()
