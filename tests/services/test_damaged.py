"""A value that somebody wrote past the program is named, whichever verb meets it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from crm import CRM
from crm.db import session_scope
from crm.errors import DamagedRecord
from tests.factories import LeadFactory, World

READS: dict[str, Callable[[CRM], object]] = {
    "card": lambda door: door.leads.show(1),
    "list": lambda door: door.leads.list(),
    "board": lambda door: door.leads.board(),
    "one": lambda door: door.leads.get(1),
    "edit": lambda door: door.leads.edit(1, note="x"),
}


@pytest.mark.parametrize(("column", "value"), [("received_on", "garbage"), ("status", "asleep"), ("uid", "1")])
def test_a_damaged_value_is_named(migrated_engine: Engine, town: World, column: str, value: str) -> None:
    """Table, column and record; no error of Python's. PostgreSQL stores no such value."""
    if migrated_engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL stores no such value")
    LeadFactory.create(world=town)
    town.session.commit()
    with migrated_engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute(f"UPDATE crm_lead SET {column} = ?", (value,))
        raw.execute("PRAGMA ignore_check_constraints = OFF")
    told = dict[str, list[tuple[object, object]]]()
    for what, read in READS.items():
        with session_scope(migrated_engine) as session:
            try:
                read(CRM(session, "manager.desk"))
            except DamagedRecord as error:
                told[what] = [(flaw.params["table"], flaw.params["column"]) for flaw in error.problems]
            session.rollback()
    assert told, "nothing was told"
    assert all(found == [("crm_lead", column)] for found in told.values())
    with migrated_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM crm_lead")) == 1
