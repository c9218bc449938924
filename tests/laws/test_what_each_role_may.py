"""Law 4 on PostgreSQL: the application runs every verb and changes no history; the reader sees no confidential lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from crm import CRM
from crm.models import Base
from crm.models.guards import APPEND_ONLY, FORWARD
from crm.models.roles import roles
from crm.models.views import VIEWS
from crm.revisions import VERSION_TABLE
from tests.laws.scenes import Scene
from tests.laws.test_statement_counts import TABLE

_DENIED = re.compile("permission denied|must be owner")


@contextmanager
def ruled(scene: Scene) -> Iterator[tuple[Connection, str]]:
    """Make the roles in the scene's transaction, for the length of the block; yield the prefix of their names too."""
    connection = scene.connection
    if connection.dialect.name == "sqlite":
        pytest.skip("a file has no roles")
    prefix = f"r{uuid4().hex[:12]}"  # roles are the server's, and others test at the same time
    nested = connection.begin_nested()
    connection.execute(
        text("SET CONSTRAINTS ALL IMMEDIATE")
    )  # what the scene wrote is checked before its tables change
    connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    for _ in range(2):  # a second time it changes nothing
        for statement in roles("public", prefix, VERSION_TABLE):
            connection.execute(text(statement))
    try:
        yield connection, prefix
    finally:
        nested.rollback()


@contextmanager
def acting(connection: Connection, role: str) -> Iterator[None]:
    """Have the privileges of a role inside the block, and undo what it writes."""
    nested = connection.begin_nested()
    try:
        connection.execute(text(f"SET LOCAL ROLE {role}"))
        yield
    finally:
        nested.rollback()


@pytest.mark.whole
def test_the_application_runs_every_verb(scene: Scene) -> None:
    """With what it is granted, and no more."""
    refused = {}
    with ruled(scene) as (connection, prefix):
        for name, (actor, call, _) in TABLE.items():
            with (
                acting(connection, f"{prefix}_application"),
                Session(connection, join_transaction_mode="create_savepoint") as session,
            ):
                try:
                    call(CRM(session, actor, clock=scene.clock), scene)
                    session.flush()
                except ProgrammingError as error:
                    refused[name] = str(error.orig)
                session.rollback()
    assert refused == {}


def test_the_application_changes_no_history(scene: Scene) -> None:
    """It may not delete anything, nor update a row that is only added, nor an amount of a ledger."""
    tables = {cast("Table", model.__table__).name for model in APPEND_ONLY}
    orders = [f"DELETE FROM {name}" for name in Base.metadata.tables]
    orders += [f"UPDATE {name} SET {next(iter(Base.metadata.tables[name].c)).name} = NULL" for name in tables]
    orders += [
        f"UPDATE {model.__tablename__} SET {column} = {column}"
        for model, column in zip(FORWARD, ("amount_minor", "currency", "name", "reason"), strict=True)
    ]
    orders += [
        "DROP TRIGGER crm_guard_transition_update ON crm_transition",
        "SET LOCAL session_replication_role = replica",
    ]
    allowed = []
    with ruled(scene) as (connection, prefix):
        for order in orders:
            with acting(connection, f"{prefix}_application"):
                try:
                    connection.execute(text(order))
                except ProgrammingError as error:
                    allowed += [order] if _DENIED.search(str(error.orig)) is None else []
                else:
                    allowed.append(order)
    assert allowed == []


def test_the_reader_sees_views_without_confidential_leads(scene: Scene) -> None:
    """And no table: not persons, not minutes, not the audit."""
    with ruled(scene) as (connection, prefix):
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            door = CRM(session, "tokyo.desk", clock=scene.clock)
            hidden = door.leads.open(scene.investor, title="hidden", confidential=True, code_name="Falcon").id
            door.meetings.log(hidden, summary="secret", at=scene.clock(), zone="Asia/Tokyo")
            met = {each.id for each in CRM(session, "viewer.desk", clock=scene.clock).meetings.list(limit=None)}
            session.commit()
        with acting(connection, f"{prefix}_reader"):
            shown = {name: connection.execute(text(f"SELECT * FROM {name}")).mappings().all() for name in VIEWS}
        assert all(shown.values())
        assert hidden not in {row["id"] for row in shown["crm_reader_lead"]}
        assert hidden not in {
            row["lead_id"] for name in ("crm_reader_meeting", "crm_reader_arrival") for row in shown[name]
        }
        assert {row["id"] for row in shown["crm_reader_meeting"]} == met
        for name in (*Base.metadata.tables, VERSION_TABLE):
            with acting(connection, f"{prefix}_reader"), pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text(f"SELECT count(*) FROM {name}"))
