"""The weekly of a station or a unit: what happened in some days, and what is overdue now."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from crm.cli.printing.language import Language
from crm.errors import AccessDenied, InvalidInput, NotFound
from crm.exchange.formats import render
from crm.reports.sheet import Report
from crm.values.money import Money
from tests.factories import ArrivalFactory, FollowUpFactory, LeadFactory, MeetingFactory, World

pytestmark = pytest.mark.portable


@pytest.fixture
def world(session: Session) -> World:
    """A bureau in which a week of Tokyo and of the hi-tech zone has passed, rolled back after the test."""
    world = World(session)
    lead = LeadFactory.create(world=world, registered=True, title="冷链|一期", received=world.today)
    MeetingFactory.create(world=world, about=lead, summary="talked about *rent*")
    ArrivalFactory.create(world=world, lead=lead, amount="5000000 USD")
    FollowUpFactory.create(world=world, about=lead, text="send the plan", due=world.day(1))
    world.clock.forward(days=3)
    return world


def figures(report: Report) -> dict[str, object]:
    """Return the figures by key."""
    return {figure.key: figure.value for figure in report.figures}


@pytest.mark.parametrize("place", ["tokyo", "hitech"])
def test_a_week_is_told_for_a_station_and_for_a_unit(world: World, place: str) -> None:
    """New leads, moves, meetings, arrivals; overdue is what is overdue now. The records behind each can be named."""
    days = f"{world.day(-3)}..{world.day(3)}"
    report = world.manager.report.weekly(place, days, explain=True)
    found = figures(report)
    assert (found["received"], found["advanced"], found["arrived"]) == (1, 1, (Money(500_000_000, "USD"),))
    assert found["meetings"] == len(report.table("meetings").rows) > 0
    assert set(world.manager.report.entries(report)) > {"received", "advanced", "meetings", "arrived"}
    assert "冷链|一期" in report.table("received").column("lead")
    assert report.period is not None
    assert str(report.period.start) == str(world.day(-3))


def test_what_is_overdue_is_that_of_the_stations_people(world: World) -> None:
    """The owner's station decides, on the day of the report."""
    assert "send the plan" in world.tokyo.report.weekly("tokyo").table("overdue").column("text")
    assert world.manager.report.weekly("frankfurt").tables == ()


def test_without_a_period_it_is_this_week(world: World) -> None:
    """From Monday to Sunday."""
    period = world.manager.report.weekly("tokyo").period
    assert period is not None
    assert (period.start.weekday(), period.last.weekday(), period.days) == (0, 6, 7)
    assert period.start <= world.today <= period.last


def test_hidden_leads_are_left_out(world: World) -> None:
    """The same report, with one more hidden lead of the station, and a meeting about it."""
    days = f"{world.day(-3)}..{world.day(3)}"
    before = world.viewer.report.weekly("tokyo", days)
    secret = LeadFactory.create(world=world, secret=True, received=world.today, registered=True)
    MeetingFactory.create(world=world, about=secret)
    ArrivalFactory.create(world=world, lead=secret)
    after = world.viewer.report.weekly("tokyo", days)
    assert (after.figures, after.tables) == (before.figures, before.tables)
    assert figures(world.manager.report.weekly("tokyo", days))["received"] == 2


def test_bad_arguments_are_refused(world: World) -> None:
    """An unknown place, no period, nobody."""
    with pytest.raises(NotFound) as caught:
        world.manager.report.weekly("nowhere")
    assert caught.value.problems[0].field == "place"
    with pytest.raises(InvalidInput):
        world.manager.report.weekly("tokyo", "soon")
    with pytest.raises(AccessDenied):
        world.nobody.report.weekly("tokyo")


def test_markdown_keeps_what_was_typed_as_text(world: World) -> None:
    """A bar splits no cell, a star makes nothing bold, and a tag is none."""
    report = world.manager.report.weekly("tokyo", f"{world.day(-3)}..{world.day(3)}")
    text = render(report, "md", Language("zh")).decode()
    assert text.startswith("# 周报：")
    assert "冷链\\|一期" in text
    assert "talked about \\*rent\\*" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)
    page = render(report, "html", Language("zh")).decode()
    assert "冷链|一期" in page


def test_a_period_counts_from_today_in_words(world: World) -> None:
    """This week, this month and this year are those that a report is of where none is named."""
    reports, figure = world.manager.report, world.manager.figures
    assert reports.weekly("tokyo", "本周") == reports.weekly("tokyo")
    assert reports.station("tokyo", "this month") == reports.station("tokyo")
    assert reports.year("今年") == reports.year()
    assert figure.count("leads_received", "去年") == figure.count("leads_received", world.today.year - 1)
