"""The tables live in a host's database, in the host's transaction, beside the host's tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from crm import schema
from crm.db import make_engine
from crm.errors import DatabaseNotReady

pytestmark = pytest.mark.whole

HOST = MetaData()
ORDERS = Table("orders", HOST, Column("id", Integer, primary_key=True), Column("title", String(20)))
Table("alembic_version", HOST, Column("version_num", String(32), primary_key=True))


def test_an_upgrade_on_a_connection_never_commits(fresh_engine: Engine) -> None:
    """After the host rolls back, there are no tables."""
    with fresh_engine.connect() as connection:
        schema.upgrade(connection)
        assert schema.current(connection) == schema.heads()
        assert schema.check(connection) == ()
        assert connection.in_transaction()
    assert inspect(fresh_engine).get_table_names() == []


def test_an_upgrade_in_a_transaction_comes_with_it(fresh_engine: Engine) -> None:
    """The host's own rows and our tables are committed together."""
    with fresh_engine.begin() as connection:
        HOST.create_all(connection)
        schema.upgrade(connection)
        connection.execute(ORDERS.insert().values(id=1, title="first"))
    with fresh_engine.connect() as connection:
        assert connection.scalar(text("SELECT title FROM orders")) == "first"
        assert schema.check(connection) == ()


def test_a_downgrade_on_a_connection_never_commits(migrated_engine: Engine) -> None:
    """The host rolls back, and all tables are still there."""
    with migrated_engine.connect() as connection:
        schema.downgrade(connection, "base")
        assert schema.current(connection) == ()
    assert schema.check(migrated_engine) == ()


def test_a_hosts_tables_are_left_alone(fresh_engine: Engine) -> None:
    """They are no difference to report, and a downgrade to base leaves them and their rows."""
    with fresh_engine.begin() as connection:
        HOST.create_all(connection)
        connection.execute(ORDERS.insert().values(id=1, title="first"))
    schema.upgrade(fresh_engine)
    assert schema.check(fresh_engine) == ()
    schema.downgrade(fresh_engine, "base")
    assert set(inspect(fresh_engine).get_table_names()) == {"orders", "alembic_version", schema.VERSION_TABLE}
    with fresh_engine.connect() as connection:
        assert connection.scalar(text("SELECT title FROM orders")) == "first"


def test_a_hosts_own_engine_will_do(database_url: str) -> None:
    """One made by SQLAlchemy alone, without our settings."""
    engine = create_engine(make_engine(database_url).url, poolclass=NullPool)
    schema.upgrade(engine)
    assert schema.check(engine) == ()
    schema.downgrade(engine, "base")
    assert schema.current(engine) == ()


def test_an_upgrade_that_fails_leaves_nothing_behind(fresh_engine: Engine) -> None:
    """A table in the way stops it, and not one of ours is there afterwards."""
    with fresh_engine.begin() as connection:
        connection.execute(text("CREATE TABLE crm_lead (surprise INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        schema.upgrade(fresh_engine)
    assert inspect(fresh_engine).get_table_names() == ["crm_lead"]


def test_each_tenant_on_postgresql_has_a_schema_of_its_own(
    postgres_url: str, open_engine: Callable[..., Engine]
) -> None:
    """It is created with the first upgrade; the tables of one are not those of another, nor the public ones."""
    engines = {tenant: open_engine(postgres_url, tenant=tenant) for tenant in ("hangzhou", "suzhou", None)}
    schema.upgrade(engines["hangzhou"])
    schema.require_current(engines["hangzhou"])
    assert schema.check(engines["hangzhou"]) == ()
    for other in ("suzhou", None):
        with pytest.raises(DatabaseNotReady, match="no CRM tables yet"):
            schema.require_current(engines[other])
    schema.upgrade(engines[None])
    with pytest.raises(DatabaseNotReady, match="no CRM tables yet"):
        schema.require_current(engines["suzhou"])
    schema.upgrade(engines["suzhou"])
    schema.downgrade(engines["suzhou"], "base")
    schema.require_current(engines["hangzhou"])
    schema.require_current(engines[None])
