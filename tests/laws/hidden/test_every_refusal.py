"""What others are refused of hidden leads stays the same: every verb that writes, whatever of them is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Column, Connection, select, text
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import CRMError
from crm.models import Lead
from crm.models.base import table_of
from tests.laws.hidden.answers import OUTSIDERS
from tests.laws.hidden.bureau import Bureau
from tests.laws.hidden.changing import change, columns, hanging, is_value, unlocked
from tests.laws.hidden.test_hidden_leads import LEFT, TOLD
from tests.laws.scenes import Scene
from tests.laws.test_statement_counts import AFTER_A_WRITE, method
from tests.laws.test_statement_counts import TABLE as VERBS

#: Every verb that writes and has a case that needs no write before it.
WRITING = [name for name in VERBS if name not in AFTER_A_WRITE and method(name).verb.writes]
on_a_small_scene = pytest.mark.parametrize(("scene", "backend"), [pytest.param(1, "sqlite", id="small")], indirect=True)


def refusals(scene: Scene, actor: str) -> dict[str, str]:
    """Return what each verb that writes answers: a refusal, or that it is done. Nothing stays written."""
    found = {}
    for name in WRITING:
        with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
            try:
                VERBS[name][1](CRM(session, actor, clock=scene.clock), scene)
                found[name] = "done"
            except CRMError as error:
                found[name] = f"{type(error).__name__}: {error}"
            session.rollback()
    return found


def hide(connection: Connection) -> tuple[int, ...]:
    """Make every lead a confidential one, and return their numbers."""
    connection.execute(
        text("UPDATE crm_lead SET confidential = true, code_name = 'Falcon ' || id WHERE NOT confidential")
    )
    return tuple(connection.scalars(select(table_of(Lead).c.id)))


def different(scene: Scene, chosen: Callable[[Column[Any]], bool]) -> dict[tuple[str, str], tuple[str, str]]:
    """Hide every lead, change columns of them and of all that hangs on them, and return the answers that differ."""
    connection = scene.connection
    nested = connection.begin_nested()
    unlocked(connection)
    bureau = Bureau(scene.clock, hide(connection), {}, {})
    before = {actor: refusals(scene, actor) for actor in OUTSIDERS}
    tables = hanging(connection, bureau)
    for table, numbers in tables.items():
        change(connection, table, numbers, filter(chosen, columns(table, tables)))
    found = {
        (actor, name): (before[actor][name], answer)
        for actor in OUTSIDERS
        for name, answer in refusals(scene, actor).items()
        if answer != before[actor][name]
    }
    nested.rollback()
    return found


@on_a_small_scene
@pytest.mark.whole  # in the quick tier test_matrix_of_rights.py has nobody but those who may see a lead write on it
@pytest.mark.parametrize("values", [True, False])
def test_every_refusal_stays_the_same(scene: Scene, *, values: bool) -> None:
    """Not only that a verb is refused, but its sentence, for each outsider."""
    kept = {*LEFT, *TOLD}
    assert different(scene, lambda column: is_value(column) is values and str(column) not in kept) == {}


@on_a_small_scene
@pytest.mark.whole
def test_a_code_name_is_seen_to_change(scene: Scene) -> None:
    """The comparison finds what it looks for."""
    changed = different(scene, lambda column: str(column) == "crm_lead.code_name")
    assert {"leads.edit", "leads.advance", "meetings.log"} <= {name for _, name in changed}
