"""Law 8: said once. Each public verb says which right it asks for, and whether it writes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import AccessDenied
from crm.rules.access import ROLES, TABLE, Right, Role, Scope
from crm.services.kernel.context import Context
from crm.services.kernel.verbs import Verb
from tests.laws.scenes import Scene
from tests.laws.test_statement_counts import AFTER_A_WRITE, method
from tests.laws.test_statement_counts import TABLE as VERBS

pytestmark = pytest.mark.portable

#: The rights that some role has on its own records alone.
BY_RECORD = {right for rights in TABLE.values() for right, reach in rights.items() if reach is Scope.OWN}
#: A role that may nothing at all, so that whatever a verb asks for is refused.
NOBODY = dict.fromkeys(Role, dict.fromkeys(Right, Scope.NONE))


def verb_of(name: str) -> Verb:
    """Return what a public method says of itself."""
    verb = getattr(method(name), "verb", None)
    assert isinstance(verb, Verb), f"{name} lacks @reads(Right.…) or @writes(Right.…)"
    return verb


@pytest.mark.parametrize("name", [*VERBS, "staff.found"])
def test_every_public_method_says_its_right(name: str) -> None:
    """The founding of the first admin alone asks for none; a right by record is one that somebody has on their own records."""
    verb = verb_of(name)
    assert (verb.right is None) == (name == "staff.found")
    assert verb.by_record == (verb.right in BY_RECORD)
    assert not verb.by_record or verb.writes


def test_every_right_is_asked_for() -> None:
    """No right of the table is left over: a verb asks for it, or the reads look it up."""
    assert {verb_of(name).right for name in VERBS} | {
        Right.CONFIDENTIAL_READ,
        Right.TRIP_COST_READ,
        Right.LEAD_CARRY,
    } == set(Right)


@pytest.mark.parametrize("name", [name for name in VERBS if name not in AFTER_A_WRITE])
def test_what_a_verb_says_is_what_it_asks(scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role without the right is refused by its name, before anything is looked at but who acts."""
    monkeypatch.setattr("crm.rules.access.TABLE", NOBODY)
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        door = CRM(session, VERBS[name][0], clock=scene.clock)
        with pytest.raises(AccessDenied) as caught:
            VERBS[name][1](door, scene)
        session.rollback()
    (problem,) = caught.value.problems
    assert (problem.code, problem.params["action"]) == ("role", verb_of(name).right)


@pytest.mark.parametrize("name", [name for name in VERBS if verb_of(name).by_record])
def test_a_verb_by_record_asks_about_the_record(scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose right reaches their own records alone is asked once more, about this one."""
    asked: list[Right] = []

    def note(context: Context, right: Right, *_record: Any, **_whose: Any) -> Any:
        asked.append(right)
        return context.acting()

    monkeypatch.setattr(Context, "require", note)
    monkeypatch.setattr(Context, "require_at", note)
    monkeypatch.setattr(Context, "require_on", note)
    monkeypatch.setattr(Context, "require_recorded", note)
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        VERBS[name][1](CRM(session, VERBS[name][0], clock=scene.clock), scene)
        session.rollback()
    assert verb_of(name).right in asked


def test_the_mark_keeps_name_signature_and_docstring() -> None:
    """What is made from a method finds what was written."""
    from crm.services.leads.service import Leads

    assert Leads.edit.__name__ == "edit"
    assert "None clears" in (Leads.edit.__doc__ or "")
    assert "title" in Leads.open.__annotations__
    assert verb_of("leads.edit") == Verb(Right.LEAD_EDIT, writes=True, by_record=True)
    assert verb_of("leads.list") == Verb(Right.READ)


def test_all_roles_of_the_table_are_roles() -> None:
    """Each role has its entry."""
    assert [*ROLES] == [*Role]
