"""Meetings and follow-ups corrected, withdrawn and restored."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import AccessDenied, Archived, Conflict, InvalidInput, NotFound, StaleRecord
from crm.models import Meeting
from crm.rules.kernel.corrections import CorrectionPolicy
from crm.rules.stages import DEFAULT
from tests.factories import ContactFactory, InvestorFactory, LeadFactory, MeetingFactory, TripFactory, World
from tests.services.refusals import MANAGERS, allows, refused

pytestmark = pytest.mark.portable

UID = "01860000-0000-7000-8000-000000000051"


@pytest.fixture
def talk(world: World) -> Meeting:
    """A visit on no lead, with a person, two lines and a promise."""
    investor = InvestorFactory.create(world=world)
    for name in ("窓口一番", "窓口二番"):
        ContactFactory.create(world=world, investor=investor, name=name)
    return world.tokyo.meetings.log(
        investor, summary="talked", at="2023-02-17 14:00", contacts=["一番"], agreed=["a visit", "a call"],
        followups=[("send the plan", "2023-03-01")],
    )  # fmt: skip


class TestCorrecting:
    """What was typed wrongly is put right."""

    def test_everything_that_a_meeting_is_described_by(self, world: World, talk: Meeting) -> None:
        """Time, zone, place, people, summary, minutes, station and lead; each in one act of the audit."""
        lead = LeadFactory.create(world=world, investor=talk.investor)
        world.tokyo.meetings.edit(
            talk, at="2023-02-16 09:30", zone="Asia/Seoul", kind="call", place="首尔", summary="called", station="frankfurt",
            contacts=["二番"], staff=["frankfurt.desk", "tokyo.desk"], agreed=["a visit in March"], next_steps=["write"], lead=lead,
        )  # fmt: skip
        card = world.viewer.meetings.show(talk)
        row = card.row
        assert (str(row.at), row.kind, row.place, row.summary) == (
            "2023-02-16 09:30 Asia/Seoul",
            "call",
            "首尔",
            "called",
        )
        assert (row.contacts, row.staff, row.station) == (("窓口二番",), ("tokyo.desk", "frankfurt.desk"), "frankfurt")
        assert card.minutes == (("agreed", "a visit in March"), ("next", "write"))
        assert (row.lead_id, [each.lead_id for each in card.followups]) == (lead.id, [lead.id])
        assert {each.verb for each in world.admin.audit.list(record="meeting", record_id=talk.id)} == {
            "meeting.log",
            "meeting.edit",
        }
        assert world.admin.audit.verify() == ()
        world.tokyo.meetings.edit(
            talk, contacts=["一番", "二番"], staff=["tokyo.desk"], agreed=[], lead=None, place=None
        )
        row = world.viewer.meetings.show(talk).row
        assert (set(row.contacts), row.staff, row.lead_id, row.place) == (
            {"窓口一番", "窓口二番"},
            ("tokyo.desk",),
            None,
            None,
        )
        assert world.viewer.meetings.show(talk).minutes == (("next", "write"),)
        assert world.admin.audit.verify() == ()

    def test_what_is_not_passed_stays(self, world: World, talk: Meeting) -> None:
        """A new zone alone keeps the local time; a change of the summary asks nothing of the people."""
        world.manager.contacts.archive(talk.contacts[0].contact_id, reason="left")
        world.tokyo.meetings.edit(talk, zone="Asia/Shanghai")
        world.tokyo.meetings.edit(talk, summary="s")
        row = world.viewer.meetings.show(talk).row
        assert (str(row.at), row.summary, row.contacts) == ("2023-02-17 14:00 Asia/Shanghai", "s", ("窓口一番",))

    def test_people_are_asked_for_the_day(self, world: World, talk: Meeting) -> None:
        """On another day they must have been there, and ours have the place of that day."""
        world.manager.contacts.leave(talk.contacts[0].contact_id, talk.investor, until="2023-02-17")
        with refused(world, InvalidInput, "foreign_contact"):
            world.tokyo.meetings.edit(talk, at="2023-02-18 09:00")
        world.tokyo.meetings.edit(talk, at="2023-02-16 09:00")
        assert str(world.viewer.meetings.show(talk).row.at) == "2023-02-16 09:00 Asia/Tokyo"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"at": "2023-02-19 09:00"}, "future"),
            ({"at": "2023-02-30 09:00"}, "time"),
            ({"zone": "Asia/Nowhere"}, "zone"),
            ({"summary": ""}, "empty"),
            ({"contacts": ["nobody"]}, "foreign_contact"),
            ({"staff": ["nobody"]}, "not_found"),
            ({"lead": 4_000}, "not_found"),
            ({"trip": "none"}, "not_found"),
            ({"agreed": [7]}, "type"),
            ({"kind": "party"}, "choice"),
        ],
    )
    def test_what_could_not_be_logged_is_refused(
        self, world: World, talk: Meeting, changes: dict[str, Any], code: str
    ) -> None:
        """By the rules of recording."""
        with refused(world, (InvalidInput, NotFound), code):  # type: ignore[arg-type]  # one of the two
            world.tokyo.meetings.edit(talk, **changes)

    def test_a_meeting_does_not_begin_after_it_was_recorded(self, world: World, talk: Meeting) -> None:
        """It would be another one."""
        world.clock.forward(days=2)
        with refused(world, InvalidInput, "future"):
            world.tokyo.meetings.edit(talk, at="2023-02-19 09:00")

    def test_a_lead_of_another_investor(self, world: World, talk: Meeting) -> None:
        """The meeting is logged anew there."""
        lead = LeadFactory.create(world=world)
        with refused(world, InvalidInput, "investor"):
            world.tokyo.meetings.edit(talk, lead=lead)

    def test_two_at_once(self, world: World, talk: Meeting) -> None:
        """The second is told, whatever of it was changed."""
        seen = talk.version
        world.tokyo.meetings.edit(talk, next_steps=["write"], version=seen)
        for call in (world.tokyo.meetings.edit, world.tokyo.meetings.withdraw):
            with refused(world, StaleRecord, "stale"):
                call(talk, version=seen)

    def test_a_stage_rests_on_a_meeting(self, world: World) -> None:
        """No correction takes away what a passed gate asks for; withdrawing does, and is seen."""
        lead = LeadFactory.create(world=world, negotiating=True)
        talk = world.tokyo.meetings.list(lead=lead)[0].id
        changes: dict[str, Any] = {"kind": "message", "contacts": [], "staff": [], "lead": None}
        for name, value in changes.items():
            with refused(world, Conflict, "rests"):
                world.tokyo.meetings.edit(talk, **{name: value})
        MeetingFactory.create(world=world, about=lead)
        world.tokyo.meetings.edit(talk, kind="message")

    def test_a_repeated_call(self, world: World) -> None:
        """Returns the record as it is now; its content stays that of the first recording."""
        investor = InvestorFactory.create(world=world)
        call: dict[str, Any] = {"summary": "talked", "at": "2023-02-17 14:00", "uid": UID}
        talk = world.tokyo.meetings.log(investor, **call)
        world.tokyo.meetings.edit(talk, summary="corrected")
        world.tokyo.meetings.withdraw(talk)
        again = world.tokyo.meetings.log(investor, **call)
        assert (again, again.summary, again.withdrawn_at is None) == (talk, "corrected", False)
        with refused(world, Conflict, "uid"):
            world.tokyo.meetings.log(investor, **call | {"summary": "corrected"})


class TestRights:
    """Whoever recorded it for seven days, later a manager with a reason."""

    def test_within_the_days(self, world: World, talk: Meeting) -> None:
        """The one who recorded, on the last day too; of the others managers, who say why."""
        world.clock.forward(days=7)
        assert allows(world, lambda door: door.meetings.edit(talk, summary="x", reason="r")) == {*MANAGERS, "tokyo"}
        with refused(world, InvalidInput, "missing"):
            world.manager.meetings.edit(talk, summary="x")

    def test_after_the_days(self, world: World, talk: Meeting) -> None:
        """Nobody but a manager; whoever recorded is told that the days have passed."""
        world.clock.forward(days=8)
        assert allows(world, lambda door: door.meetings.withdraw(talk, reason="r")) == {*MANAGERS}
        with refused(world, AccessDenied, "late"):
            world.tokyo.meetings.edit(talk, summary="x")
        with refused(world, AccessDenied, "scope"):
            world.frankfurt.meetings.edit(talk, summary="x")

    def test_the_days_are_the_policys(self, world: World, talk: Meeting) -> None:
        """Read from its file, and within reason."""
        world.clock.forward(days=20)
        door = world.door("tokyo.desk", policy=_policy(30))
        door.meetings.edit(talk, summary="x")
        with pytest.raises(InvalidInput):
            CorrectionPolicy(days=-1)

    def test_a_manager_corrects_their_own_without_a_reason(self, world: World) -> None:
        """As everybody does."""
        talk = world.manager.meetings.log(InvestorFactory.create(world=world), summary="x")
        world.manager.meetings.withdraw(talk)
        assert world.viewer.meetings.show(talk).row.withdrawn is not None


def _policy(days: int) -> Any:
    import attrs

    return attrs.evolve(DEFAULT, corrections=CorrectionPolicy(days=days))


class TestWithdrawing:
    """It stays readable, and counts no more."""

    def test_it_leaves_lists_and_stays_readable(self, world: World, talk: Meeting) -> None:
        """With who, when and why; its open follow-ups go with it, those that are done stay."""
        (promise,) = world.tokyo.followups.list()
        world.tokyo.meetings.withdraw(talk, reason="logged twice")
        assert world.viewer.meetings.list() == ()
        assert world.viewer.followups.list(open_only=False) == ()
        assert world.viewer.followups.due(until="2024-01-01") == ()
        (row,) = world.viewer.meetings.list(withdrawn=True)
        assert row.withdrawn is not None
        assert (row.id, row.withdrawn.by, row.withdrawn.reason) == (talk.id, "tokyo.desk", "logged twice")
        assert row.withdrawn.at == world.clock()
        card = world.viewer.meetings.show(talk)
        assert (card.row.contacts, len(card.minutes)) == (("窓口一番",), 2)
        assert [each.withdrawn is not None for each in card.followups] == [True]
        assert [each.id for each in world.viewer.followups.list(withdrawn=True)] == [promise.id]
        with refused(world, Conflict, "withdrawn"):
            world.tokyo.followups.done(promise.id, result="r")
        for call in (world.tokyo.meetings.withdraw, world.tokyo.meetings.edit):
            with refused(world, Conflict, "withdrawn"):
                call(talk)
        assert world.admin.audit.verify() == ()

    def test_it_comes_back(self, world: World, talk: Meeting) -> None:
        """With the follow-ups that went with it, but not with one that had been withdrawn by itself."""
        world.tokyo.followups.add(talk.investor, "other", due="2023-03-01")
        kept = world.tokyo.followups.list()
        alone = world.tokyo.meetings.log(
            talk.investor, summary="y", followups=[("gone before", "2023-03-01"), ("goes with it", "2023-03-01")]
        )
        (first, _) = (each for each in world.tokyo.followups.list() if each not in kept)
        world.tokyo.followups.cancel(first.id)
        world.tokyo.meetings.withdraw(alone)
        assert world.tokyo.followups.list() == kept
        with refused(world, Conflict, "withdrawn"):
            world.tokyo.followups.restore(first.id)
        world.tokyo.meetings.restore(alone)
        assert {each.text for each in world.tokyo.followups.list()} - {each.text for each in kept} == {"goes with it"}
        with refused(world, Conflict, "standing"):
            world.tokyo.meetings.restore(alone)
        world.tokyo.followups.restore(first.id)
        assert len(world.tokyo.followups.list()) == len(kept) + 2
        assert world.admin.audit.verify() == ()

    def test_restoring_passes_the_checks_of_recording(self, world: World, talk: Meeting) -> None:
        """The investor is there, and so are the people."""
        world.tokyo.meetings.withdraw(talk)
        world.manager.contacts.archive(talk.contacts[0].contact_id, reason="left")
        with refused(world, InvalidInput, "archived"):
            world.tokyo.meetings.restore(talk)
        world.manager.investors.archive(talk.investor, reason="dissolved")
        with refused(world, Archived, "archived"):
            world.tokyo.meetings.restore(talk)

    def test_the_stage_stays_and_is_shown_as_undone(self, world: World) -> None:
        """The signing and the landing leave the figures until the gate is met again; restoring meets it too."""
        lead = LeadFactory.create(world=world, landed=True)
        (talk,) = world.tokyo.meetings.list(lead=lead)

        def seen() -> tuple[Any, ...]:
            card = world.manager.leads.show(lead)
            counts = [
                world.manager.figures.count(measure, "2023").value for measure in ("leads_signed", "leads_landed")
            ]
            return card.row.stage, [each.gate for each in card.undone], counts

        assert seen() == ("landed", [], [1, 1])
        world.tokyo.meetings.withdraw(talk.id)
        assert seen() == ("landed", ["two_way_meeting"], [0, 0])
        MeetingFactory.create(world=world, about=lead, one_way=True)
        assert seen() == ("landed", ["two_way_meeting"], [0, 0])
        other = MeetingFactory.create(world=world, about=lead)
        assert seen() == ("landed", [], [1, 1])
        world.tokyo.meetings.withdraw(other)
        world.tokyo.meetings.restore(talk.id)
        assert seen() == ("landed", [], [1, 1])

    def test_a_gate_is_not_passed_by_a_withdrawn_meeting(self, world: World) -> None:
        """It is missing."""
        lead = LeadFactory.create(world=world, ready=True)
        assert world.tokyo.leads.missing(lead) == ()
        world.tokyo.meetings.withdraw(world.tokyo.meetings.list(lead=lead)[0].id)
        assert [each.gate for each in world.tokyo.leads.missing(lead)] == ["two_way_meeting"]

    def test_counts_of_stations_trips_and_claims(self, world: World) -> None:
        """No count has it."""
        lead = LeadFactory.create(world=world)
        trip = TripFactory.create(world=world, visits=[lead.investor])
        talk = world.tokyo.meetings.log(lead, summary="talked")

        def counts() -> tuple[Any, ...]:
            (tokyo,) = (each for each in world.manager.stations.list() if each.code == "tokyo")
            (month,) = (each for each in world.manager.stations.months("2023-02") if each.station == "tokyo")
            figures = world.manager.trips.figures(2023)
            card = world.manager.trips.show(trip)
            return tokyo.meetings, month.visits, figures.visits, [(each.state, each.meeting_id) for each in card.visits]

        assert counts() == (1, 1, 1, [("done", talk.id)])
        world.tokyo.meetings.withdraw(talk)
        assert counts() == (0, 0, 0, [("planned", None)])
        world.tokyo.meetings.restore(talk)
        assert counts() == (1, 1, 1, [("done", talk.id)])


class TestTrips:
    """The planned visit follows the meeting."""

    def test_a_message_fulfils_no_visit(self, world: World) -> None:
        """Corrected to one, the visit is planned again; corrected back it is done."""
        investor = InvestorFactory.create(world=world)
        trip = TripFactory.create(world=world, visits=[investor])
        talk = world.tokyo.meetings.log(investor, summary="x")
        for kind, state in (("message", "planned"), ("visit", "done")):
            world.tokyo.meetings.edit(talk, kind=kind)
            assert [each.state for each in world.manager.trips.show(trip).visits] == [state]
        world.tokyo.meetings.edit(talk, trip=None)
        assert [each.state for each in world.manager.trips.show(trip).visits] == ["planned"]
        world.tokyo.meetings.edit(talk, trip=trip)
        assert [each.state for each in world.manager.trips.show(trip).visits] == ["done"]
        with refused(world, Conflict, "outside"):
            world.tokyo.meetings.edit(talk, at="2023-02-10 10:00")

    def test_no_meeting_moves_to_a_closed_station(self, world: World) -> None:
        """What is closed takes no new work; one that is there already stays, and the rest is corrected."""
        talk = world.tokyo.meetings.log(InvestorFactory.create(world=world), summary="x")
        world.admin.stations.set_status("frankfurt", "closed", leave_open="moved")
        with refused(world, Archived, "archived"):
            world.tokyo.meetings.edit(talk, station="frankfurt")
        world.tokyo.meetings.edit(talk, summary="y", station="tokyo")

    def test_a_closed_trip(self, world: World) -> None:
        """Its report is put right: the visit is cancelled, and the meeting comes back outside the plan."""
        investor = InvestorFactory.create(world=world)
        trip = TripFactory.create(world=world, visits=[investor], ends="2023-02-18")
        talk = world.tokyo.meetings.log(investor, summary="x")
        world.manager.trips.close(trip, outcome="done")
        world.tokyo.meetings.withdraw(talk, reason="logged twice")
        card = world.manager.trips.show(trip)
        assert [(each.state, each.reason) for each in card.visits] == [("cancelled", "logged twice")]
        world.tokyo.meetings.restore(talk)
        assert [each.id for each in world.manager.trips.show(trip).unplanned] == [talk.id]


class TestFollowUps:
    """What, due and owner are corrected; one that nobody sees to is withdrawn."""

    def test_a_followup_is_corrected(self, world: World, talk: Meeting) -> None:
        """By whoever recorded it; not before the meeting."""
        (promise,) = world.tokyo.followups.list()
        world.tokyo.followups.edit(promise.id, text="send the map", due="2023-02-20", owner="manager.desk")
        (row,) = world.viewer.followups.list()
        assert (row.text, str(row.due_on), row.owner) == ("send the map", "2023-02-20", "manager.desk")
        with refused(world, InvalidInput, "past"):
            world.tokyo.followups.edit(promise.id, due="2023-02-16")
        with refused(world, InvalidInput, "open"):
            world.tokyo.followups.edit(promise.id, result="sent")
        assert allows(world, lambda door: door.followups.edit(promise.id, text="x", reason="r")) == {*MANAGERS, "tokyo"}
        world.manager.followups.done(promise.id, result="snet")
        world.tokyo.followups.edit(promise.id, result="sent")
        assert [each.result for each in world.viewer.followups.list(open_only=False)] == ["sent"]
        assert talk.id

    def test_a_followup_without_a_meeting(self, world: World) -> None:
        """Is not due before the day it was added; it goes and comes back."""
        promise = world.tokyo.followups.add(InvestorFactory.create(world=world), "send", due=world.day(3))
        world.clock.forward(days=2)
        world.tokyo.followups.edit(promise, due=world.day(-2))
        with refused(world, InvalidInput, "past"):
            world.tokyo.followups.edit(promise, due=world.day(-3))
        world.tokyo.followups.cancel(promise, reason="sent already")
        assert world.viewer.followups.list(open_only=False) == ()
        for call in (world.tokyo.followups.cancel, world.tokyo.followups.edit):
            with refused(world, Conflict, "withdrawn"):
                call(promise)
        world.tokyo.followups.restore(promise)
        assert [each.id for each in world.viewer.followups.list()] == [promise.id]
        with refused(world, Conflict, "standing"):
            world.tokyo.followups.restore(promise)
        world.tokyo.followups.cancel(promise)
        world.manager.investors.archive(promise.investor_id, reason="dissolved")
        with refused(world, Archived, "archived"):
            world.tokyo.followups.restore(promise)
