"""Law 4: nothing changes unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from sqlalchemy import Table, delete, event, insert, select, update
from sqlalchemy.orm import Session, UOWTransaction

from crm.errors import DirectWrite
from crm.models import (
    AuditEntry,
    AuditKey,
    AuditSeal,
    Base,
    ClosedArrival,
    ClosedContract,
    Contact,
    ConvertedEntry,
    ImportRow,
    Investor,
    Lead,
    MergeItem,
    Rate,
    SealedEntry,
)
from crm.models.base import Identified
from crm.models.wordings import reason_of
from tests.factories import LeadFactory, World
from tests.laws.scenes import Scene
from tests.laws.test_statement_counts import TABLE

pytestmark = pytest.mark.portable

#: Verbs that only read.
READS = {"get", "list", "show", "card", "find", "board", "stale", "history", "timeline", "times", "assignments", "evidence", "missing", "export",
         "evidence_file", "open_trip", "verify_audit"}  # fmt: skip
READ_ONLY = {
    "contacts.due",
    "contacts.duplicates",
    "contacts.erased",
    "contacts.mentions",
    "contacts.exactly",
    "groups.memberships",
    "groups.tree",
    "investors.exactly",
    "merges.plan",
    "referrals.credit",
    "referrals.tree",
    "audit.changes",
    "audit.head",
    "audit.standing",
    "audit.verify",
    # It writes seals, of which there are no entries.
    "audit.seal",
    "capital.sums",
    "contracts.sums",
    "rates.convert",
    "rates.tables",
    "rates.worth",
    "claims.pool",
    "claims.standing",
    "events.figures",
    "figures.closings",
    "figures.count",
    "figures.entries",
    "followups.due",
    "imports.preview",
    "investors.duplicates",
    "investors.likely",
    "meetings.resolve",
    "requests.figures",
    "report.ambassadors",
    "report.board",
    "report.entries",
    "report.funnel",
    "report.year",
    "report.referrals",
    "report.scorecard",
    "targets.editions",
    "targets.frozen",
    "targets.score",
    "report.station",
    "report.digest",
    "report.weekly",
    "calendar.items",
    "report.trip",
    "requests.reinvestments",
    "staff.ambassadors",
    "stations.month",
    "stations.months",
    "trips.by_unit",
    "trips.figures",
}
WRITES = [name for name in TABLE if name.split(".")[1] not in READS and name not in READ_ONLY]
#: Verbs whose entries carry the caller's reason.
REASONED = {"exports.record": "r", "targets.end": "r", "targets.edit": "r",
            "targets.restore": "r", "targets.set": "r", "targets.load": "r", "targets.freeze": "r",
            "leads.back": "r", "leads.hold": "r", "leads.lose": "r", "units.archive": "merged", "capital.reverse": "r", "contracts.reverse": "r",
            "capital.correct": "r", "contracts.correct": "r",
            "trips.cancel_visit": "r", "trips.cancel": "r", "trips.remove_unit": "r", "trips.withdraw_cost": "r",
            "contacts.erase": "asked for", "contacts.erase_due": "r", "contacts.erase_again": "r",
            "investors.unidentify": "r", "requests.reopen": "r", "events.cancel": "r"}  # fmt: skip
MODELS = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda model: model.__name__)


@pytest.fixture
def world(session: Session) -> World:
    """A bureau with everybody at their desk, rolled back after the test."""
    return World(session)


@pytest.mark.parametrize("name", TABLE)
def test_each_write_is_signed_and_no_read_is(scene: Scene, name: str) -> None:
    """Each verb that writes leaves entries with actor, instant, verb, record, changes and reason; a read leaves none."""
    from crm import CRM

    actor, call, _ = TABLE[name]
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        door = CRM(session, actor, clock=scene.clock)
        last = session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)) or 0
        touched: list[Base] = []

        def note(within: Session, _context: UOWTransaction) -> None:
            touched.extend(record for record in [*within.new, *within.dirty] if isinstance(record, Base))

        event.listen(session, "after_flush", note)
        call(door, scene)
        entries = session.scalars(select(AuditEntry).where(AuditEntry.id > last).order_by(AuditEntry.id)).all()
        if name not in WRITES:
            assert entries == []
            assert touched == []
        else:
            assert entries
            signed = {(entry.record, entry.record_id) for entry in entries}
            for record in touched:
                if isinstance(record, Identified):
                    assert (record.__tablename__.removeprefix("crm_"), record.id) in signed
            assert door.actor is not None
            for entry in entries:
                assert entry.actor_id == door.actor.id
                assert entry.at == scene.clock.instant
                assert entry.verb.split(".")[0] == entry.verb.partition(".")[0] != ""
                assert entry.record_uid is not None
                assert entry.changes
                assert all(before != after for before, after in entry.changes.values())
                assert reason_of(entry) == REASONED.get(name, reason_of(entry))
        session.rollback()


def test_every_table_is_audited_or_is_the_record_of_changes_itself() -> None:
    """Whatever is mapped carries id and uid, so that an entry can name it; an item of a merge is the list its entries are written from.

    Entries that a closing counted are signed with the closing, items with their merge, what rows of files made with their import, rates with their load.
    """
    assert {model for model in MODELS if not issubclass(model, Identified)} == {
        AuditEntry,
        AuditSeal,
        SealedEntry,
        AuditKey,
        ConvertedEntry,
        ClosedArrival,
        ClosedContract,
        ImportRow,
        MergeItem,
        Rate,
    }


def direct_add(session: Session, lead: Lead) -> None:
    """Add a row by hand."""
    session.add(Investor(name="X", country="JP", kind="enterprise", created_at=lead.investor.created_at))
    session.flush()


def direct_change(session: Session, lead: Lead) -> None:
    """Write an attribute by hand."""
    lead.title = "another"
    session.flush()


def direct_stage(session: Session, lead: Lead) -> None:
    """Write the stage by hand."""
    lead.stage = "landed"
    session.flush()


def direct_delete(session: Session, lead: Lead) -> None:
    """Delete a row by hand."""
    session.delete(lead)
    session.flush()


def bulk_update(session: Session, _lead: Lead) -> None:
    """Update many rows by hand."""
    session.execute(update(Lead).values(note="x"))


def bulk_insert(session: Session, _lead: Lead) -> None:
    """Insert many rows by hand."""
    session.execute(insert(Contact), [{"name": "x", "key": "x"}])


def bulk_delete(session: Session, _lead: Lead) -> None:
    """Delete many rows by hand."""
    session.execute(delete(AuditEntry))


@pytest.mark.parametrize(
    "write", [direct_add, direct_change, direct_stage, direct_delete, bulk_update, bulk_insert, bulk_delete]
)
def test_there_is_no_second_way_to_write(world: World, write: Callable[[Session, Lead], Any]) -> None:
    """What goes past the services is refused, whether by object or in bulk, and nothing of it stays."""
    lead = LeadFactory.create(world=world)
    before = len(world.session.scalars(select(AuditEntry.id)).all())
    with pytest.raises(DirectWrite, match="Use the services"):
        write(world.session, lead)
    world.session.expunge_all()
    assert world.session.get_one(Lead, lead.id).stage == "contact"
    assert len(world.session.scalars(select(AuditEntry.id)).all()) == before
    assert world.admin.audit.verify() == ()


@pytest.mark.parametrize("model", MODELS)
def test_every_table_is_guarded(world: World, model: type[Base]) -> None:
    """No table takes a bulk statement past the services."""
    with pytest.raises(DirectWrite):
        world.session.execute(delete(model))


@pytest.mark.one_moment
def test_a_value_changed_by_sql_is_found(world: World) -> None:
    """Holding the records against the audit finds what was changed past it, and where."""
    lead = LeadFactory.create(world=world)
    table = cast("Table", Lead.__table__)
    world.session.connection().execute(update(table).where(table.c.id == lead.id).values(note="by hand"))
    found = world.admin.audit.verify()
    assert [
        (discrepancy.record, discrepancy.record_id, discrepancy.field, discrepancy.stored, discrepancy.derived)
        for discrepancy in found
    ] == [("lead", lead.id, "note", "by hand", None)]


def test_personal_data_stays_out_of_the_audit(world: World) -> None:
    """The audit proves that a person's data changed, and does not keep it."""
    investor = world.tokyo.investors.add("商事", country="JP")
    contact = world.tokyo.contacts.add(investor, "窓口壱番", email="window@example.com", phone="+81 3 1234 5678")
    world.tokyo.contacts.edit(contact, note="prefers letters")
    world.manager.contacts.erase(contact, reason="asked for")
    kept = str([entry.changes for entry in world.admin.audit.list(limit=None)])
    for value in ("窓口壱番", "window@example.com", "1234", "prefers letters"):
        assert value not in kept
    assert world.admin.audit.verify() == ()
