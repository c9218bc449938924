"""Free texts of earlier entries become digests: an upgrade puts their wordings beside them, with a key for each."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, Select, select, update
from sqlalchemy.orm import Session

from crm import CRM, schema
from crm.db import session_scope
from crm.models import Lead
from crm.models.base import table_of
from crm.models.guards import drop_guards
from crm.models.sealing import CONVERTED, ENTRIES, hash_of
from crm.models.wordings import is_digest, worded_columns
from crm.services.kernel.auditing import signing
from tests.factories import InvestorFactory, World

#: The revision before.
(BEFORE,) = schema.revisions()["a17c5e93d0b4"]
TEXTS = ("与部长谈", "与课长谈", "写错了", "山本先生")


def filled(engine: Engine, patch: pytest.MonkeyPatch) -> dict[int, str]:
    """Write a history as an earlier version did, with texts and reasons as they are; return its last seal."""
    with patch.context() as earlier, Session(engine) as session, session.begin():
        earlier.setattr(signing, "put_apart", lambda _, changes: (changes, {}))
        earlier.setattr(signing, "reason_apart", lambda reason: (reason, {}))
        world = World(session)
        investor = InvestorFactory.create(world=world)
        visit = world.tokyo.meetings.log(investor, summary="与部长谈", agreed=["山本先生"])
        world.tokyo.meetings.edit(visit, summary="与课长谈", reason="写错了")
        world.tokyo.meetings.edit(visit, summary="与部长谈", reason="写错了")
        world.tokyo.contacts.add(investor, "山本先生", phone="+81312345678")
        world.manager.audit.seal()
        head = world.manager.audit.head()
        world.tokyo.meetings.edit(visit, place="山本先生", reason="写错了")
    with engine.begin() as connection:
        drop_guards(connection)
        connection.execute(update(ENTRIES).values(wordings=None))
    return {head.seal: head.hash}


def verified(engine: Engine, anchors: dict[int, str]) -> set[tuple[str, str]]:
    """Return what verifying names: record and field."""
    with session_scope(engine, read_only=True, one_moment=True) as session:
        return {(row.record, row.field) for row in CRM(session, "admin").audit.verify(anchors=anchors)}


def test_entries_are_converted_and_stay_proven(migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is hashed has digests alone, the wordings are there, seals of before fit, and a second run changes nothing."""
    anchors = filled(migrated_engine, monkeypatch)
    for _ in range(2):
        schema.reindex(migrated_engine)
        assert schema.check(migrated_engine) == ()
        assert verified(migrated_engine, anchors) == set()
        with session_scope(migrated_engine, read_only=True) as session:
            entries = session.execute(select(ENTRIES)).all()
            assert not [text for text in TEXTS if text in str([(entry.changes, entry.reason) for entry in entries])]
            listed = CRM(session, "admin").audit.list(limit=None)
            assert not [text for text in TEXTS if text not in str(listed)]
            assert all(entry.wordings is not None for entry in entries)
            assert CRM(session, "admin").audit.standing().converted == len(session.execute(select(CONVERTED)).all()) > 0


def test_a_person_is_erased_from_what_was_converted(migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their name goes from the wordings, but for what records still hold."""
    anchors = filled(migrated_engine, monkeypatch)
    schema.reindex(migrated_engine)
    with Session(migrated_engine) as session, session.begin():
        world = World(session, found=False)
        world.tokyo.meetings.edit(1, place="办公室", agreed=["寄送资料"], reason="redacted")
        world.manager.contacts.erase("山本先生", reason="on request")
    assert verified(migrated_engine, anchors) == set()
    with migrated_engine.connect() as connection:
        assert "山本先生" not in str(connection.execute(select(ENTRIES)).all())


def test_what_was_wrong_stays_wrong(migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that was edited in an entry, and a text of a record, are found after the conversion too."""
    anchors = filled(migrated_engine, monkeypatch)
    first: Select[int] = select(ENTRIES.c.id).where(ENTRIES.c.record == "meeting").order_by(ENTRIES.c.id).limit(1)
    with migrated_engine.begin() as connection:
        entry = connection.execute(select(ENTRIES).where(ENTRIES.c.id == connection.scalar(first))).one()
        changed = {**entry.changes, "summary": [None, "forged"]}
        connection.execute(update(ENTRIES).where(ENTRIES.c.id == entry.id).values(changes=changed))
        forged = connection.execute(select(ENTRIES).where(ENTRIES.c.id == entry.id)).one()
        assert hash_of(forged) != entry.hash
    schema.reindex(migrated_engine)
    assert ("meeting", "hash") in verified(migrated_engine, anchors)


def test_wordings_that_were_taken_away_are_not_converted(
    migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who nulls a wording and edits the record is found, also after names were indexed anew."""
    anchors = filled(migrated_engine, monkeypatch)
    schema.reindex(migrated_engine)
    with Session(migrated_engine) as session, session.begin():
        world = World(session, found=False)
        lead = world.tokyo.leads.open(1, title="one", note="before")
        number = lead.id
    with migrated_engine.begin() as connection:
        drop_guards(connection)
        connection.execute(update(ENTRIES).where(ENTRIES.c.record == "lead").values(wordings=None))
        connection.execute(update(table_of(Lead)).where(table_of(Lead).c.id == number).values(note="forged"))
    schema.reindex(migrated_engine)
    assert {("lead", "note"), ("lead", "title")} <= verified(migrated_engine, anchors)


@pytest.mark.whole
def test_down_and_up_again(migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wordings go with the downgrade; the next upgrade trusts what records hold, and the rest is named as erased."""
    filled(migrated_engine, monkeypatch)
    schema.reindex(migrated_engine)
    for _ in range(2):
        schema.downgrade(migrated_engine, BEFORE)
        schema.upgrade(migrated_engine)
        assert schema.check(migrated_engine) == ()
        assert verified(migrated_engine, {}) == set()
    with session_scope(migrated_engine, read_only=True) as session:
        entries = CRM(session, "admin").audit.list(record="meeting", limit=None)
        assert entries[0].changes["place"][1] == "山本先生"
        assert is_digest(entries[-1].changes["summary"][1])


@pytest.mark.portable
def test_what_counts_as_free_text() -> None:
    """Texts of the work, and not what is a person's: that has its keys elsewhere."""
    assert worded_columns("meeting") == {"summary", "place", "withdrawn_reason"}
    assert worded_columns("contact") == worded_columns("employment") == set()
    assert worded_columns("event_attendance") == {"withdrawn_reason"}
    assert "note" in worded_columns("lead")
