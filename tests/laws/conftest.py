"""The scene that the laws about verbs share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm.db import make_engine
from tests.databases import Databases
from tests.laws.scenes import Scene

#: The smaller and the larger world: so many names, people, talks, lines, promises, visits, members and leads of everything.
#: What one row would hide, many show on both databases.
SIZES = [pytest.param(1, id="small", marks=pytest.mark.portable), pytest.param(30, id="large")]
#: Of the quick tier: enough to show a statement for each row.
SEVERAL = 6


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
