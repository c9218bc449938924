"""What every machine here stands on: a transaction of its own on the shared database, rolled back at its end."""

from __future__ import annotations

from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import World


class OnDatabase(RuleBasedStateMachine):
    """A bureau on its first morning."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.connection = self.engine.connect()
        self.transaction = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.world = World(self.session)

    def teardown(self) -> None:
        """The audit accounts for all that is stored; and nothing is left behind."""
        try:
            assert self.world.admin.audit.verify() == ()
        finally:
            self.session.close()
            self.transaction.rollback()
            self.connection.close()
