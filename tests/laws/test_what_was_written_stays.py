"""Law 4 in the database itself: rows of the history are only added, entries of the ledgers and bindings go forward only."""

from __future__ import annotations

from typing import Any, cast

import pytest
from sqlalchemy import Table, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm import CRM, schema
from crm.models import AuditEntry, Base, Lead
from crm.models.audit import DESTROYED
from crm.models.derived import derived_columns
from crm.models.guards import APPEND_ONLY, EMPTIED, ERASABLE, FORWARD, drop_guards, missing_guards
from tests.laws.scenes import Scene
from tests.laws.test_forging import other
from tests.laws.test_statement_counts import TABLE


def refuse(session: Session, statement: Any) -> None:
    """Expect a statement to be refused by a trigger, before any key or CHECK looks at it."""
    with pytest.raises(IntegrityError, match="keeps what was written"), session.begin_nested():
        session.connection().execute(statement)


@pytest.mark.parametrize("model", [*APPEND_ONLY, *FORWARD, *EMPTIED], ids=lambda model: model.__tablename__)
def test_no_row_is_changed_or_taken_away(scene: Scene, model: type[Base]) -> None:
    """Not a column of it, past the steps that a ledger entry or a binding takes; and no row of it."""
    table = cast("Table", model.__table__)
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        if table.name in {"crm_audit_seal", "crm_sealed_entry"}:
            CRM(session, "admin", clock=scene.clock).audit.seal()
        if table.name == "crm_converted_entry":
            session.connection().execute(
                table.insert().values(entry_id=1, conversion_id=1, before=bytes(32), after=bytes(32))
            )
        row = session.connection().execute(select(table).limit(1)).one()
        key = [column == getattr(row, column.key) for column in table.primary_key]
        for column in table.c:
            # Derived columns are computed anew by ``crm db reindex``; the audit compares them with their source.
            if column.key not in derived_columns(model):
                refuse(session, update(table).where(*key).values({column.key: other(column, getattr(row, column.key))}))
        refuse(session, table.delete().where(*key))
        session.rollback()


@pytest.mark.parametrize("model", ERASABLE, ids=lambda model: model.__tablename__)
def test_a_key_is_destroyed_and_nothing_else(scene: Scene, model: type[Base]) -> None:
    """It is overwritten by zeros; no other key takes its place, and no row moves to another record or goes."""
    table = cast("Table", model.__table__)
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        row = session.connection().execute(select(table).limit(1)).one()
        mine = update(table).where(*(column == getattr(row, column.key) for column in table.primary_key))
        for column in table.c:
            refuse(session, mine.values({column.key: other(column, getattr(row, column.key))}))
        refuse(session, table.delete())
        session.connection().execute(mine.values({ERASABLE[model]: DESTROYED}))
        refuse(session, mine.values({ERASABLE[model]: bytes(31) + b"x"}))
        session.rollback()


def test_a_wording_is_taken_out_and_nothing_else(scene: Scene) -> None:
    """None is put in, put back, written anew or moved, no other column changes with it, and the column is never null."""
    table = cast("Table", AuditEntry.__table__)
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        world = CRM(session, "admin", clock=scene.clock)
        lead = session.scalars(select(Lead).limit(1)).one()
        world.leads.edit(lead, note='第一"\\', title="A")
        world.leads.edit(lead, note="第二", title="B")
        (newest,) = session.connection().execute(select(table).order_by(table.c.id.desc()).limit(1)).all()
        mine, whole = update(table).where(table.c.id == newest.id), newest.wordings
        before, after = whole["from"], whole["to"]
        assert set(before) == set(after) == {"note", "title"}
        wrong: tuple[object, ...] = (
            None,
            {**whole, "reason": "x"},
            {**whole, "to": {**after, "note": after["title"]}},
            {**whole, "to": {**after, "other": "x"}},
            {"from": after, "to": before},
            {"to": {"note": None}},
            [],
        )
        for value in wrong:
            refuse(session, mine.values(wordings=value))
        refuse(session, mine.values(wordings={}, reason="another"))
        refuse(session, mine.values(wordings={}, changes={}))
        without_note = {"from": {"title": before["title"]}, "to": after}
        session.connection().execute(mine.values(wordings=without_note))
        session.connection().execute(mine.values(wordings={"to": after}))
        refuse(session, mine.values(wordings=without_note))
        session.connection().execute(mine.values(wordings={}))
        refuse(session, mine.values(wordings=whole))
        session.rollback()


@pytest.mark.parametrize("model", FORWARD, ids=lambda model: model.__tablename__)
def test_what_goes_forward_does_not_go_back(scene: Scene, model: type[Base]) -> None:
    """With the version counted up, as a service does it: what was written once stays, and so does what was added."""
    table = cast("Table", model.__table__)
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        last = next(table.c[name] for name in ("ended_at", "settled_at", "confirmed_at") if name in table.c)
        if "ended_at" in table.c:
            CRM(session, "admin", clock=scene.clock).staff.unbind("tokyo.desk")
        elif "settled_at" in table.c:
            actor, settle, _ = TABLE["leads.settle"]
            settle(CRM(session, actor, clock=scene.clock), scene)
        else:
            actor, confirm, _ = TABLE[f"{'capital' if 'capital' in table.name else 'contracts'}.confirm"]
            confirm(CRM(session, actor, clock=scene.clock), scene)
        row = session.connection().execute(select(table).where(last.is_not(None)).limit(1)).one()
        for column in table.c:
            if column.key == "version":
                continue
            values = {column.key: other(column, getattr(row, column.key)), "version": row.version + 1}
            refuse(session, update(table).where(table.c.id == row.id).values(values))
        session.rollback()


def test_a_missing_trigger_is_named_and_made_again(session: Session) -> None:
    """``crm db check`` names it, and ``crm db reindex`` makes it."""
    connection = session.connection()
    assert missing_guards(connection) == ()
    drop_guards(connection)
    absent = missing_guards(connection)
    assert len(absent) == (2 if connection.dialect.name == "sqlite" else 3) * len(
        [*APPEND_ONLY, *FORWARD, *ERASABLE, *EMPTIED]
    )
    assert [line for line in schema.check(connection) if "trigger" in line] == [
        f"add trigger {name}" for name in absent
    ]
    schema.reindex(connection)
    assert schema.check(connection) == ()
