"""The search by hand, used in the benchmark, returns the same investors."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from benchmarks.names import fill
from benchmarks.search import names, queries
from benchmarks.search_sql import SAME, parameters
from crm import CRM, make_engine
from tests.databases import Databases

pytestmark = pytest.mark.whole


def test_the_same_investors_in_the_same_order(databases: Databases) -> None:
    """For every kind of search, by the library and by hand, among enough names that the limits cut."""
    url = databases.create()
    fill(url, names(4_000))
    engine = make_engine(url)
    found = 0
    with engine.connect() as connection, Session(connection) as session:
        doors = CRM(session, "admin").investors
        raw = connection.connection.cursor()
        dialect = engine.dialect.name
        for texts in queries(4).values():
            for text in dict.fromkeys(texts):
                rows = [(row.id, row.matching or row.name, list(row.names), row.leads) for row in doors.find(text)]
                raw.execute(SAME[dialect], parameters(dialect, text))
                assert [(row[0], row[5], row[6].split(" | "), row[7]) for row in raw.fetchall()] == rows
                found += len(rows)
    engine.dispose()
    assert found > 100
