"""Counts of companies, leads and requests, through the front door, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.reads.figures import queries as figures
from crm.rules.figures.measures import FigureKey
from crm.rules.stages import DEFAULT
from crm.values.period import Period
from tests.factories import InvestorFactory, LeadFactory, World, credit_code

pytestmark = pytest.mark.portable

YEAR = Period.year(2023)


@pytest.fixture
def world(session: Session) -> World:
    """A bureau."""
    return World(session)


def count(world: World, measure: str, period: Period = YEAR, actor: str = "manager", **options: Any) -> figures.Counted:
    """Return one measure of one period."""
    crm = getattr(world, actor)
    (found,) = figures.counted(world.session, crm.actor, DEFAULT, measure, [period], today=world.today, **options)
    return found


def test_a_company_counts_once_and_an_expansion_founds_none(world: World) -> None:
    """Two leads of one company are one; an expansion, a company from home and one without a licence are none."""
    japan, home = InvestorFactory.create(world=world, country="JP"), InvestorFactory.create(world=world, country="CN")
    first = LeadFactory.create(world=world, investor=japan, registered=True, industry="C36")
    second = LeadFactory.create(world=world, investor=japan, signed=True)
    world.tokyo.leads.register(second, name="再来", credit_code=credit_code(), licensed=world.today)
    expansion = LeadFactory.create(world=world, investor=japan, parent=first, signed=True)
    world.tokyo.leads.register(expansion, name="增资", credit_code=credit_code(), licensed=world.today)
    domestic = LeadFactory.create(world=world, investor=home, foreign=False, signed=True)
    world.tokyo.leads.register(domestic, name="内资", credit_code=credit_code(), licensed=world.today)
    unlicensed = LeadFactory.create(world=world, investor=japan, signed=True)
    world.tokyo.leads.register(unlicensed, name="未领照", credit_code=credit_code())
    found = count(world, "new_enterprises", by=("country", "group", "section", "unit"))
    assert (found.value, found.by["country"], found.by["unit"]) == (2, {"JP": 2}, {"hitech": 2})
    assert found.by["group"] == {"japan_korea": 2, "europe_america": 0}
    assert found.by["section"] == {"C": 2}
    assert count(world, "new_enterprises", Period.year(2022)).value == 0
    key = FigureKey.parse("new_enterprises:country=JP")
    record, ids = figures.entry_ids(world.session, world.manager.actor, DEFAULT, key, YEAR, today=world.today)
    assert (record, len(ids)) == ("enterprise", 2)


def test_leads_count_once_for_each_thing_they_did(world: World) -> None:
    """Received, signed for the first time, landed for the first time."""
    LeadFactory.create(world=world)
    signed = LeadFactory.create(world=world, signed=True)
    LeadFactory.create(world=world, landed=True)
    world.manager.leads.back(signed, to="negotiating", reason="the wrong paper")
    world.tokyo.leads.advance(signed)
    assert count(world, "leads_received", by=("kind", "unit")).by == {"kind": {"station": 3}, "unit": {"hitech": 3}}
    assert count(world, "leads_signed").value == 2
    assert count(world, "leads_landed").value == 1
    assert count(world, "leads_signed", Period.month(2023, 1)).value == 0


def test_a_day_is_a_day_of_the_bureau(world: World) -> None:
    """One minute before midnight of the last of December belongs to the old year, one after to the new; in UTC both are the old one's."""
    investor = InvestorFactory.create(world=world)
    lead = LeadFactory.create(world=world, investor=investor, landed=True)
    for moment in (datetime(2023, 12, 31, 15, 59, tzinfo=UTC), datetime(2023, 12, 31, 16, 1, tzinfo=UTC)):
        world.clock.instant = moment
        done = world.tokyo.requests.open(lead, f"请求 {moment:%M}", kind="permits", unit="hitech")
        world.tokyo.requests.resolve(done, "solved")
        LeadFactory.create(world=world, investor=investor)
    assert [count(world, "requests_solved", Period.year(year)).value for year in (2023, 2024)] == [1, 1]
    assert [count(world, "leads_received", Period.year(year)).value for year in (2023, 2024)] == [2, 1]
    days = [Period(date(2023, 12, 31), date(2024, 1, 1)), Period(date(2024, 1, 1), date(2024, 1, 2))]
    found = figures.counted(
        world.session, world.manager.actor, DEFAULT, "requests_solved", days, today=world.today, by=("kind", "unit")
    )
    assert [figure.by for figure in found] == [{"kind": {"permits": 1}, "unit": {"hitech": 1}}] * 2


def test_requests_that_are_not_solved_do_not_count(world: World) -> None:
    """Open, unsolvable and reopened ones are left out."""
    lead = LeadFactory.create(world=world, landed=True)
    world.tokyo.requests.open(lead, "open")
    hopeless = world.tokyo.requests.open(lead, "hopeless")
    world.tokyo.requests.resolve(hopeless, "no law allows it", unsolvable=True)
    again = world.tokyo.requests.open(lead, "again")
    world.tokyo.requests.resolve(again, "done")
    assert count(world, "requests_solved").value == 1
    world.tokyo.requests.reopen(again, reason="it came back")
    assert count(world, "requests_solved").value == 0


def test_periods_may_overlap_and_have_gaps(world: World) -> None:
    """A year, its month, the year before last and a day outside of all: each is right, in the order asked."""
    LeadFactory.create(world=world)
    periods = [Period.month(2023, 2), Period.year(2020), YEAR, Period.quarter(2023, 2), YEAR]
    found = figures.counted(
        world.session, world.manager.actor, DEFAULT, "leads_received", periods, today=world.today, by=("section",)
    )
    assert [figure.value for figure in found] == [1, 0, 1, 0, 1]
    assert [figure.period for figure in found] == periods
    assert figures.counted(world.session, world.manager.actor, DEFAULT, "leads_received", [], today=world.today) == ()
