"""The month of a station and the work of ambassadors, held against a count in plain Python over random histories."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import AccessDenied, InvalidInput, Refused
from crm.models import (
    Assignment,
    AuditEntry,
    FollowUp,
    Lead,
    Meeting,
    PromotionEvent,
    Request,
    Staff,
    Station,
)
from crm.reads.places.activity_rows import Activity
from crm.rules.access import Actor
from crm.values.moments import bureau_day
from tests.factories import FollowUpFactory, InvestorFactory, LeadFactory, World
from tests.moves import moves_of
from tests.services.refusals import LONE_SURROGATE, LONG, NO_REFERENCE, refused
from tests.tiers import examples

pytestmark = pytest.mark.portable

ACTS = (
    "meet",
    "message",
    "open",
    "advance",
    "lose",
    "abandon",
    "handover",
    "promise",
    "keep",
    "ask",
    "solve",
    "give_up",
    "move",
)
DESKS = ("tokyo", "frankfurt", "zone", "manager")
acts = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from(DESKS), st.integers(0, 3), st.integers(0, 12)), max_size=22
)
COUNTS = [field.name for field in attrs.fields(Activity) if field.name not in {"since", "until"}]


@pytest.fixture
def world(session: Session) -> World:
    """A bureau with everybody at their desk, rolled back after the test."""
    return World(session)


def act(world: World, what: str, desk: str, which: int, number: int) -> None:
    """Do one thing of a random history, if it may be done."""
    door, boss = getattr(world, desk), world.manager
    leads = world.session.scalars(select(Lead).order_by(Lead.id)).all()
    lead = leads[which % len(leads)]
    promises = world.session.scalars(select(FollowUp).order_by(FollowUp.id)).all()
    requests = world.session.scalars(select(Request).order_by(Request.id)).all()
    verbs: dict[str, Callable[[], Any]] = {
        "meet": lambda: door.meetings.log(
            lead if number % 3 else lead.investor, summary="x", staff=[f"{desk}.desk", "tokyo.desk"][: 1 + number % 2],
            station=("tokyo", "frankfurt", None)[number % 3], followups=[("p", world.day(number % 5))] * (number % 2),
        ),
        "message": lambda: door.meetings.log(lead, summary="x", kind="message"),
        "open": lambda: LeadFactory.create(world=world, by=desk, investor=lead.investor, secret=number % 2 == 0),
        "advance": lambda: door.leads.advance(lead, "landed" if number > 10 else None, reason="r"),
        "lose": lambda: door.leads.lose(lead, reason="r"),
        "abandon": lambda: door.leads.abandon(lead, reason="r"),
        "handover": lambda: boss.leads.handover(lead, station=("tokyo", "frankfurt", None)[number % 3]),
        "promise": lambda: door.followups.add(lead, "p", due=world.day(number)),
        "keep": lambda: boss.followups.done(promises[number % len(promises)], result="r"),
        "ask": lambda: door.requests.open(lead, "r"),
        "solve": lambda: boss.requests.resolve(requests[number % len(requests)], "o"),
        "give_up": lambda: boss.requests.resolve(requests[number % len(requests)], "o", unsolvable=True),
        "move": lambda: world.admin.staff.move("tokyo.desk", station=("tokyo", "frankfurt")[number % 2]),
    }  # fmt: skip
    savepoint = world.session.begin_nested()
    try:
        verbs[what]()
    except (Refused, AccessDenied, ZeroDivisionError):
        savepoint.rollback()
    else:
        savepoint.commit()


class Oracle:
    """Counts in plain Python, one record after another."""

    def __init__(self, session: Session, actor: Actor, first: date, last: date, today: date) -> None:
        self.session, self.actor, self.first, self.last = session, actor, first, last
        self.standing = min(last, today)
        self.staff = {member.id: member for member in session.scalars(select(Staff))}

    def sees(self, lead_id: int | None) -> bool:
        """Say whether the actor may see a lead."""
        lead = None if lead_id is None else self.session.get_one(Lead, lead_id)
        if lead is None or not lead.confidential or self.actor.role in {"manager", "admin", "verifier"}:
            return True
        mine = (
            (lead.owner_id, self.actor.id),
            (lead.station_id, self.actor.station_id),
            (lead.unit_id, self.actor.unit_id),
        )
        return self.actor.role == "ambassador" and any(one is not None and one == two for one, two in mine)

    def within(self, day: date | None) -> bool:
        """Say whether a day lies in the period."""
        return day is not None and self.first <= day <= self.last

    def all(self, model: Any) -> list[Any]:
        """Return the records of a table that the actor may see."""
        return [record for record in self.session.scalars(select(model)) if self.sees(record.lead_id)]

    def count(self, *, station: int | None = None, staff: int | None = None) -> dict[str, int]:
        """Return the counts of one station, or of one member of staff."""
        people = (
            {staff}
            if staff is not None
            else {member.id for member in self.staff.values() if member.station_id == station}
        )
        return {
            **self.visits(station, staff), **self.moves(station, staff), **self.followups(people), **self.requests(people),
        }  # fmt: skip

    def visits(self, station: int | None, staff: int | None) -> dict[str, int]:
        """Count the talks."""
        met = [
            meeting
            for meeting in self.all(Meeting)
            if meeting.kind != "message"
            and self.within(bureau_day(meeting.met_at))
            and (meeting.station_id == station if staff is None else staff in {ours.staff_id for ours in meeting.staff})
        ]
        return {"visits": len(met), "investors": len({meeting.investor_id for meeting in met})}

    def moves(self, station: int | None, staff: int | None) -> dict[str, int]:
        """Count the leads that moved."""
        told: dict[str, set[int]] = {name: set() for name in ("open", "advance", "lose", "abandon", "landed")}
        for move in (move for lead in self.session.scalars(select(Lead.id)) for move in moves_of(self.session, lead)):
            if not self.sees(move.lead_id):
                continue
            hands = [
                assignment.station_id
                for assignment in self.session.scalars(
                    select(Assignment).where(Assignment.lead_id == move.lead_id).order_by(Assignment.number)
                )
                if assignment.assigned_at <= move.recorded_at
            ]
            mine = move.actor_id == staff if staff is not None else hands[-1] == station
            if mine and self.within(move.occurred_on) and move.kind.value in told:
                told[move.kind.value].add(move.lead_id)
                if move.kind == "advance" and move.to_stage == "landed":
                    told["landed"].add(move.lead_id)
        return {
            "leads_opened": len(told["open"]), "leads_moved": len(told["advance"]), "leads_landed": len(told["landed"]),
            "leads_lost": len(told["lose"]), "leads_abandoned": len(told["abandon"]),
        }  # fmt: skip

    def followups(self, people: set[int]) -> dict[str, int]:
        """Count the promises."""
        kept = late = still = overdue = 0
        for followup in self.all(FollowUp):
            if followup.owner_id not in people:
                continue
            done = None if followup.done_at is None else bureau_day(followup.done_at)
            made = self.session.scalars(
                select(AuditEntry.at).where(AuditEntry.record == "followup", AuditEntry.record_id == followup.id)
            ).first()
            meeting = None if followup.meeting_id is None else self.session.get_one(Meeting, followup.meeting_id)
            promised = meeting.met_at if meeting else made
            assert promised is not None
            if self.within(done):
                kept, late = kept + (done <= followup.due_on), late + (done > followup.due_on)
            if bureau_day(promised) <= self.standing and (done is None or done > self.standing):
                still, overdue = still + 1, overdue + (followup.due_on < self.standing)
        return {
            "followups_kept": kept, "followups_late": late, "followups_open": still, "followups_overdue": overdue,
        }  # fmt: skip

    def requests(self, people: set[int]) -> dict[str, int]:
        """Count the requests."""
        mine = [request for request in self.all(Request) if request.ambassador_id in people]
        closed = [request.state.value for request in mine if self.within(request.resolved_on)]
        return {
            "requests_accepted": sum(self.within(request.accepted_on) for request in mine),
            "requests_solved": closed.count("solved"),
            "requests_unsolvable": closed.count("unsolvable"),
            "requests_open": sum(
                request.accepted_on <= self.standing
                and (request.resolved_on is None or request.resolved_on > self.standing)
                for request in mine
            ),
        }


@examples(6, phases=[Phase.explicit, Phase.generate])
@given(history=acts)
def test_the_counts_are_what_one_counts_by_hand(session: Session, history: list[Any]) -> None:
    """For every station and everybody, through the eyes of four desks, in the month before, this one and the next."""
    with _taken_back(session):
        _compare(session, history)


@contextmanager
def _taken_back(session: Session) -> Iterator[None]:
    """Take back what was written, also when the test fails: the next example starts anew."""
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        session.expunge_all()


def _compare(session: Session, history: list[Any]) -> None:
    world = World(session)
    world.clock.instant = datetime(2023, 2, 20, 2, 0, tzinfo=UTC)
    investor = InvestorFactory.create(world=world)
    for desk in ("tokyo", "frankfurt"):
        LeadFactory.create(world=world, by="manager", station=desk, investor=investor, ready=True)
        LeadFactory.create(world=world, by="manager", station=desk, investor=investor, secret=True)
    world.tokyo.events.add("salon", title="T", place="P", starts="2023-02-20", station="tokyo")
    world.tokyo.events.hold("salon")
    for what, desk, which, number in history:
        world.clock.forward(hours=17)
        act(world, what, desk, which, number)
    session.expire_all()
    for month in ("2023-02", "2023-03"):
        first = date.fromisoformat(f"{month}-01")
        last = first.replace(day=monthrange(first.year, first.month)[1])
        for desk in ("manager", "tokyo", "frankfurt", "viewer"):
            door = getattr(world, desk)
            oracle = Oracle(session, door.actor, first, last, world.today)
            stations = {station.code: station for station in session.scalars(select(Station))}
            rows = door.stations.months(month)
            assert [row.station for row in rows] == sorted(stations)
            for row in rows:
                expected = oracle.count(station=stations[row.station].id)
                assert {name: getattr(row, name) for name in COUNTS} == expected, (row.station, month, desk)
            told = {row.staff_id: row for row in door.staff.ambassadors(month)}
            for member in session.scalars(select(Staff)):
                expected = oracle.count(staff=member.id)
                if member.id in told:
                    assert {name: getattr(told[member.id], name) for name in COUNTS} == expected, (
                        member.username,
                        month,
                    )
                else:
                    assert member.role != "ambassador"
                    assert not any(expected.values())
    events = {event.code: event.state.value for event in session.scalars(select(PromotionEvent))}
    assert events == {"salon": "held"}
    (tokyo,) = (row for row in world.viewer.stations.months("2023-02") if row.station == "tokyo")
    assert (tokyo.events_held, tokyo.events_planned) == (1, 0)


def test_a_card_has_the_records_behind_its_figures(world: World) -> None:
    """As many talks and leads as are counted, and what is owed now."""
    lead = LeadFactory.create(world=world, ready=True)
    world.tokyo.meetings.log(lead, summary="x")
    world.tokyo.leads.advance(lead)
    gone = LeadFactory.create(world=world)
    world.tokyo.leads.lose(gone, reason="another city")
    owed = FollowUpFactory.create(world=world, about=lead, due=world.day(1))
    world.tokyo.events.add("salon", title="T", place="P", starts="2023-02-20", station="tokyo")
    card = world.viewer.stations.month("tokyo", "2023-02")
    assert card.row.visits == len(card.meetings)
    opened, moved, lost = (
        {move.lead_id for move in card.moves if move.kind == kind} for kind in ("open", "advance", "lose")
    )
    assert (card.row.leads_opened, card.row.leads_moved, card.row.leads_lost) == (len(opened), len(moved), len(lost))
    assert [move.reason for move in card.moves if move.kind == "lose"] == ["another city"]
    assert owed.id in {followup.id for followup in card.followups}
    assert [event.code for event in card.events] == ["salon"]
    assert card.row.events_planned == 1
    assert {row.station for row in world.viewer.staff.ambassadors("2023-02", station="tokyo")} == {"tokyo"}
    assert {row.unit for row in world.viewer.staff.ambassadors("2023-02", unit="hitech")} == {"hitech"}


def test_hidden_leads_show_in_no_card(world: World) -> None:
    """Meetings, moves and follow-ups of hidden leads are not on the card."""
    lead = LeadFactory.create(world=world, secret=True)
    world.tokyo.meetings.log(lead, summary="x", followups=[("p", world.day(1))])
    seen, hidden = (door.stations.month("tokyo", "2023-02") for door in (world.manager, world.frankfurt))
    assert (len(seen.meetings), len(seen.moves), len(seen.followups)) == (1, 1, 1)
    assert (hidden.meetings, hidden.moves, hidden.followups) == ((), (), ())
    assert (hidden.row.visits, hidden.row.leads_opened, hidden.row.followups_open) == (0, 0, 0)


@pytest.mark.parametrize(
    "month", ["", "2023", "2023-13", "2023Q1", "02-2023", 7, True, LONE_SURROGATE, LONG, "1800-01"]
)
def test_a_month_has_to_be_a_month(world: World, month: Any) -> None:
    """A word, a number, a month that no year has."""
    for verb in (lambda: world.viewer.stations.month("tokyo", month), lambda: world.viewer.stations.months(month)):
        with refused(world, InvalidInput):
            verb()


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_stations_and_units_are_named_by_what_is_there(world: World, ref: Any) -> None:
    """Unknown and malformed references are refused; nobody reads without a name."""
    for verb in (
        lambda: world.viewer.stations.month(ref, "2023-02"),
        lambda: world.viewer.staff.ambassadors("2023-02", unit=ref),
        lambda: world.viewer.staff.ambassadors("2023-02", station=ref),
    ):
        with refused(world, Refused):
            verb()
    with pytest.raises(AccessDenied):
        world.nobody.stations.months("2023-02")
    with pytest.raises(AccessDenied):
        world.nobody.staff.ambassadors("2023-02")
