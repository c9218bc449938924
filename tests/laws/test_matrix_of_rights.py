"""The table of docs/access.md, verb by verb: each role, at the record's station and elsewhere, public and confidential."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import AccessDenied, CRMError, NotFound
from crm.rules.access import TABLE, Right, Role, Scope
from tests.laws.scenes import Scene
from tests.laws.test_a_verb_says_its_right import verb_of
from tests.laws.test_statement_counts import AFTER_A_WRITE
from tests.laws.test_statement_counts import TABLE as VERBS

#: One of everything on SQLite: a right is a plain function, and others test the statements that ask for it.
on_a_small_scene = pytest.mark.parametrize(("scene", "backend"), [pytest.param(1, "sqlite", id="small")], indirect=True)

_PAGE = Path(__file__).parents[2] / "docs" / "access.md"
_REACH = {"–": Scope.NONE, "own": Scope.OWN, "all": Scope.ALL}
#: The records of a scene that are a lead, or hang on one.
OF_A_LEAD = frozenset({
    "fresh", "carried", "signed", "held", "lost", "landed", "contested", "brought", "lead", "meeting", "paper", "promised", "verified",
    "agreed", "entry", "referral", "mine", "retracted", "claimed", "asked", "done", "promise", "dropped", "kept", "lapsed",
    "withdrawn", "mistyped", "several",
})  # fmt: skip
#: Who works elsewhere than the records of the scene, and has recorded none of them.
ELSEWHERE = "frankfurt.desk"
#: Whose claims those of the scene are, and who recorded its groups and imports; what is not the city's, as its event is, is Tokyo's.
AT_HOME = {"claims": "zone.desk", "groups": "manager.desk", "imports": "zone.desk"}
#: Verbs that ask for a second right: the case closes a station, and moves its staff.
ALSO = {"stations.set_status": Right.STAFF_WRITE}
#: What these make is the own of whoever makes it.
MADE_ONES_OWN = {"leads.open", "claims.file"}
#: Claims on a lead that is their unit's by now.
ON_ONES_OWN_LEAD = {*MADE_ONES_OWN, "claims.edit"}


@cache
def page() -> dict[Right, dict[Role, Scope]]:
    """Return the table as the page prints it."""
    rows = re.findall(r"^\| `([a-z.]+)` \| (.+) \|$", _PAGE.read_text("utf-8"), re.MULTILINE)
    return {
        Right(name): dict(zip(Role, (_REACH[cell] for cell in cells.split(" | ")), strict=True)) for name, cells in rows
    }


def test_the_page_prints_every_right() -> None:
    """And each reach of each role as the program has it."""
    assert page() == {right: {role: TABLE[role].get(right, Scope.NONE) for role in Role} for right in Right}


class Watched:
    """A scene that notes which of its records a case asks for."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._names: set[str] = set()

    def __getattr__(self, name: str) -> object:
        self._names.add(name)
        return getattr(self.scene, name)


def outcome(scene: Scene, name: str, role: Role, actor: str, *, confidential: bool) -> tuple[str, set[str]]:
    """Return the code of a refusal by right, or ``done``; and the records asked for. Nothing stays written."""
    watched = Watched(scene)
    nested = scene.connection.begin_nested()
    try:
        scene.connection.execute(
            text("UPDATE crm_staff SET role = :role WHERE username = :actor"), {"role": role.value, "actor": actor}
        )
        if confidential:
            scene.connection.execute(
                text("UPDATE crm_lead SET confidential = true, code_name = 'Falcon ' || id WHERE NOT confidential")
            )
        with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
            try:
                VERBS[name][1](CRM(session, actor, clock=scene.clock), cast("Scene", watched))
            except AccessDenied as error:
                return error.problems[0].code, watched._names
            except NotFound:
                return "not_found", watched._names
            except CRMError:
                pass  # refused for another reason than a right
            finally:
                session.rollback()
    finally:
        nested.rollback()
    return "done", watched._names


@on_a_small_scene
@pytest.mark.whole  # in the quick tier test_a_verb_says_its_right.py has each verb ask for its right, and by record
@pytest.mark.parametrize("role", Role)
def test_every_verb_does_as_the_page_says(scene: Scene, role: Role) -> None:
    """Who lacks the right is refused by it; whose right is on their own records, elsewhere; hidden leads to all others."""
    table = page()
    sees = table[Right.CONFIDENTIAL_READ][role]
    other = {}
    for name in VERBS:
        right = verb_of(name).right
        if right is None or name in AFTER_A_WRITE:
            continue
        noun = name.split(".")[0]
        for elsewhere in (False, True):
            actor = ELSEWHERE if elsewhere else AT_HOME.get(noun, "tokyo.desk")
            for confidential in (False, True):
                seen, records = outcome(scene, name, role, actor, confidential=confidential)
                strange = sees is not Scope.ALL and (
                    sees is Scope.NONE or elsewhere or (noun == "claims" and name not in ON_ONES_OWN_LEAD)
                )
                hidden = confidential and strange and (records & OF_A_LEAD or name == "claims.show")
                match min(table[right][role], table[ALSO.get(name, right)][role]):
                    case Scope.NONE:
                        as_printed = seen == "role"
                    case _ if hidden:
                        as_printed = seen in {"confidential", "not_found"}
                    case Scope.OWN if (elsewhere or right is Right.EVENT_WRITE) and name not in MADE_ONES_OWN:
                        as_printed = seen == "scope"
                    case _:
                        as_printed = seen not in {"role", "scope", "confidential", "not_found", "no_actor"}
                if not as_printed:
                    other[name, elsewhere, confidential] = seen
    assert other == {}


@on_a_small_scene
@pytest.mark.parametrize("name", [name for name in VERBS if name not in AFTER_A_WRITE])
def test_nobody_reads_or_writes(scene: Scene, name: str) -> None:
    """Without an actor every verb is refused."""
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        with pytest.raises(AccessDenied) as caught:
            VERBS[name][1](CRM(session, None, clock=scene.clock), scene)
        session.rollback()
    assert caught.value.problems[0].code == "no_actor"
