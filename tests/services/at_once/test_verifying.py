"""Verifying beside writers: what they write meanwhile is never taken for tampering."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from crm import CRM
from crm.db import session_scope
from crm.errors import Refused
from tests.factories import LeadFactory
from tests.services.at_once.test_concurrency import at_work

WRITERS, WRITES = 4, 4


@pytest.fixture
def lead(migrated_engine: Engine) -> int:
    """The number of a lead, sealed."""
    with at_work(migrated_engine) as world:
        number: int = LeadFactory.create(world=world).id
        world.manager.audit.seal()
    return number


@contextmanager
def meddling(engine: Engine, lead: int) -> Iterator[list[int]]:
    """Edit the lead and seal, both committed, before every statement; yield how often, one for each."""
    count, busy, written = 0, False, []

    def meddle(*_: Any) -> None:
        nonlocal count, busy
        if busy:
            return
        count, busy = count + 1, True
        with session_scope(engine) as session:
            manager = CRM(session, "manager.desk")
            manager.leads.edit(lead, title=f"edited {count}")
            manager.audit.seal()
        written.append(count)
        busy = False

    event.listen(engine, "before_cursor_execute", meddle)
    try:
        yield written
    finally:
        event.remove(engine, "before_cursor_execute", meddle)


def test_one_moment_is_verified_whatever_others_commit(migrated_engine: Engine, lead: int) -> None:
    """Between its statements a lead is edited and sealed again and again, and nothing is found."""
    with (
        session_scope(migrated_engine, read_only=True, one_moment=True) as session,
        meddling(migrated_engine, lead) as written,
    ):
        assert CRM(session, "manager.desk").audit.verify() == ()
    assert len(written) > 2


def test_more_than_one_moment_is_no_proof(migrated_engine: Engine, lead: int) -> None:
    """In a host's READ COMMITTED transaction what is found is a refusal that says how to verify; on SQLite nothing is."""
    with Session(migrated_engine) as session, meddling(migrated_engine, lead) as written:
        audit = CRM(session, "manager.desk").audit
        if migrated_engine.dialect.name == "sqlite":
            assert audit.verify() == ()
        else:
            with pytest.raises(Refused, match="one_moment=True") as caught:
                audit.verify()
            assert caught.value.problems[0].code == "moments"
    assert len(written) > 2


def test_what_was_forged_is_refused_there_and_found_in_one_moment(migrated_engine: Engine, lead: int) -> None:
    """The refusal hides nothing: it says to verify in one moment, and there it is found."""
    with migrated_engine.begin() as connection:
        connection.execute(text("UPDATE crm_lead SET note = 'forged'"))
    with Session(migrated_engine) as session:
        audit = CRM(session, "manager.desk").audit
        if migrated_engine.dialect.name == "postgresql":
            with pytest.raises(Refused, match="1 differences"):
                audit.verify()
    with session_scope(migrated_engine, read_only=True, one_moment=True) as session:
        (found,) = CRM(session, "manager.desk").audit.verify()
    assert (found.record_id, found.field) == (lead, "note")


def test_four_writers(migrated_engine: Engine) -> None:
    """While four threads write, verifying finds nothing, each time."""
    failed: list[BaseException] = []

    def write() -> None:
        try:
            for number in range(WRITES):
                with session_scope(migrated_engine) as session:
                    investors = CRM(session, "manager.desk").investors
                    added = investors.add(f"{threading.get_ident()} {number}", country="JP", distinct="another one")
                    investors.edit(added, note="written meanwhile")
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            failed.append(error)

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    found = []
    while any(writer.is_alive() for writer in writers):
        with session_scope(migrated_engine, read_only=True, one_moment=True) as session:
            found.append(CRM(session, "manager.desk").audit.verify())
    for writer in writers:
        writer.join()
    assert not failed
    assert set(found) == {()}
