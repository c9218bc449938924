"""Two transactions at once, in an order that a test decides: one has written, the other comes to it, the first commits.

On PostgreSQL the second waits at a lock, or has finished; on SQLite one write begins after the other. Nobody sleeps.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from crm.db import session_scope
from crm.errors import Refused
from tests.factories import World

Act = Callable[[World], Any]


def meanwhile(engine: Engine, first: Session, second: Act) -> str:
    """Begin *second* in a session of its own, and commit *first* once the other waits for it; say what came of *second*."""
    outcomes: list[str] = []

    def do() -> None:
        try:
            with session_scope(engine) as session:  # on SQLite a writer's from the beginning, whatever it reads first
                second(World(session, found=False))
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.problems[0].code)

    thread = threading.Thread(target=do)
    thread.start()
    with engine.connect() as watcher:
        while thread.is_alive() and not waiting(watcher):
            thread.join(0.002)  # whoever asks without a pause takes the time that the other needs
    first.commit()
    thread.join()
    (outcome,) = outcomes
    return outcome


def waiting(watcher: Connection) -> bool:
    """Say whether somebody waits for a lock; on SQLite whoever comes second waits before it has read anything.

    What a transaction has seen of the others' activity it sees to its end, so that each look is one of its own.
    """
    if watcher.dialect.name == "sqlite":
        return True
    locked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    found = bool(watcher.scalar(text(locked)))
    watcher.rollback()
    return found
