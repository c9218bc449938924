"""The figures of delegations, held against a count in plain Python over random trips, meetings and moves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.models import Lead, Meeting, Trip, Unit
from crm.rules.access import Actor
from crm.values.moments import bureau_day
from crm.values.period import Period
from tests.factories import InvestorFactory, LeadFactory, World
from tests.moves import moves_of
from tests.tiers import examples

PLACES = {"CN": "Asia/Shanghai", "HK": "Asia/Hong_Kong", "JP": "Asia/Tokyo", "US": "America/Los_Angeles"}
RANKS = ("first", "deputy", "other")
UNITS = ("bureau", "hitech", "west")

plans_of_trips = st.fixed_dictionaries(
    {
        "start": st.integers(-20, 4),
        "length": st.integers(0, 3),
        "rank": st.sampled_from(("city", *RANKS)),
        "unit": st.sampled_from((None, *UNITS)),
        "places": st.lists(st.sampled_from(sorted(PLACES)), max_size=2),
        "partners": st.dictionaries(st.sampled_from(UNITS), st.sampled_from((None, *RANKS)), max_size=2),
        "leaves": st.sampled_from((None, *UNITS)),
        "cancelled": st.booleans(),
        "meetings": st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from(("visit", "message"))), max_size=3
        ),
    }
)
periods = st.tuples(st.integers(-25, 5), st.integers(0, 20))


def build(world: World, plans: list[dict[str, Any]], moves: list[int]) -> None:
    """Plan the trips, meet on them, and open and move leads while time goes by."""
    world.admin.units.add("west", name="西区", name_en="West", kind="district")
    investors = [InvestorFactory.create(world=world) for _ in range(3)]
    leads = [
        LeadFactory.create(world=world, investor=investors[0], ready=True, received=world.day(-18)),
        LeadFactory.create(world=world, investor=investors[1], ready=True, secret=True, received=world.day(-2)),
        LeadFactory.create(world=world, investor=investors[2], received=world.day(-9)),
    ]
    for number, plan in enumerate(plans):
        first, last = world.day(plan["start"]), world.day(plan["start"] + plan["length"])
        trip = world.manager.trips.plan(
            f"t-{number}", title="T", leader="L", rank=plan["rank"], starts=first, ends=last, unit=plan["unit"], late="r",
            units=[(code, None if rank is None else "L", rank) for code, rank in plan["partners"].items()],
            legs=[("P", country, PLACES[country], first, last) for country in plan["places"]],
        )  # fmt: skip
        if plan["leaves"] in plan["partners"]:
            world.manager.trips.remove_unit(trip, plan["leaves"], reason="r")
        if last < world.today:
            for whom, which, kind in plan["meetings"]:
                about: Any = leads[which] if which < len(leads) else investors[whom]
                world.manager.meetings.log(
                    about, summary="x", kind=kind, trip=trip, at=f"{first} 07:30", zone="Asia/Tokyo", distinct="another"
                )
        if plan["cancelled"] and not (last < world.today and plan["meetings"]):
            world.manager.trips.cancel(trip, reason="r")
    for which in moves:
        if leads[which].stage == "contact" and which < 2:
            world.manager.leads.advance(leads[which])


class Oracle:
    """Counts in plain Python, one record after another."""

    def __init__(self, session: Session, actor: Actor, first: date, last: date, today: date) -> None:
        self.session, self.actor = session, actor
        self.trips = [
            trip
            for trip in session.scalars(select(Trip))
            if first <= trip.starts_on <= last and trip.starts_on <= today and trip.cancelled_at is None
        ]

    def parts(self, trip: Trip) -> dict[int, str | None]:
        """Return the units of a trip with the rank of the leader each sends."""
        ranks = {
            partner.unit_id: partner.rank.value if partner.rank else None
            for partner in trip.units
            if partner.left_on is None
        }
        if trip.unit_id is not None:
            ranks.setdefault(trip.unit_id, trip.rank.value)
        return ranks

    def side(self, trip: Trip) -> str:
        """Return where a trip led."""
        if not trip.legs:
            return "unplaced"
        return "abroad" if any(leg.country != "CN" for leg in trip.legs) else "home"

    def sees(self, lead: Lead | None) -> bool:
        """Say whether the actor may see a lead."""
        if lead is None or not lead.confidential or self.actor.role in {"manager", "admin", "verifier"}:
            return True
        return self.actor.role == "ambassador" and (
            lead.owner_id == self.actor.id
            or (lead.station_id is not None and lead.station_id == self.actor.station_id)
            or (lead.unit_id is not None and lead.unit_id == self.actor.unit_id)
        )

    def figures(self, unit_ids: set[int] | None) -> dict[str, int]:  # noqa: C901 - one loop within another, on purpose
        """Return the numbers of :class:`TripFigures`."""
        trips = [trip for trip in self.trips if unit_ids is None or unit_ids & set(self.parts(trip))]
        sides = [self.side(trip) for trip in trips]
        visits, investors, started, moved = 0, set(), set(), set()
        for trip in trips:
            for meeting in self.session.scalars(select(Meeting).where(Meeting.delegation_id == trip.id)):
                about = None if meeting.lead_id is None else self.session.get_one(Lead, meeting.lead_id)
                if meeting.kind == "message":
                    continue
                if self.sees(about):
                    visits += 1
                    investors.add(meeting.investor_id)
                for lead in self.session.scalars(select(Lead).where(Lead.investor_id == meeting.investor_id)):
                    if about not in {None, lead} or not self.sees(lead):
                        continue
                    for move in moves_of(self.session, lead.id):
                        assert trip.outcome_until is not None
                        if not bureau_day(meeting.met_at) <= move.occurred_on <= trip.outcome_until:
                            continue
                        if move.kind == "open":
                            started.add(lead.id)
                        if move.kind == "advance" and about is not None:
                            moved.add(lead.id)
        return {
            "delegations": len(trips), "abroad": sides.count("abroad"), "home": sides.count("home"),
            "unplaced": sides.count("unplaced"), "led_by_city": sum(trip.rank == "city" for trip in trips),
            "led_by_first": sum(trip.rank == "first" for trip in trips),
            "late": sum(self.notice(trip) for trip in trips), "visits": visits, "investors": len(investors),
            "leads_started": len(started), "leads_moved": len(moved),
        }  # fmt: skip

    def notice(self, trip: Trip) -> bool:
        """Say whether a trip was announced late."""
        days = 3 if self.side(trip) == "home" else 15
        assert trip.announced_on is not None
        return trip.announced_on > trip.starts_on - timedelta(days)

    def unit(self, unit: Unit) -> dict[str, int]:
        """Return the numbers of :class:`UnitTripFigures` of one unit."""
        mine = [(self.side(trip), self.parts(trip)[unit.id]) for trip in self.trips if unit.id in self.parts(trip)]
        led = [side for side, rank in mine if rank == "first"]
        sides = [side for side, _ in mine]
        return {
            "delegations": len(mine), "abroad": sides.count("abroad"), "home": sides.count("home"), "led": len(led),
            "led_abroad": led.count("abroad"), "led_home": led.count("home"),
        }  # fmt: skip


def numbers(row: Any, keys: Any) -> dict[str, int]:
    """Return these fields of a row."""
    return {key: getattr(row, key) for key in keys}


@examples(8)
@given(plans=st.lists(plans_of_trips, max_size=5), moves=st.lists(st.integers(0, 1), max_size=2), period=periods)
def test_figures_are_what_one_counts_by_hand(
    session: Session, plans: list[dict[str, Any]], moves: list[int], period: tuple[int, int]
) -> None:
    """The city counts each once, each unit for itself; what has not departed and what is cancelled counts nowhere."""
    savepoint = session.begin_nested()
    world = World(session)
    build(world, plans, moves)
    session.expire_all()
    first = world.day(period[0])
    last = first + timedelta(period[1])
    for desk in ("manager", "frankfurt", "tokyo", "viewer"):
        door = getattr(world, desk)
        oracle = Oracle(session, door.actor, first, last, world.today)
        expected = oracle.figures(None)
        assert numbers(door.trips.figures(Period.through(first, last)), expected) == expected
        units = {unit.code: unit for unit in session.scalars(select(Unit))}
        asked = ["hitech", "west"]
        expected = oracle.figures({units[code].id for code in asked})
        assert numbers(door.trips.figures(Period.through(first, last), units=asked), expected) == expected
        rows = door.trips.by_unit(Period.through(first, last))
        assert [row.unit for row in rows] == sorted(units)
        for row in rows:
            expected = oracle.unit(units[row.unit])
            assert numbers(row, expected) == expected
        assert [row.unit for row in door.trips.by_unit(Period.through(first, last), kind="district")] == ["west"]
    savepoint.rollback()
    session.expunge_all()


def test_deadlines_and_days_are_those_they_are_copied_from(session: Session) -> None:
    """Notice, report and outcome are counted from the trip; a day of coming or going is that of its time at the place."""
    world = World(session)
    plans: list[dict[str, Any]] = [{"places": [country], "start": start} for country in PLACES for start in (-4, 0, 40)]
    for number, plan in enumerate(plans):
        first = world.day(plan["start"])
        for hour in ("00:10", "23:50"):
            trip = world.manager.trips.plan(
                f"c-{number}-{hour[:2]}", title="T", leader="L", rank="city", starts=first, ends=first + timedelta(3), late="r",
                legs=[
                    ("P", country, PLACES[country], f"{first} {hour}", f"{first + timedelta(2)} {hour}")
                    for country in plan["places"]
                ],
            )  # fmt: skip
            policy = world.manager.policy.trips
            assert trip.report_due_on == trip.ends_on + timedelta(policy.report_days)
            assert trip.outcome_until == trip.ends_on + timedelta(policy.outcome_days)
            days = policy.notice_days_home if plan["places"] == ["CN"] else policy.notice_days_abroad
            assert trip.notice_due_on == first - timedelta(days)
            for leg in world.viewer.trips.show(trip).legs:
                assert leg.arrives_at is not None
                assert leg.leaves_at is not None
                assert leg.arrives_on == leg.arrives_at.local.date() == first
                assert leg.leaves_on == leg.leaves_at.local.date()
