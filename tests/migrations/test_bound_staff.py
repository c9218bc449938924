"""Entries of the audit from before staff were bound are proven as before; later ones go with the column."""

from __future__ import annotations

from typing import cast

import pytest
from sqlalchemy import Engine, Table, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm import CRM, schema
from crm.db import session_scope
from crm.models import Binding
from crm.models.base import new_uid
from crm.rules.identities import IdentityKind
from tests.factories import LeadFactory, World

pytestmark = [pytest.mark.portable, pytest.mark.whole]

#: The revision before.
(BEFORE,) = schema.revisions()["b7c2e94f1a63"]


def test_entries_of_before_are_proven_as_before(migrated_engine: Engine) -> None:
    """Down and up again, what nothing proved verifies; what a binding proved does not, which the downgrade says."""
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        lead = LeadFactory.create(world=world).id
        world.manager.audit.seal()
    schema.downgrade(migrated_engine, BEFORE)
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()
    with Session(migrated_engine) as session, session.begin():
        world = World(session, found=False)
        assert world.manager.audit.verify() == ()
        world.admin.staff.bind("tokyo.desk", "host", "SATO")
        world.door("tokyo.desk", identity="SATO").leads.edit(lead, note="proven")
        assert world.manager.audit.verify() == ()
    schema.downgrade(migrated_engine, BEFORE)
    schema.upgrade(migrated_engine)
    with session_scope(migrated_engine, read_only=True, one_moment=True) as session:
        found = CRM(session, "admin").audit.verify()
        # The downgrade took the wording of the note as well; an entry that does not fit its hash gets none again.
        expected = {("binding", "id"), ("lead", "hash"), ("lead", "note")}
        assert {(each.record, each.field) for each in found} == expected


def test_an_identity_is_unique_in_the_database_too(migrated_engine: Engine) -> None:
    """As long as it is bound; ended bindings of the same name may be many."""
    table = cast("Table", Binding.__table__)
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        for _ in range(2):
            world.admin.staff.bind("tokyo.desk", "host", "SATO")
            world.admin.staff.unbind("tokyo.desk")
        active = {"staff_id": 1, "kind": IdentityKind.HOST, "name": "SATO", "bound_at": world.clock(), "version": 1}
        session.connection().execute(insert(table).values(uid=new_uid(), **active))
        with pytest.raises(IntegrityError), session.begin_nested():
            session.connection().execute(insert(table).values(uid=new_uid(), **active))
