"""What is overdue and soon due, in one list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import InvalidInput, NotFound
from crm.models import FollowUp, Lead, Request, Staff
from tests.factories import FollowUpFactory, InvestorFactory, LeadFactory, RequestFactory, World
from tests.services.refusals import NO_DAY, refused
from tests.tiers import examples


@pytest.fixture
def world(session: Session) -> World:
    """A bureau with everybody at their desk, rolled back after the test."""
    return World(session)


def test_follow_ups_requests_and_reviews_stand_in_one_list(world: World) -> None:
    """The most overdue first; what is done, closed or resumed is gone."""
    lead = LeadFactory.create(world=world)
    promise = FollowUpFactory.create(world=world, about=lead, due=world.day(1))
    late = RequestFactory.create(world=world, about=lead, accepted="2023-01-20")
    soon = RequestFactory.create(world=world, about=lead, accepted="2023-01-20", answered=True)
    held = LeadFactory.create(world=world)
    world.tokyo.leads.hold(held, reason="waits for its board", review=world.day(2))
    far = FollowUpFactory.create(world=world, about=lead, due=world.day(30))
    rows = world.viewer.followups.due(until=world.day(10))
    assert [(row.kind, row.id) for row in rows] == [
        ("answer", late.id), ("followup", promise.id), ("review", held.id), ("solution", soon.id),
    ]  # fmt: skip
    assert [row.overdue for row in rows] == [True, False, False, False]
    assert (rows[0].days_left, rows[0].owner, rows[0].station) == (-17, "tokyo.desk", "tokyo")
    assert (rows[2].text, rows[2].unit) == ("waits for its board", "hitech")
    assert [row.id for row in world.viewer.followups.due()] == [late.id, promise.id, held.id]
    world.tokyo.followups.done(promise, result="sent")
    world.tokyo.requests.resolve(late, "done")
    world.tokyo.leads.resume(held)
    assert [row.id for row in world.viewer.followups.due(until=world.day(40))] == [soon.id, far.id]


def test_each_sees_what_is_theirs(world: World) -> None:
    """By person, unit and station."""
    lead = LeadFactory.create(world=world, unit=None)
    mine = FollowUpFactory.create(world=world, about=lead, due=world.day(1))
    given_ = RequestFactory.create(world=world, about=lead, due=world.day(1))
    world.tokyo.requests.assign(given_, unit="bureau", assignee="zone.desk")
    reads = world.viewer.followups

    def ids(**asked: Any) -> list[tuple[str, int]]:
        return [(row.kind, row.id) for row in reads.due(**asked)]

    promise, request = ("followup", mine.id), ("answer", given_.id)
    assert ids() == [request, promise]
    assert ids(person="zone.desk") == [request]
    assert ids(person="tokyo.desk") == [request, promise]
    assert ids(unit="bureau") == [request]
    assert ids(unit="hitech") == []
    assert ids(station="tokyo") == [promise]
    row = reads.due(unit="bureau")[0]
    assert (row.owner, row.unit) == ("zone.desk", "bureau")


def test_what_belongs_to_a_confidential_lead_shows_to_nobody_else(world: World) -> None:
    """Of no sort."""
    secret = LeadFactory.create(world=world, secret=True, unit=None)
    FollowUpFactory.create(world=world, about=secret, due=world.day(1))
    RequestFactory.create(world=world, about=secret, due=world.day(1))
    world.tokyo.leads.hold(secret, reason="waits", review=world.day(1))
    assert len(world.tokyo.followups.due()) == len(world.manager.followups.due()) == 3
    assert world.frankfurt.followups.due() == world.viewer.followups.due() == ()


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_a_day_has_to_be_one(world: World, value: Any, code: str) -> None:
    """An invalid day and an unknown person are refused."""
    with refused(world, InvalidInput, code):
        world.viewer.followups.due(until=value)
    with refused(world, NotFound):
        world.viewer.followups.due(person="nobody")


things = st.lists(
    st.tuples(st.sampled_from(["followup", "request", "answered", "hold"]), st.integers(0, 12), st.booleans()),
    max_size=8,
)


@examples(12)
@given(made=things, ahead=st.integers(-3, 14), owner=st.sampled_from([None, "tokyo.desk", "frankfurt.desk"]))
def test_the_list_is_what_a_loop_would_find(session: Session, made: list[Any], ahead: int, owner: str | None) -> None:
    """Against a slow reading of every record."""
    savepoint = session.begin_nested()
    world = World(session)
    investor = InvestorFactory.create(world=world)
    for kind, days, other in made:
        lead = LeadFactory.create(world=world, investor=investor, owner="frankfurt.desk" if other else "tokyo.desk")
        if kind == "followup":
            FollowUpFactory.create(
                world=world, about=lead, due=world.day(days), owner="frankfurt.desk" if other else None
            )
        elif kind == "hold":
            world.tokyo.leads.hold(lead, reason="r", review=world.day(days))
        else:
            RequestFactory.create(
                world=world, about=lead, due=world.day(days), answer_due=world.day(days // 2), answered=kind == "answered",
                assignee="frankfurt.desk" if other else None,
            )  # fmt: skip
    world.clock.forward(days=2)
    until = world.day(ahead)
    names = {staff.id: staff.username for staff in session.scalars(select(Staff))}
    promises = session.scalars(select(FollowUp).where(FollowUp.done_at.is_(None)))
    found: list[tuple[date, str, int]] = [
        (followup.due_on, "followup", followup.id)
        for followup in promises
        if owner is None or names[followup.owner_id] == owner
    ]
    for request in session.scalars(select(Request)):
        hands = {names[request.ambassador_id], names.get(request.assignee_id or 0)}
        if owner is None or owner in hands:
            face = (request.due_on, "solution") if request.answered_on else (request.answer_due_on, "answer")
            found.append((*face, request.id))
    for lead in session.scalars(select(Lead).where(Lead.status == "on_hold")):
        if owner is None or names[lead.owner_id or 0] == owner:
            review = world.viewer.leads.history(lead)[-1].review_on
            assert review is not None
            found.append((review, "review", lead.id))
    rows = world.viewer.followups.due(person=owner, until=until)
    assert [(row.due_on, row.kind, row.id) for row in rows] == sorted(item for item in found if item[0] <= until)
    assert all(row.overdue is (row.due_on < world.today) for row in rows)
    savepoint.rollback()
    session.expunge_all()
