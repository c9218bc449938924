"""Entries of earlier versions hold personal values as digests without a key, or as they are: an upgrade converts them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from crm import CRM, schema
from crm.db import session_scope
from crm.models import AuditKey, Contact, Employment, Merge
from crm.models.base import table_of
from crm.models.guards import drop_guards
from crm.models.sealing import CONVERTED, ENTRIES, KEYS
from crm.rules.investors.contacts import ContactFields
from crm.rules.kernel.fields import personal
from crm.values.plain import veiled_without_key
from tests.factories import InvestorFactory, World

pytestmark = pytest.mark.whole

#: The revision before.
(BEFORE,) = schema.revisions()["b93d07a1c5e4"]
MODELS = {"contact": Contact, "employment": Employment, "merge": Merge}
PHONE = "+8613800138000"


def earlier(patch: pytest.MonkeyPatch) -> None:
    """Let the services write what earlier versions wrote: a digest of uid and value, positions as they are."""

    def keys(session: Session, records: Collection[tuple[str, int]], _: object) -> Mapping[tuple[str, int], bytes]:
        uids = {}
        for name, number in records:
            table = table_of(MODELS[name])
            uids[name, number] = session.execute(select(table.c.uid).where(table.c.id == number)).scalar_one().bytes
        return uids

    def plainly(secret: bytes, column: str, value: str) -> str:
        return value if column == "title" else veiled_without_key(UUID(bytes=secret), value)

    patch.setattr("crm.services.kernel.auditing.changes.keys_of", keys)
    patch.setattr("crm.models.audited.veiled", plainly)


def filled(engine: Engine, patch: pytest.MonkeyPatch) -> dict[int, str]:
    """Write a history as an earlier version did, and return its last seal."""
    with patch.context() as earlier_patch, Session(engine) as session, session.begin():
        earlier(earlier_patch)
        world = World(session)
        investor = InvestorFactory.create(world=world)
        contact = world.tokyo.contacts.add(investor, "窓口", title="部長", phone=PHONE)
        world.tokyo.contacts.edit(contact, phone="+81312345678", note="first")
        world.tokyo.contacts.edit(contact, phone=PHONE)
        other = world.tokyo.contacts.add(
            InvestorFactory.create(world=world), "窓口二番", title="課長", email="a@example.com"
        )
        world.manager.merges.merge(contact, other, person=True, reason="one person")
        gone = world.tokyo.contacts.add(InvestorFactory.create(world=world), "消去", phone=PHONE)
        world.manager.contacts.erase(gone, reason="on request")
        world.manager.audit.seal()
        head = world.manager.audit.head()
        world.tokyo.contacts.edit(contact, note="second")
    return {head.seal: head.hash}


def test_entries_are_converted_and_stay_proven(migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a person is left in them, seals and anchors of before fit, and a second run changes nothing."""
    anchor = filled(migrated_engine, monkeypatch)
    for _ in range(2):
        schema.reindex(migrated_engine)
        assert schema.check(migrated_engine) == ()
        with session_scope(migrated_engine, read_only=True, one_moment=True) as session:
            audit = CRM(session, "admin").audit
            assert audit.verify(anchors=anchor) == ()
            kept = str([entry.changes for entry in audit.list(limit=None)])
            assert not [value for value in ("sha256:", PHONE, "部長", "課長") if value in kept]
            standing = audit.standing()
            assert (standing.converted, standing.erased) == (session.query(CONVERTED).count(), 1)
            assert standing.converted_at is not None
    with Session(migrated_engine) as session, session.begin():
        world = World(session, found=False)
        world.tokyo.contacts.edit("窓口", phone="+81398765432")
        world.manager.contacts.erase("窓口", reason="on request")
        assert world.manager.audit.verify() == ()
        assert set(session.scalars(select(AuditKey.key))) == {bytes(32)}


def test_what_earlier_versions_left_of_an_erased_person_is_erased(
    migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their position, in the record and in the audit; figures and seals stay, and a second run changes nothing."""
    with monkeypatch.context() as patch, Session(migrated_engine) as session, session.begin():
        earlier(patch)
        patch.setattr(
            "crm.services.investors.privacy.personal", lambda noun: personal(noun) if noun is ContactFields else ()
        )
        patch.setattr("crm.services.investors.privacy.destroy_keys", lambda *_: None)
        world = World(session)
        stays = world.tokyo.contacts.add(InvestorFactory.create(world=world), "窓口", title="課長")
        gone = world.tokyo.contacts.add(InvestorFactory.create(world=world), "消去", title="部長", phone=PHONE)
        world.manager.contacts.erase(gone, reason="on request")
        world.manager.audit.seal()
        head = world.manager.audit.head()
        anchor, number, other = {head.seal: head.hash}, gone.id, stays.id
        assert [post.title for post in gone.employments] == ["部長"]
    for _ in range(2):
        schema.reindex(migrated_engine)
        with session_scope(migrated_engine, read_only=True, one_moment=True) as session:
            titles = {post.contact_id: (post.title, post.version) for post in session.scalars(select(Employment))}
            assert titles[number] == (None, 2)
            assert titles[other][0] == "課長"
            audit = CRM(session, "admin").audit
            assert "部長" not in str([entry.changes for entry in audit.list(limit=None)])
            assert audit.verify(anchors=anchor) == ()
            (key,) = session.scalars(select(AuditKey.key).where(AuditKey.key == bytes(32)))
            assert key == bytes(32)


@pytest.mark.portable
def test_a_forged_conversion_is_found(migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A converted entry that is changed again, a listed hash, an unsigned line, and what was wrong before."""
    filled(migrated_engine, monkeypatch)
    with migrated_engine.begin() as connection:
        # Changed past the services, and therefore wrong before the conversion as well.
        connection.execute(update(table_of(Contact)).where(table_of(Contact).c.id == 1).values(email="b@example.com"))
    schema.reindex(migrated_engine)
    first = select(CONVERTED).order_by(CONVERTED.c.entry_id).limit(1)
    for forge in (
        update(CONVERTED).values(after=bytes(32)),
        update(ENTRIES).where(ENTRIES.c.record == "contact").values(changes={"name": [None, "hmac:0"]}),
        delete(CONVERTED),
        insert(CONVERTED).values(entry_id=1, conversion_id=2, before=bytes(32), after=bytes(32)),
        update(KEYS).values(key=bytes(32)),
    ):
        level = "REPEATABLE READ" if migrated_engine.dialect.name == "postgresql" else "SERIALIZABLE"
        with migrated_engine.connect().execution_options(isolation_level=level) as connection:
            assert connection.execute(first).first() is not None
            drop_guards(connection)
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                before = {(each.record, each.field) for each in CRM(session, "admin").audit.verify()}
                assert before == {("contact", "email")}
                connection.execute(forge)
                after = {(each.record, each.field) for each in CRM(session, "admin").audit.verify()}
            assert after > before
            connection.rollback()


def test_down_and_up_again(migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys go with the downgrade; the next upgrade makes others, and what the records hold is proven from then on."""
    filled(migrated_engine, monkeypatch)
    schema.reindex(migrated_engine)
    schema.downgrade(migrated_engine, BEFORE)
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()
    with session_scope(migrated_engine, read_only=True, one_moment=True) as session:
        assert CRM(session, "admin").audit.verify() == ()
