"""The loaded demo, once for each database: whoever reads it leaves it as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm import CRM, make_engine
from crm.demo import load
from tests.databases import Databases


@pytest.fixture(scope="module")
def demo_engine(databases: Databases, template_url: str) -> Iterator[Engine]:
    """An engine on a database that holds the demo."""
    url = databases.create(template_url)
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        load(session)
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def demo(demo_engine: Engine) -> Iterator[Session]:
    """A session on the loaded demo, rolled back after the test."""
    with Session(demo_engine) as session:
        yield session


@pytest.fixture
def crm(demo: Session) -> CRM:
    """The front door of the demo's manager, who sees everything."""
    return CRM(demo, actor="bureau.manager")
