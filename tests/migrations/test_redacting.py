"""Earlier wordings are taken out of the audit by the owner of the database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from crm import CRM
from crm.db import session_scope
from crm.errors import AccessDenied, InvalidInput, NotFound
from crm.models import Meeting
from crm.models.base import table_of
from crm.models.guards import missing_guards
from crm.models.sealing import ENTRIES
from crm.redacting import redact
from crm.rules.stages import as_policies
from crm.services.kernel.context import Context
from tests.factories import World


def context(session: Session, world: World, actor: str = "manager.desk") -> Context:
    """Return what the command line makes for the owner."""
    return Context(session, actor, as_policies(None), world.clock, None)


def told(engine: Engine) -> str:
    """Return everything that the entries say."""
    with engine.connect() as connection:
        return str([(entry.changes, entry.reason, entry.wordings) for entry in connection.execute(ENTRIES.select())])


def test_what_a_text_was_before_is_nowhere_any_more(migrated_engine: Engine) -> None:
    """Of a visit, its minutes and a follow-up; twice; seals and anchors stay, and the present wording is still proven."""
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        investor = world.tokyo.investors.add("丸目商事株式会社", country="JP")
        visit = world.tokyo.meetings.log(investor, summary="山本太郎 13800138000", agreed=["山本に送る"])
        promise = world.tokyo.followups.add(investor, "山本に電話", due="2023-03-01")
        world.tokyo.meetings.edit(visit, summary="部長に会う", agreed=["資料を送る"], reason="redacted")
        world.tokyo.followups.edit(promise, text="電話")
        world.manager.audit.seal()
        head = world.manager.audit.head()
        anchors, number, todo = {head.seal: head.hash}, visit.id, promise.id
    assert "山本" in told(migrated_engine)
    for again in (False, True):
        with Session(migrated_engine) as session, session.begin():
            world = World(session, found=False)
            if again:
                world.tokyo.meetings.edit(number, summary="会談", reason="shorter")
            assert redact(context(session, world), [f"V{number}", f"T{todo}", f"v{number}"], reason="erased") > 0
        with session_scope(migrated_engine, read_only=True, one_moment=True) as session:
            assert CRM(session, "admin").audit.verify(anchors=anchors) == ()
        text = told(migrated_engine)
        assert "山本" not in text
        assert "13800138000" not in text
        assert ("部長に会う" in text, "会談" in text) == (not again, again)
    with migrated_engine.connect() as connection:
        assert missing_guards(connection) == ()
    with Session(migrated_engine) as session, session.begin():
        world = World(session, found=False)
        assert redact(context(session, world), [f"V{number}"], reason="again") == 0
        assert {entry.actor for entry in world.manager.audit.list() if entry.verb == "audit.redact"} == {"manager.desk"}


def test_a_text_that_is_forged_later_is_found(migrated_engine: Engine) -> None:
    """The entry that signs the present wording anew still tells what it is."""
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        visit = world.tokyo.meetings.log(world.tokyo.investors.add("丸目商事", country="JP"), summary="one")
        world.tokyo.meetings.edit(visit, summary="two", reason="redacted")
        redact(context(session, world), [f"V{visit.id}"], reason="erased")
        number = visit.id
    with migrated_engine.begin() as connection:
        table = table_of(Meeting)
        connection.execute(update(table).where(table.c.id == number).values(summary="three"))
    with session_scope(migrated_engine, read_only=True, one_moment=True) as session:
        assert [(row.record, row.field) for row in CRM(session, "admin").audit.verify()] == [("meeting", "summary")]


@pytest.mark.portable
def test_what_is_refused(migrated_engine: Engine) -> None:
    """Who may not erase; a number without a letter, of a noun without free texts, of nothing; no reason."""
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        with pytest.raises(AccessDenied):
            redact(context(session, world, "tokyo.desk"), ["V1"], reason="r")
        with pytest.raises(InvalidInput) as refused:
            redact(context(session, world), ["1", "P1", "x"], reason="")
        assert len(refused.value.problems) == 4
        with pytest.raises(NotFound):
            redact(context(session, world), ["V99"], reason="r")
