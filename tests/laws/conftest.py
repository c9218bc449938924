"""The scene that the laws about verbs share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm.db import make_engine
from tests.databases import Databases
from tests.laws.scenes import Scene

#: The smaller and the larger world: so many names, people, talks, lines, promises, visits, members and leads of everything.
SIZES = [pytest.param(size, id=name) for name, size in (("small", 1), ("large", 30))]


@pytest.fixture(scope="session", params=SIZES)
def scene(request: pytest.FixtureRequest, databases: Databases, template_url: str) -> Iterator[Scene]:
    """A scene for every test of verbs, on a database of its own; whatever a test writes it rolls back."""
    url = databases.create(template_url)
    engine = make_engine(url)
    with engine.connect() as connection:
        transaction = connection.begin()
        yield Scene(connection, request.param)
        transaction.rollback()
    engine.dispose()
    databases.drop(url)
