"""The month of a station, the work of ambassadors and the report on a delegation, in the frame of all reports."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.errors import AccessDenied, CRMError, InvalidInput, NotFound
from crm.reports.sheet import Report
from tests.factories import LeadFactory, World

pytestmark = pytest.mark.portable


@pytest.fixture
def world(session: Session) -> World:
    """A bureau with everybody at their desk, rolled back after the test."""
    return World(session)


@pytest.fixture
def trip(world: World) -> str:
    """A delegation to Tokyo that met one of two in its plan, and one outside of it."""
    investor = world.tokyo.investors.add("丸示商事", country="JP")
    person = world.tokyo.contacts.add(investor, "窓口壱番")
    other = world.tokyo.investors.add("伊示商事", country="JP")
    stranger = world.tokyo.investors.add("住示商事", country="JP")
    trip = world.manager.trips.plan(
        "japan", title="赴日本经贸团", leader="L", rank="city", starts=world.day(-5), ends=world.day(1), unit="bureau",
        late="one", members=["manager.desk"], legs=[("东京", "JP", "Asia/Tokyo", world.day(-5), world.day(1))], visits=[investor, other],
    )  # fmt: skip
    lead = LeadFactory.create(world=world, investor=investor, received=world.today)
    world.manager.meetings.log(
        lead, summary="当面会谈", contacts=[person], agreed=["交换资料"], followups=[("寄送地块资料", world.day(9))],
        trip=trip, at=world.clock(), zone="Asia/Tokyo", station="tokyo",
    )  # fmt: skip
    world.manager.meetings.log(
        stranger, summary="路上偶遇", trip=trip, at=world.clock(), zone="Asia/Tokyo", station="tokyo"
    )
    return trip.code


def cells(report: Report, table: str, column: str) -> list[Any]:
    """Return what stands in a column."""
    return list(report.table(table).column(column))


def test_a_delegation_is_told_with_its_plan_and_what_came_of_it(world: World, trip: str) -> None:
    """Each figure equals the card's, and the records behind it are named when asked for."""
    report = world.manager.report.trip(trip, explain=True)
    card = world.manager.trips.show(trip)
    assert (report.title, report.period) == ("赴日本经贸团", report.period)
    assert report.period is not None
    assert (report.period.start, report.period.last) == (world.day(-5), world.day(1))
    values = {figure.key: figure.value for figure in report.figures}
    assert (values["planned"], values["done"], values["unplanned"]) == (2, 1, 1)
    assert values["done"] == card.row.done
    assert values["leads_started"] == len([lead for lead in card.leads if lead.started]) == 1
    assert cells(report, "visits", "investor") == ["丸示商事", "伊示商事", "住示商事"]
    assert cells(report, "minutes", "text") == ["交换资料"]
    assert cells(report, "followups", "text") == ["寄送地块资料"]
    shown = world.manager.report.entries(report)
    assert {key: [(record.record, record.what) for record in shown[key]] for key in ("done", "unplanned")} == {
        "done": [("meeting", "当面会谈")],
        "unplanned": [("meeting", "路上偶遇")],
    }


def test_costs_show_to_those_who_may_see_them(world: World, trip: str) -> None:
    """Others get a report without the table."""
    world.manager.trips.add_cost(trip, "50000 CNY", item="机票", spent=world.today, reference="F-1")
    assert [str(cell) for cell in cells(world.manager.report.trip(trip), "costs", "actual")] == ["50,000.00 CNY"]
    assert "costs" not in {table.key for table in world.viewer.report.trip(trip).tables}


def test_a_stations_month_tells_talks_and_moves(world: World, trip: str) -> None:
    """With the records behind each figure, and no table that is empty."""
    assert trip
    report = world.tokyo.report.station("tokyo", "2023-02", explain=True)
    assert report.figure("visits").value == 2
    assert report.figure("investors").value == 2
    assert report.figure("leads_opened").value == 1
    assert report.figure("leads_opened").entries[0].record == "lead"
    assert cells(report, "talks", "summary").count("当面会谈") == 1
    assert "events" not in {table.key for table in report.tables}
    assert world.tokyo.report.station("frankfurt", "2023-02").tables == ()


def test_ambassadors_are_told_by_their_work(world: World, trip: str) -> None:
    """Each row equals the row of the staff's own list; who did nothing has zeros."""
    assert trip
    report = world.manager.report.ambassadors("2023-02")
    rows = world.manager.staff.ambassadors("2023-02")
    assert cells(report, "ambassadors", "username") == [row.username for row in rows]
    assert cells(report, "ambassadors", "visits") == [row.visits for row in rows]
    only = world.manager.report.ambassadors(2023, station="frankfurt")
    assert cells(only, "ambassadors", "username") == ["frankfurt.desk"]
    assert cells(only, "ambassadors", "visits") == [0]


def test_a_hidden_lead_is_in_none_of_them(world: World, trip: str) -> None:
    """Neither by name, nor by a count, nor by a talk; and the reader is told that something may be missing."""
    assert trip
    investor = world.tokyo.investors.add("密示商事", country="JP")
    LeadFactory.create(world=world, investor=investor, title="机密", confidential=True, code_name="青松")
    mine, theirs = (door.report.station("tokyo", "2023-02") for door in (world.tokyo, world.viewer))
    assert (mine.figure("leads_opened").value, theirs.figure("leads_opened").value) == (2, 1)
    assert "机密" not in str(theirs)
    assert [omission.count for omission in theirs.left_out] == [None]


@pytest.mark.parametrize(
    ("kind", "ask"),
    [
        (InvalidInput, lambda w: w.manager.report.station("tokyo", 2023)),
        (InvalidInput, lambda w: w.manager.report.station("tokyo", "2023-13")),
        (InvalidInput, lambda w: w.manager.report.station("tokyo", "x" * 10_000)),
        (InvalidInput, lambda w: w.manager.report.station("tokyo", explain="yes")),
        (NotFound, lambda w: w.manager.report.station("nowhere", "2023-02")),
        (InvalidInput, lambda w: w.manager.report.ambassadors("")),
        (CRMError, lambda w: w.manager.report.ambassadors(2023, unit="nowhere")),
        (InvalidInput, lambda w: w.manager.report.trip("japan", explain=1)),
        (NotFound, lambda w: w.manager.report.trip("nowhere")),
        (NotFound, lambda w: w.manager.report.trip(2**70)),
        (AccessDenied, lambda w: w.nobody.report.station("tokyo", "2023-02")),
        (AccessDenied, lambda w: w.nobody.report.ambassadors()),
        (AccessDenied, lambda w: w.nobody.report.trip("japan")),
    ],
)
def test_what_cannot_be_meant_is_refused(world: World, trip: str, kind: type[CRMError], ask: Any) -> None:
    """Each with its own kind of error."""
    assert trip
    with pytest.raises(kind):
        ask(world)
