"""A database that is not ready is refused, with the command that helps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from crm import revisions, schema
from crm.db import make_engine
from crm.errors import DatabaseNotReady


def set_version(engine: Engine, revision: str) -> None:
    """Store another revision in the version table."""
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = :it"), {"it": revision})


def test_a_current_database_is_accepted(migrated_engine: Engine) -> None:
    """Given as an engine or as a connection."""
    schema.require_current(migrated_engine)
    with migrated_engine.connect() as connection:
        schema.require_current(connection)


def test_a_current_database_is_accepted_without_reading_the_revisions(
    migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command compares the database with one constant; the files say what is wrong where they differ."""
    monkeypatch.setattr(revisions, "revisions", None)
    schema.require_current(migrated_engine)
    set_version(migrated_engine, "fedcba987654")
    with pytest.raises(TypeError):
        schema.require_current(migrated_engine)


def test_an_empty_database_asks_for_init(fresh_engine: Engine) -> None:
    """The way out is the command to run."""
    with pytest.raises(DatabaseNotReady, match=r"no CRM tables yet\. Run `crm init`"):
        schema.require_current(fresh_engine)


def test_asking_about_a_file_that_is_not_there_does_not_make_it(tmp_path: Path) -> None:
    """A mistyped address leaves no empty database behind."""
    engine = make_engine(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(DatabaseNotReady, match="crm init"):
        schema.require_current(engine)
    with pytest.raises(DatabaseNotReady, match="crm init"):
        schema.check(engine)
    assert list(tmp_path.iterdir()) == []


def test_older_tables_ask_for_an_upgrade(migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says which version is there, which is needed, and the command."""
    (head,) = schema.heads()
    graph = {**schema.revisions(), "0123456789ab": (head,)}
    monkeypatch.setattr(revisions, "revisions", lambda: graph)
    monkeypatch.setattr(revisions, "HEAD", "0123456789ab")
    with pytest.raises(DatabaseNotReady, match=rf"{head}; this program needs 0123456789ab\. Run `crm db upgrade`"):
        schema.require_current(migrated_engine)


def test_newer_tables_ask_for_a_newer_program(migrated_engine: Engine) -> None:
    """Nothing is tried on tables that this program does not know."""
    set_version(migrated_engine, "fedcba987654")
    for attempt in (schema.require_current, schema.upgrade, schema.check):
        with pytest.raises(DatabaseNotReady, match=r"fedcba987654, which this program does not support.*pip install"):
            attempt(migrated_engine)


def test_the_message_shows_no_password(postgres_url: str, open_engine: Callable[..., Engine]) -> None:
    """No message about the schema shows a password."""
    engine = open_engine(f"{postgres_url}&password=s3cret")
    with pytest.raises(DatabaseNotReady, match="password=\\*\\*\\* has no CRM tables") as caught:
        schema.require_current(engine)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_sql_of_an_upgrade_can_be_read_without_a_database(dialect: str) -> None:
    """A database administrator gets it as text, percent signs in the address or not."""
    sql = schema.render_sql(f"{dialect}:///crm%40home")
    assert "CREATE TABLE crm_lead" in sql
    assert f"INSERT INTO {schema.VERSION_TABLE}" in sql
