"""The loaded demo, once for each database: whoever uses it leaves it as it is.

Its sessions know our tables' engine by ``binds`` alone, as those of a host with several databases.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from attrs import field, frozen
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from crm import CRM, make_engine
from crm.demo import Loaded, load
from crm.models import Base
from tests.databases import Databases


@frozen
class FirstLoad:
    """A load into an empty database.

    Attributes:
        engine: On the database.
        loaded: What the load returned.
        heard: What the callback heard, call by call.
        commits: How often the load itself committed.
    """

    engine: Engine
    loaded: Loaded
    heard: list[tuple[int, int, str]] = field(factory=list)
    commits: int = 0


@pytest.fixture(scope="session")
def first_load(databases: Databases, template_url: str) -> Iterator[FirstLoad]:
    """The load, committed."""
    url = databases.create(template_url)
    engine = make_engine(url)
    heard: list[tuple[int, int, str]] = []
    commits: list[object] = []
    event.listen(engine, "commit", commits.append)
    with Session(binds={Base: engine}) as session, session.begin():
        loaded = load(session, progress=lambda *progress: heard.append(progress))
        committed = len(commits)
    yield FirstLoad(engine, loaded, heard, committed)
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def demo(first_load: FirstLoad) -> Iterator[Session]:
    """A session on the loaded demo, rolled back after the test."""
    with Session(binds={Base: first_load.engine}) as session:
        yield session


@pytest.fixture
def crm(demo: Session) -> CRM:
    """The front door of the demo's manager, who sees everything."""
    return CRM(demo, actor="bureau.manager")
