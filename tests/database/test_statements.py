"""The counter of statements counts what it should."""

from __future__ import annotations

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.statements import statements


def test_a_batch_counts_once_and_the_frame_not_at_all(session: Session) -> None:
    """Savepoints are no statements; many rows in one call are one."""
    with statements(session) as seen:
        session.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY)"))
        with session.begin_nested():
            session.execute(text("INSERT INTO note (id) VALUES (:id)"), [{"id": 1}, {"id": 2}])
    assert len(seen) == 2
    assert len(seen.matching("insert into")) == 1


def test_counting_ends_with_the_block(fresh_engine: Engine) -> None:
    """What comes later is not seen, and a connection's settings never are."""
    with statements(fresh_engine) as seen, fresh_engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    with fresh_engine.connect() as connection:
        connection.execute(text("SELECT 2"))
    assert seen == ["SELECT 1"]
