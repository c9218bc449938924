"""Engines open databases safely and say plainly when they cannot."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from crm.addresses import shown
from crm.db import make_engine, session_scope, sqlite_path
from crm.errors import DatabaseNotReady, InvalidInput
from crm.models.sqlite import begin_writing

TABLE = text("CREATE TABLE note (id INTEGER PRIMARY KEY, body VARCHAR(20))")
INSERT = text("INSERT INTO note (id, body) VALUES (:id, 'x')")
COUNT = text("SELECT count(*) FROM note")


def test_a_sqlite_connection_is_durable_and_enforces_foreign_keys(
    tmp_path: Path, open_engine: Callable[..., Engine]
) -> None:
    """WAL, full sync (2), foreign keys and a timeout of five seconds are on for every connection."""
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        held = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert held == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5_000}


def test_making_an_engine_creates_nothing(tmp_path: Path) -> None:
    """A file is created at the first connection only."""
    make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_database_in_memory_is_one_database_for_every_thread(open_engine: Callable[..., Engine]) -> None:
    """All threads share one database in memory."""
    engine = open_engine("sqlite://")
    with session_scope(engine) as session:
        session.execute(TABLE)
    found: list[int | None] = []

    def read() -> None:
        with session_scope(engine, read_only=True) as session:
            found.append(session.scalar(COUNT))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert found == [0]


def test_a_scope_commits_when_it_ends_well(fresh_engine: Engine) -> None:
    """The next scope sees the rows."""
    with session_scope(fresh_engine) as session:
        session.execute(TABLE)
        session.execute(INSERT, {"id": 1})
    with session_scope(fresh_engine) as session:
        assert session.scalar(COUNT) == 1


def test_a_scope_rolls_back_when_it_raises(fresh_engine: Engine) -> None:
    """Nothing of it stays."""
    with session_scope(fresh_engine) as session:
        session.execute(TABLE)
    with pytest.raises(ZeroDivisionError), session_scope(fresh_engine) as session:
        session.execute(INSERT, {"id": 1})
        raise ZeroDivisionError
    with session_scope(fresh_engine) as session:
        assert session.scalar(COUNT) == 0


def test_a_reading_scope_cannot_write_and_the_next_one_can(fresh_engine: Engine) -> None:
    """The database itself refuses, and the pooled connection is not left read-only."""
    with session_scope(fresh_engine) as session:
        session.execute(TABLE)
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"), session_scope(fresh_engine, read_only=True) as session:
        session.execute(INSERT, {"id": 1})
    with session_scope(fresh_engine) as session:
        session.execute(INSERT, {"id": 1})
    with session_scope(fresh_engine, read_only=True) as session:
        assert session.scalar(COUNT) == 1


def test_writers_queue_on_sqlite_instead_of_failing(tmp_path: Path, open_engine: Callable[..., Engine]) -> None:
    """Many writers that read before they write all get through."""
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with session_scope(engine) as session:
        session.execute(TABLE)

    def write() -> None:
        for _ in range(10):
            with session_scope(engine) as session:
                session.execute(INSERT, {"id": session.scalar(COUNT)})

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with session_scope(engine, read_only=True) as session:
        assert session.scalar(COUNT) == 40


def test_a_reader_is_not_stopped_by_a_writer(fresh_engine: Engine) -> None:
    """It sees what was committed before."""
    with session_scope(fresh_engine) as session:
        session.execute(TABLE)
    with session_scope(fresh_engine) as writer:
        writer.execute(INSERT, {"id": 1})
        with session_scope(fresh_engine, read_only=True) as reader:
            assert reader.scalar(COUNT) == 0


def test_a_transaction_is_listened_to_once(
    tmp_path: Path, open_engine: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many verbs write in it."""
    heard: list[object] = []

    def listening(target: object, *told: Any) -> None:
        heard.append(target)
        event.listen(target, *told)

    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    monkeypatch.setattr("crm.models.sqlite.event", SimpleNamespace(listen=listening, contains=event.contains))
    with engine.connect() as first:
        begin_writing(first)
        begin_writing(first)
    with engine.connect() as second:
        begin_writing(second)
    assert heard == [first, second]


def test_a_writer_that_waits_too_long_is_told_so(tmp_path: Path, open_engine: Callable[..., Engine]) -> None:
    """A busy database is a sentence with a way out, not a driver's error."""
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as first, engine.connect() as second:
        begin_writing(first)
        assert second.connection.driver_connection is not None
        second.connection.driver_connection.execute("PRAGMA busy_timeout = 1")
        with pytest.raises(DatabaseNotReady, match=r"is busy.*Try again"):
            begin_writing(second)


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_full_disk_ends_the_transaction(tmp_path: Path, open_engine: Callable[..., Engine], *, goes_on: bool) -> None:
    """SQLite rolls back what came before by itself: nothing is written after it, and a savepoint hides no reason."""
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with session_scope(engine) as session:
        session.execute(TABLE)
    with pytest.raises(DatabaseNotReady, match="disk is full"), session_scope(engine) as session:
        session.execute(text("PRAGMA max_page_count = 8"))
        session.execute(INSERT, {"id": 1})
        with pytest.raises(DatabaseNotReady, match="disk is full"), session.begin_nested():
            session.execute(text("INSERT INTO note (id, body) VALUES (2, zeroblob(200000))"))
        if goes_on:
            session.execute(INSERT, {"id": 3})
    with session_scope(engine, read_only=True) as session:
        assert session.scalar(COUNT) == 0


def test_a_folder_that_does_not_exist_is_explained(tmp_path: Path, open_engine: Callable[..., Engine]) -> None:
    """The message names the address and says what to check; the folder is not made."""
    engine = open_engine(f"sqlite:///{tmp_path / 'none' / 'a.db'}")
    with pytest.raises(DatabaseNotReady, match=r"none/a\.db cannot be used: .*Check the address"):
        engine.connect()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_explained(tmp_path: Path, open_engine: Callable[..., Engine]) -> None:
    """The message says so."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear investor, " * 500)
    with pytest.raises(DatabaseNotReady, match="not a database"):
        open_engine(f"sqlite:///{path}").connect()


def test_a_server_that_does_not_answer_is_explained_without_the_password(
    tmp_path: Path, open_engine: Callable[..., Engine]
) -> None:
    """Neither the message nor what hangs on it shows the password."""
    engine = open_engine(f"postgresql://desk:s3cret@/crm?host={tmp_path}")
    with pytest.raises(DatabaseNotReady, match="cannot be used") as caught:
        engine.connect()
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(caught.value.problems)


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgres://u@h/d", "postgresql+psycopg"),
        ("postgresql://u@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg"),
        ("sqlite:///a.db", "sqlite"),
    ],
)
def test_both_spellings_of_postgresql_mean_psycopg_3(url: str, driver: str) -> None:
    """The address says what, not how."""
    assert make_engine(url).url.drivername == driver


@pytest.mark.parametrize("url", ["crm.db", "", "mysql://u:s3cret@h/d", "oracle://h", "http//u:s3cret@h"])
def test_another_kind_of_address_is_refused_with_an_example(url: str) -> None:
    """The way out shows how an address looks; a password in it is not repeated."""
    with pytest.raises(DatabaseNotReady, match="sqlite:///") as caught:
        make_engine(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("password", ["s3@cret", "@s3cret", "s3cret@", "s3/c@ret", "s3@c:ret"])
def test_an_unescaped_at_sign_is_named_and_nothing_of_the_password(password: str) -> None:
    """The rest of the password would be taken for the host, looked up, and printed."""
    with pytest.raises(DatabaseNotReady, match="%40") as caught:
        make_engine(f"postgresql://desk:{password}@db.example/crm")
    told = repr(caught.value.problems) + str(caught.value)
    assert not any(part in told for part in ("s3", "ret"))
    escaped = make_engine(f"postgresql://desk:{quote(password, safe='')}@db.example/crm")
    assert (escaped.url.password, escaped.url.host) == (password, "db.example")


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("postgresql://u:s3cret@h/d", "postgresql://u:***@h/d"),
        ("postgresql://u@h/d?password=s3cret", "postgresql://u@h/d?password=***"),
        ("postgresql://u@h/d?sslpassword=s3cret&x=1", "postgresql://u@h/d?sslpassword=***&x=1"),
        ("sqlite:///a.db", "sqlite:///a.db"),
        ("postgresql://u:s3@cret@h/d", "postgresql://***@h/d"),
        ("postgresql://u:s3/c@r@et@h/d", "postgresql://***@h/d"),
        ("//u:s3@cr/et@h/d", "//***@h/d"),
    ],
)
def test_a_shown_address_hides_every_password(url: str, seen: str) -> None:
    """Wherever the address carries it."""
    assert shown(url) == seen


def test_a_server_may_be_named_by_its_service(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_engine: Callable[..., Engine]
) -> None:
    """Libpq reads host, user and password from pg_service.conf, so the address has none of them."""
    url = make_engine(postgres_url).url
    parts = {"host": url.host, "port": url.port, "dbname": url.database, "user": url.username, **url.query}
    lines = [f"{key}={value}" for key, value in parts.items() if value is not None]
    (tmp_path / "pg_service.conf").write_text("\n".join(["[crm]", *lines, f"password={url.password or ''}"]), "utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "pg_service.conf"))
    with open_engine("postgresql://?service=crm").connect() as connection:
        assert connection.scalar(text("SELECT current_database()")) == url.database


def test_a_tenant_on_sqlite_is_a_file_beside_the_other(tmp_path: Path) -> None:
    """crm.db becomes crm-hangzhou.db in the same folder."""
    engine = make_engine(f"sqlite:///{tmp_path / 'crm.db'}", tenant="hangzhou")
    assert sqlite_path(engine) == tmp_path / "crm-hangzhou.db"


def test_a_tenant_on_postgresql_sees_its_own_schema_alone(
    postgres_url: str, open_engine: Callable[..., Engine]
) -> None:
    """The search path holds the tenant's schema and nothing else, so nothing of another tenant shows through."""
    engine = open_engine(postgres_url, tenant="hangzhou", connect_args={"options": "-c statement_timeout=1000"})
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW search_path")) == "hangzhou"
        assert connection.scalar(text("SHOW statement_timeout")) == "1s"


@pytest.mark.parametrize(
    "tenant",
    ["", "Hangzhou", "杭州", "1st", "a-b", "a b", "a;b", "../x", "x" * 49, "public", "pg_x", "information_schema"],
)
def test_a_tenant_whose_name_is_not_safe_is_refused(tenant: str) -> None:
    """Before it can become part of a path or of SQL."""
    with pytest.raises(InvalidInput, match="is not a valid name of a tenant"):
        make_engine("sqlite:///crm.db", tenant=tenant)
