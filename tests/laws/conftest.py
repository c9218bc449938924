"""The scene that the laws about verbs share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm.db import make_engine
from tests.databases import Databases
from tests.laws.scenes import Scene

#: The smaller and the larger world: so many names, people, talks, lines, promises, visits, members and leads of everything.
#: The quick tier has the small one on SQLite and the large one on PostgreSQL: a statement for each row shows by the comparison.
SIZES = [
    pytest.param(1, id="small", marks=pytest.mark.portable),
    pytest.param(30, id="large", marks=pytest.mark.server),
]
#: Of the quick tier: enough to show a statement for each row.
SEVERAL = 3


@pytest.fixture(scope="session", params=SIZES)
def scene(request: pytest.FixtureRequest, databases: Databases, template_url: str) -> Iterator[Scene]:
    """A scene for every test of verbs, on a database of its own; whatever a test writes it rolls back."""
    most = SEVERAL if request.config.getoption("--tier") == "quick" else request.param
    url = databases.create(template_url)
    engine = make_engine(url)
    with engine.connect() as connection:
        transaction = connection.begin()
        yield Scene(connection, min(request.param, most))
        transaction.rollback()
    engine.dispose()
    databases.drop(url)
