"""Corrected days go with their table, and the copies of a lead say what was recorded first."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crm import schema
from crm.models import Lead
from tests.factories import LeadFactory, World

pytestmark = [pytest.mark.portable, pytest.mark.whole]

#: The revision before.
(BEFORE,) = schema.revisions()["e25c8b0f7d16"]


def test_the_copies_of_a_lead_go_back_to_what_was_recorded(migrated_engine: Engine) -> None:
    """Down and up again each day is that of its move; leads without a correction stay as they are."""
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        lead = LeadFactory.create(world=world, landed=True)
        LeadFactory.create(world=world, exited=True)
        before = days(session)
        world.clock.forward(days=5)
        world.manager.leads.exit(lead, reason="closed")
        after = days(session)
        world.manager.leads.redate(lead, world.day(-3), reason="r")
        world.manager.leads.redate(lead, world.day(-30), move=1, reason="r")
        assert days(session) not in (before, after)
    schema.downgrade(migrated_engine, BEFORE)
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()
    with Session(migrated_engine) as session:
        assert days(session) == after


def days(session: Session) -> list[tuple[object, ...]]:
    """Return the days that each lead copies from its moves."""
    columns = (Lead.id, Lead.received_on, Lead.moved_on, Lead.entered_on, Lead.landed_on)
    return [tuple(row) for row in session.execute(select(*columns).order_by(Lead.id))]
