"""Fixtures of pytest for a host's tests: ``pytest_plugins = ["crm.testing.fixtures"]`` in your conftest.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from crm import make_engine, schema
from crm.testing.world import World

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.fixture(scope="session")
def crm_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a SQLite file of this run that has the tables. Override it to test on a database of yours."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('crm') / 'crm.db'}")
    schema.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def crm_session(crm_engine: Engine) -> Iterator[Session]:
    """A session whose commits end with the test: they are savepoints of a transaction that is never committed."""
    with crm_engine.connect() as connection:
        connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session


@pytest.fixture
def crm_world(crm_session: Session) -> World:
    """A bureau with everybody at their desk, in that session: ``crm_world.tokyo`` is the door of an ambassador."""
    return World(crm_session)
