"""Meetings that were logged before a meeting knew its trip learn it from the planned visits."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from crm import schema
from crm.db import session_scope
from crm.models import Meeting, Trip
from tests.factories import InvestorFactory, TripFactory, World
from tests.migrations.test_up_and_down import scripts

pytestmark = [pytest.mark.portable, pytest.mark.whole]

REVISION = "d84b17e2c95a"


def test_a_visit_that_was_done_tells_the_trip_of_its_meeting(fresh_engine: Engine) -> None:
    """Down loses the trip of a meeting, up finds it again where a visit in the plan tells it; the audit accounts for it."""
    schema.upgrade(fresh_engine)
    with Session(fresh_engine) as session, session.begin():
        world = World(session)
        clock = world.clock
        investor = InvestorFactory.create(world=world)
        trip = TripFactory.create(world=world, visits=[investor])
        meeting = world.tokyo.meetings.log(investor, summary="x")
        other = world.tokyo.meetings.log(investor, summary="y", kind="video", zone="Asia/Seoul", distinct="two calls")
        numbers = (trip.id, meeting.id, other.id)
    before = schema.heads()
    schema.downgrade(fresh_engine, _before())
    with fresh_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM crm_meeting")) == 2
    schema.upgrade(fresh_engine)
    assert schema.current(fresh_engine) == before
    with session_scope(fresh_engine, one_moment=True) as session:
        assert session.get_one(Meeting, numbers[1]).delegation_id == numbers[0]
        assert session.get_one(Meeting, numbers[2]).delegation_id is None
        again = session.get_one(Trip, numbers[0])
        assert (again.report_due_on, again.announced_on) == (None, None)
        world = World(session, found=False)
        world.clock = clock
        lost = {"owner_id", "announced_on", "notice_due_on", "report_due_on", "outcome_until"}
        assert {discrepancy.field for discrepancy in world.admin.audit.verify()} == lost


def _before() -> str:
    """Return the revision this one stands on."""
    down = scripts().get_revision(REVISION).down_revision
    assert isinstance(down, str)
    return down
