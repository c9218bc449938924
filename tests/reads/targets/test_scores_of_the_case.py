"""The targets of the case, scored on a small 2023 that is put on record over the front door; every number here was counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from importlib.resources import files
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.reads.targets.rows import Scorecard, ScoreLine
from crm.rules.targets.codes import Reason, Standing, Tier
from crm.testing.leads import meet_gates
from tests.factories import LeadFactory, World

pytestmark = pytest.mark.portable

FILE = (files("crm.demo") / "data" / "targets.toml").read_text(encoding="utf-8")
#: So the card is looked at: 18 May 2023; 138 of 365 days of the year are over, 48 of 91 of the second quarter.
TODAY = date(2023, 5, 18)
HOME, ABROAD = ("杭州", "CN", "Asia/Shanghai"), ("大阪", "JP", "Asia/Tokyo")


class Year:
    """A bureau with the hi-tech zone, two districts and a municipal enterprise, and what they did."""

    def __init__(self, session: Session) -> None:
        self.world = world = World(session)
        for code, kind in (("lixia", "district"), ("licheng", "district"), ("chanfa", "enterprise")):
            world.admin.units.add(code, name=f"{code}名", name_en=code.title(), kind=kind)
        self.on(date(2023, 2, 1))
        world.manager.targets.load(FILE)

    def on(self, day: date) -> None:
        """Let the clock show ten in the morning of a day."""
        self.world.clock.instant = datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)

    def trip(
        self,
        code: str,
        day: str,
        place: tuple[str, str, str],
        *,
        unit: str | None,
        rank: str = "first",
        units: Any = (),
    ) -> None:
        """Plan a trip with timely notice, and advance the clock to its day."""
        starts = date.fromisoformat(day)
        self.on(
            date(starts.year, starts.month, 1)
            if starts.day > 20
            else date(starts.year - (starts.month == 1), starts.month - 1 or 12, 1)
        )
        self.world.manager.trips.plan(
            code, title=code, leader="L", rank=rank, unit=unit, starts=day, ends=day, units=units, legs=[(*place, day, day)]
        )  # fmt: skip
        self.on(starts)

    def project(
        self, day: str, unit: str, amount: str, *, country: str = "CN", industry: str = "C36", **more: Any
    ) -> Any:
        """Sign a project on a day."""
        self.on(date.fromisoformat(day))
        world = self.world
        investor = world.tokyo.investors.add(f"签约{day}{unit}{amount}{country}{industry}", country=country)
        lead = LeadFactory.create(
            world=world, investor=investor, unit=unit, industry=industry, negotiating=True, **more
        )
        world.tokyo.leads.add_evidence(lead, "agreement", dated=day, reference=f"协议{lead.id}", amount=amount)
        world.tokyo.leads.advance(lead)
        return lead

    def card(self, day: date = TODAY) -> Scorecard:
        """Look at the year on a day."""
        self.on(day)
        return self.world.manager.targets.score(2023)


def line(card: Scorecard, target: str, unit: str | None = None) -> ScoreLine:
    """Return one line of a card."""
    (found,) = [
        score_line
        for score_line in card.lines
        if score_line.target.code == target and (score_line.unit.code if score_line.unit else None) == unit
    ]
    return found


def standings(found: ScoreLine) -> list[str]:
    """Return how each span stands."""
    return [cell.score.standing.value for cell in found.cells]


@pytest.fixture
def year(session: Session) -> Year:
    """A year that has only begun."""
    return Year(session)


def test_nothing_is_behind_before_it_should_be_there(year: Year) -> None:
    """On the first of January none of ten delegations is expected, and no quarter but the first has begun."""
    card = year.card(date(2023, 1, 1))
    assert line(card, "delegations-abroad-2023").line.standing is Standing.ON_TRACK
    trips = line(card, "trips-home-2023", "lixia")
    assert standings(trips) == ["on_track", "not_begun", "not_begun", "not_begun"]
    assert (trips.line.missing, trips.line.lost) == (4, 0)
    assert line(card, "leader-led-2023", "lixia").cells[0].score.reason is Reason.NO_BASELINE


def test_trips_led_by_the_first_person(year: Year) -> None:
    """Each quarter is judged by itself; who is only taken along by another's leader is not led by its own."""
    year.trip("q1", "2023-03-15", HOME, unit="lixia")
    year.trip("deputy", "2023-03-16", HOME, unit="licheng", rank="deputy")
    year.trip("q2", "2023-05-04", HOME, unit=None, rank="city", units=[("licheng", "区委书记", "first"), "lixia"])
    card = year.card()
    lixia, licheng, zone = (line(card, "trips-home-2023", unit) for unit in ("lixia", "licheng", "hitech"))
    # 48 of 91 days of the second quarter are over: not yet one whole trip.
    assert standings(lixia) == ["reached", "on_track", "not_begun", "not_begun"]
    assert standings(licheng) == ["missed", "reached", "not_begun", "not_begun"]
    assert standings(zone) == ["missed", "on_track", "not_begun", "not_begun"]
    assert [(score_line.line.missing, score_line.line.lost) for score_line in (lixia, licheng, zone)] == [
        (3, 0),
        (2, 1),
        (3, 1),
    ]
    assert [score_line.line.achieved for score_line in (lixia, licheng, zone)] == [
        Fraction(1, 2),
        Fraction(1, 2),
        Fraction(0),
    ]


def test_delegations_abroad_count_once_for_the_city(year: Year) -> None:
    """Two units of one delegation are each credited; the city counts one. 138 of 365 days ask for three of ten."""
    year.trip("one", "2023-03-15", ABROAD, unit="lixia", units=[("licheng", "区长", "first"), "hitech"])
    year.trip("two", "2023-04-11", ABROAD, unit=None, rank="city")
    year.trip("home", "2023-04-12", HOME, unit=None, rank="city")
    year.trip("later", "2023-06-11", ABROAD, unit=None, rank="city")
    card = year.card()
    (city,) = line(card, "delegations-abroad-2023").cells
    assert (city.score.value, city.score.missing, city.score.achieved) == (2, 8, Fraction(1, 5))
    assert city.clock.elapsed == Fraction(138, 365)
    assert city.score.standing is Standing.BEHIND
    reached = {unit: line(card, "trips-abroad-2023", unit).line.standing for unit in ("lixia", "licheng", "hitech")}
    assert reached == {"lixia": Standing.REACHED, "licheng": Standing.REACHED, "hitech": Standing.ON_TRACK}


def test_leader_led_trips_are_held_against_the_year_before(year: Year) -> None:
    """Twice one's own number of 2022; who had none has no baseline, unless one is entered."""
    for number, unit in enumerate(("lixia", "lixia", "chanfa")):
        year.trip(f"before{number}", f"2022-0{number + 4}-15", HOME, unit=unit)
    for number in range(3):
        year.trip(f"now{number}", f"2023-0{number + 2}-15", ABROAD if number else HOME, unit="lixia")
    card = year.card()
    (lixia,) = line(card, "leader-led-2023", "lixia").cells
    assert (lixia.score.value, lixia.score.whole, lixia.score.threshold, lixia.score.missing) == (3, 2, 4, 1)
    # 138/365 of four is one whole trip.
    assert lixia.score.standing is Standing.ON_TRACK
    (chanfa,) = line(card, "leader-led-2023", "chanfa").cells
    assert (chanfa.score.value, chanfa.score.threshold, chanfa.score.standing) == (0, 2, Standing.ON_TRACK)
    (licheng,) = line(card, "leader-led-2023", "licheng").cells
    assert (licheng.score.standing, licheng.score.reason, licheng.score.missing) == (
        Standing.NOT_AVAILABLE, Reason.NO_BASELINE, None
    )  # fmt: skip
    year.world.manager.targets.load(FILE + "\n[target.baselines]\nlicheng = 3\n", reason="区里补报2022年次数")
    (licheng,) = line(year.card(), "leader-led-2023", "licheng").cells
    assert (licheng.score.whole, licheng.score.threshold, licheng.score.standing) == (3, 6, Standing.BEHIND)


def test_projects_count_once_at_their_stage_for_the_unit_that_had_them(year: Year) -> None:
    """By the agreed amount; what is lost again does not count, and a later hand-over takes no credit along."""
    year.project("2023-02-10", "lixia", "10亿元")
    year.project("2023-02-11", "licheng", "999999999.99 CNY")
    year.project("2023-02-12", "hitech", "10000000 USD", country="DE")
    year.project("2023-02-13", "hitech", "20000000 USD", country="DE", industry="J66")
    lost = year.project("2023-02-14", "licheng", "12亿元")
    year.world.manager.leads.lose(lost, reason="另落他处")
    moved = year.project("2023-02-15", "lixia", "30000000 USD", country="JP")
    year.world.clock.forward(minutes=5)
    year.world.manager.leads.handover(moved, unit="licheng")
    bureau = year.project("2023-02-16", "bureau", "2亿元")
    meet_gates(year.world.tokyo, year.world, bureau, "registered")
    year.world.tokyo.leads.advance(bureau)
    card = year.card()
    domestic = {
        unit: line(card, "domestic-projects-2023", unit).cells[0].score for unit in ("lixia", "licheng", "hitech")
    }
    assert {unit: line_of_unit.value for unit, line_of_unit in domestic.items()} == {
        "lixia": 1,
        "licheng": 0,
        "hitech": 0,
    }
    assert domestic["lixia"].tier is Tier.BASE
    foreign = {unit: line(card, "manufacturing-projects-2023", unit).cells[0].score.value for unit in domestic}
    assert foreign == {"lixia": 1, "licheng": 0, "hitech": 1}
    (chain,) = line(card, "chain-projects-2023").cells
    # 138/365 of a hundred are 37 whole ones.
    assert (chain.score.value, chain.score.missing, chain.score.standing) == (1, 99, Standing.BEHIND)


def test_events_that_were_held_count(year: Year) -> None:
    """Those planned and those cancelled do not."""
    year.on(date(2023, 3, 1))
    events = year.world.manager.events
    for number in range(8):
        events.add(f"e{number}", title="推介会", place="济南", starts=f"2023-03-{number + 1:02d}")
    year.on(date(2023, 4, 1))
    for number in range(7):
        events.hold(f"e{number}")
    events.cancel("e7", reason="r")
    events.add("later", title="推介会", place="济南", starts="2023-09-01")
    (city,) = line(year.card(), "events-2023").cells
    # 138/365 of twenty are seven whole ones.
    assert (city.score.value, city.score.missing, city.score.standing) == (7, 13, Standing.ON_TRACK)


def test_units_are_ranked_among_their_kind(year: Year) -> None:
    """By what they achieved of each target, at most the whole; equals share a place."""
    year.trip("q1", "2023-03-15", HOME, unit="lixia")
    year.project("2023-02-10", "lixia", "10亿元")
    ranking = {rank.unit.code: rank for rank in year.card().ranking}
    # Lixia: trips at home 1/2, abroad 0, domestic 1, manufacturing 0; leader-led has no baseline.
    assert (ranking["lixia"].place, ranking["lixia"].merit) == (1, Fraction(3, 8))
    assert (ranking["licheng"].place, ranking["licheng"].merit) == (2, Fraction(0))
    assert ranking["hitech"].place == 1
    assert ranking["chanfa"].place is None
