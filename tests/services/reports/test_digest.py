"""The digest of a person, a station or a unit: overdue, due soon, stale, arrived."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from crm.errors import AccessDenied, InvalidInput
from crm.reports.sheet import Report
from crm.values.money import Money
from tests.factories import ArrivalFactory, FollowUpFactory, LeadFactory, World

pytestmark = pytest.mark.portable


@pytest.fixture
def world(session: Session) -> World:
    """A bureau with deadlines before and after today, a stale lead and an arrival, rolled back after the test."""
    world = World(session)
    LeadFactory.create(world=world, title="stale", received=world.today)
    world.clock.forward(days=200)
    lead = LeadFactory.create(world=world, title="active", registered=True, received=world.today)
    ArrivalFactory.create(world=world, lead=lead, amount="5000000 USD")
    FollowUpFactory.create(world=world, about=lead, text="tomorrow", due=world.day(1))
    FollowUpFactory.create(world=world, about=lead, text="in a week", due=world.day(10))
    world.clock.forward(days=3)
    return world


def figures(report: Report) -> dict[str, object]:
    """Return the figures by key."""
    return {figure.key: figure.value for figure in report.figures}


@pytest.mark.parametrize("whose", [{"station": "tokyo"}, {"person": "tokyo.desk"}, {}])
def test_it_tells_what_is_to_be_done(world: World, whose: dict[str, str]) -> None:
    """Of a station and of a person; by default of the actor."""
    report = world.tokyo.report.digest(station=whose.get("station"), person=whose.get("person"))
    found = figures(report)
    assert (found["overdue"], found["due"]) == (1, 1)
    assert report.table("overdue").column("text") == ("tomorrow",)
    assert report.table("due").column("text") == ("in a week",)
    if "station" in whose:
        assert report.table("stale").column("lead") == ("stale",)
        assert found["arrived"] == (Money(500_000_000, "USD"),)


def test_days_say_how_far_it_looks(world: World) -> None:
    """Ahead for deadlines, back for arrivals."""
    found = figures(world.tokyo.report.digest(station="tokyo", days=1))
    assert (found["overdue"], found["due"], found["arrived"]) == (1, 0, ())


def test_hidden_leads_are_left_out(world: World) -> None:
    """And what belongs to them."""
    before = world.viewer.report.digest(station="tokyo")
    secret = LeadFactory.create(world=world, secret=True, registered=True)
    FollowUpFactory.create(world=world, about=secret, due=world.today)
    ArrivalFactory.create(world=world, lead=secret)
    after = world.viewer.report.digest(station="tokyo")
    assert (after.figures, after.tables) == (before.figures, before.tables)
    assert figures(world.manager.report.digest(station="tokyo")) != figures(after)


def test_bad_arguments_are_refused(world: World) -> None:
    """Two owners, too many days, nobody."""
    with pytest.raises(InvalidInput):
        world.tokyo.report.digest(station="tokyo", unit="hitech")
    for days in (0, 367):
        with pytest.raises(InvalidInput):
            world.tokyo.report.digest(days=days)
    with pytest.raises(AccessDenied):
        world.nobody.report.digest()
