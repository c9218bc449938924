"""A host's handlers are told of each change after its commit, and of nothing that was rolled back."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session, SessionTransaction

from crm import CRM
from crm.changes import Change, ContactAdded, InvestorAdded, LeadEdited, LeadMoved, LeadOpened
from crm.errors import CRMError
from crm.models import AuditEntry, Investor, Lead
from tests.tiers import examples


@pytest.fixture
def engine(migrated_engine: Engine) -> Engine:
    """A database of the test's own, with an admin."""
    with Session(migrated_engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
    return migrated_engine


def opened(crm: CRM, name: str = "丸红") -> Lead:
    """Open a lead of an investor of its own."""
    return crm.leads.open(crm.investors.add(f"{name}株式会社", country="JP"), title=f"{name}项目", station="tokyo")


def told(crm: CRM, kind: type[Change] = Change) -> list[Any]:
    """Return the list that changes of a kind go into."""
    found: list[Change] = []
    crm.on(kind, found.append)
    return found


def test_a_move_is_told_after_the_commit(engine: Engine) -> None:
    """With its lead, its stages, its day, who made it and why; before the commit of nothing."""
    with Session(engine) as session:
        crm = CRM(session, "admin")
        moves, edits = told(crm, LeadMoved), told(crm, LeadEdited)
        lead = opened(crm)
        crm.leads.hold(lead, reason="等待批复", review=date(2090, 1, 1))
        number = lead.id
        assert moves == []
        session.commit()
    assert edits == []
    (move,) = moves
    assert (move.lead_id, move.from_stage, move.to_stage, move.to_status) == (number, "contact", "contact", "on_hold")
    assert (move.actor, move.verb, move.reason, move.before["to_status"]) == ("admin", "lead.hold", "等待批复", None)
    assert isinstance(move.occurred_on, date)


def test_a_change_is_the_entry_of_the_audit(engine: Engine) -> None:
    """Equal to what the list of the audit shows, of the same class; personal values are digests."""
    with Session(engine) as session, session.begin():
        crm = CRM(session, "admin")
        every, people = told(crm), told(crm, ContactAdded)
        crm.contacts.add(opened(crm).investor, "営業部長")
    with Session(engine) as session:
        listed = {row.id: row for row in CRM(session, "admin").audit.list(limit=None)}
    assert [listed[change.id] for change in every] == every
    assert {type(change) for change in every} >= {Change, InvestorAdded, LeadOpened, ContactAdded}
    assert people[0].after["name"].startswith("hmac:")


def test_what_is_rolled_back_is_not_told(engine: Engine) -> None:
    """By the host, by a commit that fails, by closing the session; what is committed later is."""
    with Session(engine) as session:
        found = told(CRM(session, "admin"), LeadOpened)
        opened(CRM(session, "admin"))
        session.rollback()

        def fail(_: Session) -> None:
            raise RuntimeError("no")

        event.listen(session, "before_commit", fail)
        opened(CRM(session, "admin"), "三井")
        with pytest.raises(RuntimeError):
            session.commit()
        session.rollback()
        event.remove(session, "before_commit", fail)
        opened(CRM(session, "admin"), "住友")
        session.close()
        assert found == []
        opened(CRM(session, "admin"), "伊藤忠")
        session.commit()
        assert [change.after["title"] for change in found] == ["伊藤忠项目"]


def test_a_savepoint_takes_back_its_part(engine: Engine) -> None:
    """An inner one within an outer one that is kept, one within one that is not, and one that began before the handler."""
    with Session(engine) as session:
        first = session.begin_nested()
        found = told(CRM(session, "admin"), LeadOpened)
        opened(CRM(session, "admin"), "零")
        first.rollback()
        opened(CRM(session, "admin"), "一")
        with session.begin_nested():
            opened(CRM(session, "admin"), "二")
            inner = session.begin_nested()
            opened(CRM(session, "admin"), "三")
            inner.rollback()
        outer = session.begin_nested()
        with session.begin_nested():
            opened(CRM(session, "admin"), "四")
        outer.rollback()
        opened(CRM(session, "admin"), "五")
        session.commit()
    assert [change.after["title"] for change in found] == ["一项目", "二项目", "五项目"]


STEPS = st.lists(
    st.sampled_from(["write", "savepoint", "release", "back", "commit", "rollback", "refused"]), max_size=14
)


@examples(60)
@given(steps=STEPS)
def test_what_is_told_is_what_stands(steps: list[str], founded: Engine) -> None:
    """After any course of savepoints, commits and rollbacks: each entry of the audit, once, in its order."""
    with Session(founded) as session:
        begun = session.scalar(select(func.max(AuditEntry.id))) or 0
        session.commit()
        every, savepoints = told(CRM(session, "admin")), list[SessionTransaction]()
        for number, step in enumerate([*steps, "commit"]):
            if step == "write":
                CRM(session, "admin").investors.add(f"第{number}号{len(every)}商事{begun}", country="JP")
            elif step == "refused":
                with pytest.raises(CRMError):
                    CRM(session, "admin").investors.add("", country="JP")
            elif step == "savepoint":
                savepoints.append(session.begin_nested())
            elif step in {"release", "back"} and savepoints:
                ended = savepoints.pop()
                ended.commit() if step == "release" else ended.rollback()
            elif step in {"commit", "rollback"}:
                session.commit() if step == "commit" else session.rollback()
                savepoints.clear()
    with Session(founded) as session:
        stands = select(AuditEntry.id).where(AuditEntry.id > begun).order_by(AuditEntry.id)
        assert [change.id for change in every] == list(session.scalars(stands))


@pytest.fixture(scope="module")
def founded(databases: Any, template_url: str) -> Any:
    """A database for all examples, with an admin."""
    from crm import make_engine

    url = databases.create(template_url)
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
    yield engine
    engine.dispose()
    databases.drop(url)


def test_a_handler_that_fails_stops_nothing(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """The commit stands, the other handlers are called, and the error is in the log, with the entry that it was about."""

    def fail(_: Change) -> None:
        raise ValueError("no mail today")

    with Session(engine) as session, session.begin():
        crm = CRM(session, "admin")
        crm.on(LeadOpened, fail)
        found = told(crm, LeadOpened)
        opened(crm)
    assert len(found) == 1
    (record,) = [record for record in caplog.records if record.name == "crm.changes"]
    assert record.levelno == logging.ERROR
    assert f"LeadOpened failed, entry {found[0].id}" in record.getMessage()
    assert record.exc_info is not None
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Lead)) == 1


def test_a_handler_works_in_a_session_of_its_own(engine: Engine) -> None:
    """The transaction is over: on SQLite it can write, and what it writes is told to the handlers of its session alone."""
    inner: list[Change] = []

    def note(change: LeadOpened) -> None:
        with Session(engine) as own, own.begin():
            crm = CRM(own, "admin")
            crm.on(Change, inner.append)
            crm.leads.edit(change.record_id, note="重点")

    with Session(engine) as session, session.begin():
        crm = CRM(session, "admin")
        crm.on(LeadOpened, note)
        found = told(crm, LeadEdited)
        opened(crm)
    assert found == []
    assert [type(change) for change in inner] == [LeadEdited]


def test_all_doors_of_a_session_share_its_handlers(engine: Engine) -> None:
    """A change is told once, whichever of them made it and how often a handler was passed; another session's is not."""
    with Session(engine) as session, session.begin():
        CRM(session, "admin").staff.add("tokyo.desk", "东京站", role="ambassador", station="tokyo")
    found: list[InvestorAdded] = []
    tell = found.append
    with Session(engine) as session, session.begin():
        for actor in ("admin", "tokyo.desk"):
            crm = CRM(session, actor)
            crm.on(InvestorAdded, tell)
            crm.investors.add(f"{actor} 商事", country="JP")
    with Session(engine) as session, session.begin():
        CRM(session, "admin").investors.add("三井", country="JP")
        assert session.scalar(select(func.count()).select_from(Investor)) == 3
    assert [change.actor for change in found] == ["admin", "tokyo.desk"]
