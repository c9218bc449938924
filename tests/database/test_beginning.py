"""Readers wait for nobody and stop nobody; who writes takes a turn, and who read too early is told to begin again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from crm import CRM
from crm.db import session_scope
from crm.errors import BeginAgain, DatabaseNotReady
from crm.models import Investor
from tests.factories import World

READERS = 16


@pytest.fixture
def bureau(migrated_url: str, open_engine: Callable[..., Engine]) -> Engine:
    """A database of the test's own with a bureau in it, and a connection for each who works there at once."""
    engine = open_engine(migrated_url, pool_size=READERS + 2)
    with session_scope(engine) as session:
        World(session)
    return engine


def known(session: Session) -> int:
    """Return how many investors a manager sees."""
    return len(CRM(session, "manager.desk").investors.list())


def add(session: Session, name: str) -> Investor:
    """Record an investor."""
    return CRM(session, "manager.desk").investors.add(name, country="JP")


@pytest.mark.portable
def test_sixteen_readers_and_a_writer_are_at_work_at_once(bureau: Engine) -> None:
    """Each reader goes on seeing what it saw first, whatever is committed meanwhile on SQLite; none waits, none is refused."""
    with ExitStack() as open_sessions:
        readers = [open_sessions.enter_context(Session(bureau)) for _ in range(READERS)]
        for number, reader in enumerate(readers):
            assert known(reader) == number
            with session_scope(bureau) as writer:
                add(writer, f"会社{number}号")
        seen = [known(reader) for reader in readers]
        snapshot = [*range(READERS)] if bureau.dialect.name == "sqlite" else [READERS] * READERS
        assert seen == snapshot
        for reader in readers:
            reader.rollback()
        assert [known(reader) for reader in readers] == [READERS] * READERS


def test_sixteen_threads_read_while_one_writes(bureau: Engine) -> None:
    """They start together; what each sees never shrinks, and nobody meets an error."""
    start = threading.Barrier(READERS + 1)
    seen: list[list[int]] = [[] for _ in range(READERS)]
    errors: list[BaseException] = []

    def read(own: list[int]) -> None:
        try:
            start.wait()
            for _ in range(5):
                with Session(bureau) as session:
                    own.append(known(session))
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            errors.append(error)

    def write() -> None:
        try:
            start.wait()
            for number in range(10):
                with session_scope(bureau) as session:
                    add(session, f"会社{number}号")
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            errors.append(error)

    threads = [threading.Thread(target=read, args=(own,)) for own in seen] + [threading.Thread(target=write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert all(own == sorted(own) and len(own) == 5 for own in seen)
    with session_scope(bureau, read_only=True) as session:
        assert known(session) == 10


def test_an_open_notebook_stops_nobody(bureau: Engine) -> None:
    """A session that has read, and whose writing engine another process could have, leaves the write lock alone."""
    with Session(bureau) as notebook:
        assert known(notebook) == 0
        with session_scope(bureau) as writer:
            add(writer, "丸红")
        assert known(notebook) == (0 if bureau.dialect.name == "sqlite" else 1)


def test_who_read_before_another_wrote_is_told_to_begin_again(bureau: Engine) -> None:
    """On SQLite the reason is named, nothing is written, and the whole transaction can be repeated. PostgreSQL lets both write."""
    with Session(bureau) as early:
        assert known(early) == 0
        with session_scope(bureau) as writer:
            add(writer, "丸红")
        if bureau.dialect.name == "sqlite":
            with pytest.raises(BeginAgain, match=r"has written since this transaction first read.*repeat") as caught:
                add(early, "三井物产")
            assert [problem.code for problem in caught.value.problems] == ["repeat"]
            early.rollback()
        add(early, "三井物产")
        early.commit()
    with session_scope(bureau, read_only=True) as session:
        assert known(session) == 2


def test_who_read_while_another_writes_is_told_so_at_once(migrated_engine: Engine) -> None:
    """SQLite does not let it wait: what it read would be out of date by then."""
    if migrated_engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL lets both write")
    with session_scope(migrated_engine) as session:
        World(session)
    with Session(migrated_engine) as early, Session(migrated_engine) as writer:
        assert known(early) == 0
        add(writer, "丸红")
        with pytest.raises(BeginAgain, match="is writing, and this transaction has already read"):
            add(early, "三井物产")
        writer.commit()


def test_a_verb_that_writes_first_waits_for_its_turn(bureau: Engine) -> None:
    """The verb's own reads come after the lock: what was committed while it waited is seen, and two of one name are found."""
    with Session(bureau) as first:
        add(first, "丸红")
        refused: list[BaseException] = []
        begun = threading.Event()

        def second() -> None:
            with Session(bureau) as session:
                begun.set()
                try:
                    add(session, "丸红")
                except Exception as error:  # noqa: BLE001 - looked at below
                    refused.append(error)

        thread = threading.Thread(target=second)
        thread.start()
        begun.wait()
        first.commit()
        thread.join()
    assert [type(refusal).__name__ for refusal in refused] == ["LikelyDuplicate"]


@pytest.mark.parametrize("many", [4])
def test_scopes_that_read_before_they_write_queue(bureau: Engine, many: int) -> None:
    """session_scope begins for writing: each writes what it read, and nothing is lost, on SQLite. PostgreSQL has row locks for that."""
    if bureau.dialect.name != "sqlite":
        pytest.skip("without a lock on what was read, PostgreSQL lets both read the same")
    errors: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(5):
                with session_scope(bureau) as session:
                    add(session, f"会社{known(session)}号")
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with session_scope(bureau, read_only=True) as session:
        assert known(session) == many * 5


def test_a_database_in_memory_serves_one_transaction_at_a_time(open_engine: Callable[..., Engine]) -> None:
    """Its sessions share one connection: a second one is refused, or its rollback would take the first one's writes."""
    engine = open_engine("sqlite://")
    with engine.connect() as first, engine.connect() as second:
        first.execute(text("SELECT 1"))
        with pytest.raises(DatabaseNotReady, match="one transaction at a time"):
            second.execute(text("SELECT 1"))
        first.rollback()
        assert second.scalar(text("SELECT 1")) == 1
