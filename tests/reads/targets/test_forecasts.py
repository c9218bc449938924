"""What the pipeline is worth, on a history counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm.db import make_engine
from crm.reads.targets.rows import Scorecard
from crm.rules.targets.forecasts import Conversion, NoForecast
from tests.databases import Databases
from tests.factories import LeadFactory, World

pytestmark = pytest.mark.portable

TODAY = datetime(2023, 2, 18, 2, tzinfo=UTC)
TARGETS = """
period = "2023"
source = "s"
[[target]]
code = "signed"
title = "签约"
measure = "projects"
filter = { stage = "signed" }
at_least = 30
[[target]]
code = "of-zone"
title = "高新区"
measure = "projects"
filter = { stage = "signed" }
scope = "each"
units = ["hitech", "bureau"]
at_least = 30
[[target]]
code = "abroad"
title = "出境"
measure = "delegations"
filter = { place = "abroad" }
at_least = 3
[[target]]
code = "fdi"
title = "外资"
measure = "actual_fdi"
at_least = "1bn USD"
[[target]]
code = "solved"
title = "诉求"
measure = "requests_solved"
at_least = 3
"""


@pytest.fixture(scope="module")
def history(databases: Databases, template_url: str) -> Iterator[Engine]:
    """A database with a bureau where of 24 leads that came in 2021 six were signed soon, and two much later."""
    url = databases.create(template_url)
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        world = World(session)
        for number in range(24):
            world.clock.instant = datetime(2021, 5, 1, 2, tzinfo=UTC)
            lead = LeadFactory.create(world=world, negotiating=True)
            if number < 8:
                # 316 days after the first of May 2021 is 13 March 2022.
                world.clock.instant = datetime(2022, 3, 13 + (number >= 6), 2, tzinfo=UTC)
                world.tokyo.leads.add_evidence(
                    lead, "agreement", dated=world.today, reference=f"a{number}", amount="20000000 USD"
                )
                world.tokyo.leads.advance(lead)
            else:
                world.tokyo.leads.lose(lead, reason="r")
        world.clock.instant = TODAY
        world.manager.targets.load(TARGETS)
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def world(history: Engine) -> Iterator[World]:
    """The bureau with that history, on 18 February 2023; what a test does is rolled back."""
    with Session(history) as session:
        world = World(session, found=False)
        world.clock.instant = TODAY
        yield world


def card(world: World, **options: Any) -> Scorecard:
    """Look at the year on 18 February, 316 days before its end."""
    return world.manager.targets.score(2023, forecast=True, **options)


def forecast(found: Scorecard, code: str, unit: str | None = None) -> Any:
    """Return the forecast of one line."""
    (line,) = [
        line for line in found.lines if line.target.code == code and (line.unit.code if line.unit else None) == unit
    ]
    return line.forecast


def test_leads_are_worth_what_such_leads_gave(world: World) -> None:
    """Six of 24 got from negotiating to signed within the days that are left: of eight leads two."""
    for _ in range(8):
        LeadFactory.create(world=world, negotiating=True)
    LeadFactory.create(world=world, signed=True)
    found = card(world)
    assert found.basis is not None
    assert (found.basis.history.first, found.basis.history.last) == (date(2020, 4, 9), date(2022, 4, 8))
    assert found.basis.conversions["signed"] == {"contact": Conversion(24, 6), "negotiating": Conversion(24, 6)}
    told = forecast(found, "signed")
    assert (told.done, told.expected, told.total) == (1, Fraction(2), Fraction(3))
    assert forecast(found, "of-zone", "hitech").total == 3
    assert forecast(found, "of-zone", "bureau").total == 0


def test_of_too_few_nothing_is_said(world: World) -> None:
    """Eight leads stand signed, and only eight ever were: what money they will bring nobody can say."""
    told = forecast(card(world), "fdi")
    assert (told.total, told.reason) == (None, NoForecast.TOO_FEW)
    LeadFactory.create(world=world, negotiating=True)
    # On 30 June the window ends on 27 December 2022; on 1 December it begins after all of them had come.
    world.clock.instant = datetime(2023, 6, 30, 2, tzinfo=UTC)
    assert forecast(card(world), "signed").total is not None
    world.clock.instant = datetime(2023, 12, 1, 2, tzinfo=UTC)
    told = forecast(card(world), "signed")
    assert (told.total, told.reason) == (None, NoForecast.TOO_FEW)


def test_delegations_are_forecast_from_the_plan(world: World) -> None:
    """What is planned and not cancelled."""
    for month in (5, 6, 7):
        world.manager.trips.plan(
            f"t{month}", title="t", leader="L", rank="city", starts=f"2023-0{month}-11", ends=f"2023-0{month}-11",
            legs=[("大阪", "JP", "Asia/Tokyo", f"2023-0{month}-11", f"2023-0{month}-11")],
        )  # fmt: skip
    world.manager.trips.cancel("t7", reason="r")
    told = forecast(card(world), "abroad")
    assert (told.done, told.total) == (0, 2)


def test_of_other_measures_and_times_nothing_is_forecast(world: World) -> None:
    """It is said so; of a year that is over there is none."""
    assert forecast(card(world), "solved").reason is NoForecast.NOT_MADE
    assert card(world, as_of="2022-12-31").basis is not None
    world.clock.instant = datetime(2024, 1, 5, 2, tzinfo=UTC)
    over = card(world)
    assert over.basis is None
    assert forecast(over, "signed") is None


def test_leads_that_are_hidden_are_in_no_forecast(world: World) -> None:
    """Neither their number nor what such leads gave tells of them."""
    for _ in range(4):
        LeadFactory.create(world=world, negotiating=True, secret=True)
    seen = world.viewer.targets.score(2023, forecast=True)
    assert forecast(seen, "signed").total == 0
    assert forecast(card(world), "signed").total == 1
