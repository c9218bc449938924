"""A person who asks gets everything that is held on them, and erasing forgets nothing: a further column fails here first."""

from __future__ import annotations

import pytest
from sqlalchemy import String, Text, select
from sqlalchemy.orm import Session

from crm.models import AuditKey, Base
from crm.models.audit import DESTROYED
from crm.models.audited import is_veiled, veiled_columns, veiled_models
from crm.models.wordings import FREE, LEFT_OUT, free_texts
from crm.reads.investors.held import HELD
from crm.services.investors.privacy import ContactPrivacy
from tests.factories import InvestorFactory, LeadFactory, World

#: Keys of other tables that lead to a contact over one that the export has.
OVER = {("crm_meeting_contact", "employment_id"), ("crm_event_attendance", "employment_id")}


@pytest.fixture
def world(session: Session) -> World:
    """A bureau, rolled back after the test."""
    return World(session)


def test_every_key_that_leads_to_a_contact_is_in_the_export() -> None:
    """Each foreign key to a contact, or over an employment, has a part of the export; and each part has a key."""
    keys = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for constraint in table.foreign_key_constraints
        for column, element in zip(constraint.columns, constraint.elements, strict=True)
        if element.target_fullname in {"crm_contact.id", "crm_employment.contact_id", "crm_employment.id"}
    }
    assert keys - OVER == HELD.keys()


def test_every_free_text_is_searched_for_a_name() -> None:
    """Each long text of each table that has a number, but for the tables that are named with a reason."""
    free = {
        (table.name.removeprefix("crm_"), column.key)
        for table in Base.metadata.sorted_tables
        if table.name not in LEFT_OUT and "id" in table.c
        for column in table.c
        if isinstance(column.type, Text) or (type(column.type) is String and (column.type.length or FREE) >= FREE)
    }
    # Derived from names and references: search keys and tokens.
    assert {column for _, column in free - set(free_texts())} <= {"key", "tokens", "stem", "reference_key"}


def test_everything_is_exported(world: World) -> None:
    """Posts, meetings with minutes and follow-ups, events, referrals on both sides, merges, mentions, and who recorded it."""
    investor = InvestorFactory.create(world=world)
    contact = world.tokyo.contacts.add(investor, "田中健一", title="部長", basis="consent")
    twin = world.tokyo.contacts.add(investor, "田中 健一", distinct="not known yet")
    world.manager.merges.merge(contact, twin, person=True, reason="one person")
    lead = LeadFactory.create(world=world, investor=investor)
    meeting = world.tokyo.meetings.log(
        lead,
        contacts=[contact],
        summary="与田中健一谈选址",
        agreed=["寄送资料"],
        promised=["田中健一回复"],
        followups=[("给田中健一寄资料", "2023-03-01")],
    )
    world.tokyo.meetings.edit(meeting, summary="与客人谈选址")
    brought = LeadFactory.create(world=world)
    referral = world.tokyo.referrals.add(brought, contact, person=True, note="经田中健一")
    event = world.tokyo.events.add("forum", title="论坛", place="东京", country="JP", zone="Asia/Tokyo", kind="forum",
                                   starts="2023-02-10", ends="2023-02-10", station="tokyo")  # fmt: skip
    world.tokyo.events.attend(event, investor, contact=contact, note="坐在前排")
    told = world.manager.contacts.export(contact)
    for part in set(HELD.values()) | {"followups"}:
        assert told[part], part
    assert told["basis"] == "consent"
    history = told["history"]
    assert isinstance(history, list)
    assert {"与田中健一谈选址"} <= {value for entry in history for value in entry["before"].values()}
    assert not [value for entry in history for value in entry["before"].values() if str(value).startswith("hmac:")]
    found = {(row.record, row.id, row.field) for row in world.manager.contacts.mentions(contact)}
    assert found >= {("referral", referral.id, "note"), ("meeting", meeting.id, "text")}
    mine = world.tokyo.contacts.export(contact)
    assert (mine["history"], mine["mentions"]) == (None, None)


def test_erasing_empties_every_personal_column(world: World) -> None:
    """No column of a person's keeps what was in it, of the person and of what belongs to them."""
    test_everything_is_exported(world)
    world.manager.contacts.erase("田中健一", reason="on request")
    kept = [
        (model, key)
        for model in veiled_models()
        for row in world.session.query(model)
        for key in veiled_columns(model)
        if is_veiled(model, key, getattr(row, key))
    ]
    assert kept == []
    assert set(world.session.scalars(select(AuditKey.key))) == {DESTROYED}
    assert world.admin.audit.verify() == ()


def test_ranks_of_equals_stay_when_one_is_erased(world: World) -> None:
    """Two who brought as much stand in the order of their numbers, whatever they are called."""
    for name in ("乙方", "甲方"):
        contact = world.tokyo.contacts.add(InvestorFactory.create(world=world), name)
        world.tokyo.referrals.add(LeadFactory.create(world=world), contact, person=True)
    before = [row.party for row in world.manager.referrals.credit(2023)]
    world.manager.contacts.erase("乙方", reason="on request")
    assert [row.party for row in world.manager.referrals.credit(2023)] == before
    world.manager.contacts.erase("甲方", reason="on request")
    assert [row.party for row in world.manager.referrals.credit(2023)] == before


def test_the_service_has_what_is_promised() -> None:
    """Export and erase are on the front door."""
    assert {"erase", "erase_due", "due", "export", "mentions"} <= set(vars(ContactPrivacy))
