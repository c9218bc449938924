"""Leads that are carried over: in no figure until they are settled, then on the days of their documents."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from crm.errors import AccessDenied, Conflict, GatesNotMet, InvalidInput, MoveNotAllowed, StaleRecord
from crm.models import AuditEntry, CarriedOver, Lead
from crm.testing.leads import meet_gates
from tests.factories import InvestorFactory, LeadFactory, RateFactory, World
from tests.factories.ledgers import bring, row
from tests.services.refusals import refused

pytestmark = pytest.mark.portable

UID = "01860000-0000-7000-8000-0000000000c1"
WHY = "旧台账结转"


def carry(world: World, stage: str = "signed", **more: Any) -> Lead:
    """Return a lead that the manager carried over, received at the beginning of last year."""
    investor = InvestorFactory.create(world=world, country="JP")
    wanted: dict[str, Any] = {
        "title": "冷链项目",
        "station": "tokyo",
        "unit": "hitech",
        "expected": "20000000 USD",
        "industry": "C36",
        "received": "2022-01-10",
        "carried_over": stage,
        "reason": WHY,
        **more,
    }
    return world.manager.leads.open(investor, **wanted)


def papers(world: World, lead: Lead, *, talked: str = "2022-02-01", signed: str | None = "2022-03-15") -> None:
    """Put a talk of both sides on record, and an agreement."""
    meet_gates(world.tokyo, world, lead, "negotiating")
    talk = world.manager.meetings.list(lead=lead)[0]
    world.manager.meetings.edit(talk.id, at=f"{talked} 10:00", reason="its day")
    if signed is not None:
        world.tokyo.leads.add_evidence(
            lead, "agreement", dated=signed, reference=f"agreement of {lead.id}", amount="20000000 USD"
        )


def counted(world: World, *measures: str) -> list[list[int | None]]:
    """Return measures of 2022 and of 2023."""
    door = world.manager
    return [[door.figures.count(measure, str(year)).value for year in (2022, 2023)] for measure in measures]


LEADS = ("leads_received", "leads_signed", "leads_landed")


def test_it_shows_everywhere_that_it_was_carried_over(world: World) -> None:
    """Board, list, card and history have the mark and the reason; each stage on the way is a move of its own."""
    lead = carry(world, since="2022-05-01")
    door = world.manager
    assert (lead.stage, lead.entered_on, lead.last_transition) == ("signed", date(2022, 5, 1), 3)
    assert [row.carried_over for row in door.leads.list()] == [True]
    assert [row.carried_over for column in door.leads.board() for row in column.leads] == [True]
    history = door.leads.history(lead)
    assert [(row.to_stage, row.carried_over, row.reason) for row in history] == [
        ("contact", False, None),
        ("negotiating", True, WHY),
        ("signed", True, WHY),
    ]
    over = door.leads.show(lead).carried_over
    assert over is not None
    assert (over.reason, over.actor, over.settled_at) == (WHY, "manager.desk", None)
    assert [gate.gate for gate in over.missing] == ["two_way_meeting", "agreement"]
    assert {
        entry.verb for entry in world.session.scalars(select(AuditEntry).where(AuditEntry.record == "carried_over"))
    } == {"lead.open"}
    assert world.admin.audit.verify() == ()


def test_it_is_in_no_figure_until_it_is_settled_and_then_counts_on_the_days_of_its_documents(world: World) -> None:
    """Figures, funnel, scorecard, station and credit leave it out; then the agreement's day counts, not that of settling."""
    lead = carry(world)
    papers(world, lead)
    door = world.manager
    assert counted(world, *LEADS) == [[0, 0]] * 3
    assert door.report.funnel("2022").figure("leads").value == 0
    assert door.report.funnel("2022", entering="signed").figure("leads").value == 0
    version = lead.version
    with refused(world, StaleRecord):
        world.tokyo.leads.settle(lead, version=version + 1)
    settled = world.tokyo.leads.settle(lead, version=version)
    assert (settled.settled_at, lead.version) == (world.clock(), version + 1)
    assert counted(world, *LEADS) == [[1, 0], [1, 0], [0, 0]]
    assert door.report.funnel("2022", entering="signed").figure("leads").value == 1
    history = door.leads.history(lead)
    assert [row.occurred_on for row in history] == [date(2022, 1, 10), date(2022, 2, 1), date(2022, 3, 15)]
    assert [row.carried_over for row in history] == [False, True, True]
    assert (lead.entered_on, lead.moved_on) == (date(2022, 3, 15), date(2022, 3, 15))
    card = door.leads.show(lead)
    assert not card.row.carried_over
    assert card.carried_over is not None
    assert (card.carried_over.settled_by, card.carried_over.missing) == ("tokyo.desk", ())
    with refused(world, Conflict):
        world.tokyo.leads.settle(lead)
    assert world.admin.audit.verify() == ()


def test_settling_names_every_gate_that_is_missing(world: World) -> None:
    """Of all stages up to the one at which it was carried over; and until then it cannot advance."""
    lead = carry(world, "registered", expected=None)
    with pytest.raises(GatesNotMet) as refusal:
        world.manager.leads.settle(lead)
    assert {problem.field for problem in refusal.value.problems} >= {
        "two_way_meeting",
        "expected",
        "agreement",
        "company",
    }
    with pytest.raises(MoveNotAllowed, match="settle") as stopped:
        world.manager.leads.advance(lead)
    assert len(stopped.value.problems) > 1
    assert world.session.scalar(select(CarriedOver.settled_at)) is None


def test_a_closed_year_is_restated(world: World) -> None:
    """What was published stays; the signing of the closed month is in its restatement."""
    lead = carry(world, received="2022-12-01")
    papers(world, lead, talked="2023-02-01", signed="2023-02-10")
    RateFactory.create(world=world)
    world.clock.instant = datetime(2023, 3, 1, 2, 0, tzinfo=UTC)
    closing = world.manager.figures.close("2023-02")
    assert {figure.key: figure.value for figure in closing.figures}["leads_signed"] == 0
    world.tokyo.leads.settle(lead)
    figure = world.manager.report.restatement("2023-02").figure("leads_signed")
    assert (figure.value, figure.beside[0][2]) == (1, 0)


def test_entries_of_its_ledgers_are_confirmed_once_it_is_settled(world: World) -> None:
    """An arrival is verified, so that its gate is met, but does not count before."""
    lead = carry(world, "implementing")
    papers(world, lead)
    meet_gates(world.tokyo, world, lead, "registered")
    arrival = world.tokyo.capital.record(lead, "5000000 USD", arrived=world.today, reference="bank advice 1")
    world.verifier.capital.verify(arrival)
    RateFactory.create(world=world)
    with refused(world, Conflict):
        world.second_verifier.capital.confirm(arrival)
    world.manager.leads.settle(lead)
    world.second_verifier.capital.confirm(arrival)
    assert world.manager.figures.count("actual_fdi", "2023").value == 500_000_000
    assert lead.moved_on == world.today


def test_documents_that_contradict_other_days_are_named(world: World) -> None:
    """Papers of a day before the lead was received, and of a day after a later move."""
    early = carry(world, title="早", received="2022-06-01")
    papers(world, early)
    with pytest.raises(InvalidInput, match="received"):
        world.manager.leads.settle(early)
    world.manager.leads.redate(early, "2022-01-20", move=1, reason="来函")
    world.manager.leads.settle(early)
    assert [row.occurred_on for row in world.manager.leads.history(early)][1:] == [date(2022, 2, 1), date(2022, 3, 15)]
    late = carry(world, title="晚")
    papers(world, late, signed=None)
    world.manager.leads.hold(late, reason="总部换届", review=world.day(30), on="2022-06-01")
    world.tokyo.leads.add_evidence(late, "agreement", dated="2022-07-01", reference="late", amount="20000000 USD")
    with pytest.raises(InvalidInput, match="after move 4"):
        world.manager.leads.settle(late)
    world.manager.leads.redate(late, "2022-08-01", move=4, reason="会议纪要")
    world.manager.leads.settle(late)
    assert counted(world, "leads_signed") == [[2, 0]]


def test_what_was_taken_back_needs_no_papers(world: World) -> None:
    """A lead that was moved back below the stage is settled by the gates of where it stands, and was never signed."""
    lead = carry(world, "registered")
    world.manager.leads.back(lead, "negotiating", reason="协议未签")
    with pytest.raises(GatesNotMet):
        world.manager.leads.settle(lead)
    papers(world, lead, signed=None)
    world.manager.leads.settle(lead)
    assert counted(world, "leads_received", "leads_signed") == [[1, 0], [0, 0]]
    world.tokyo.leads.add_evidence(lead, "agreement", dated=world.today, reference="now", amount="20000000 USD")
    world.tokyo.leads.advance(lead)
    assert counted(world, "leads_signed") == [[0, 1]]
    assert world.admin.audit.verify() == ()


def test_reopening_does_not_settle_it(world: World) -> None:
    """A lead that was lost and reopened lower still needs the papers of the stage at which it was carried over."""
    lead = carry(world)
    papers(world, lead, signed=None)
    world.manager.leads.lose(lead, reason="地价")
    world.manager.leads.reopen(lead, reason="重新接洽")
    with pytest.raises(GatesNotMet):
        world.manager.leads.settle(lead)
    assert counted(world, *LEADS) == [[0, 0]] * 3


def test_only_the_bureau_carries_over(world: World) -> None:
    """An ambassador may not; a reason is required, and the stage must be a later one."""
    investor = InvestorFactory.create(world=world)
    with pytest.raises(AccessDenied):
        world.tokyo.leads.open(investor, title="x", carried_over="signed", reason=WHY)
    refusals: tuple[tuple[dict[str, Any], str], ...] = (
        ({"carried_over": "signed"}, "reason"),
        ({"carried_over": "contact", "reason": WHY}, "contact"),
        ({"carried_over": "nowhere", "reason": WHY}, "nowhere"),
        ({"reason": WHY}, "carried-over"),
        ({"since": "2022-01-01"}, "carried-over"),
        ({"carried_over": "signed", "reason": WHY, "since": "2030-01-01"}, "2030"),
    )
    for wrong, named in refusals:
        with pytest.raises(InvalidInput, match=named):
            world.manager.leads.open(investor, title="x", station="tokyo", **wrong)
    assert world.session.scalar(select(Lead.id)) is None
    made = world.manager.leads.open(investor, title="x", station="tokyo", carried_over="landed", reason=WHY, uid=UID)
    assert made.landed_on == made.received_on
    again = world.manager.leads.open(investor, title="x", station="tokyo", carried_over="landed", reason=WHY, uid=UID)
    assert again is made
    with pytest.raises(Conflict):
        world.manager.leads.open(investor, title="x", station="tokyo", carried_over="signed", reason=WHY, uid=UID)
    assert world.session.scalar(select(Lead.landed_on)) is not None
    assert counted(world, *LEADS) == [[0, 0]] * 3


def test_a_file_carries_leads_over_with_a_reason(world: World) -> None:
    """Without one a lead enters at the stage that its row supports; with one it is carried over at that of the file."""
    held = [
        row(2, lead__stage="signed"),
        row(3, lead__stage="signed", lead__carried_over=WHY, lead__since="2023-01-20"),
    ]
    seen = world.manager.imports.preview(held, checksum="a" * 64, file="台账.csv")
    notes = [[note.code for record in verdict.records for note in record.notes] for verdict in seen.verdicts]
    assert notes == [["enters"], ["carried_over"]]
    bring(world.manager, held)
    found = world.session.execute(select(Lead.stage, Lead.entered_on).order_by(Lead.id)).all()
    assert [(stage, str(day)) for stage, day in found] == [("negotiating", "2023-01-09"), ("signed", "2023-01-20")]
    over = world.session.scalars(select(CarriedOver)).one()
    assert (over.first_move, over.last_move, over.reason) == (3, 3, WHY)
    assert counted(world, "leads_received", "leads_signed") == [[0, 1], [0, 0]]
    assert world.admin.audit.verify() == ()
    seen = world.zone.imports.preview([row(4, lead__stage="signed", lead__carried_over=WHY)], checksum="a" * 64)
    assert seen.totals["refused"] == 1


def test_others_are_not_touched(world: World) -> None:
    """A lead that came to its stage by its papers has no mark, and cannot be settled."""
    lead = LeadFactory.create(world=world, signed=True)
    assert world.manager.leads.show(lead).carried_over is None
    with refused(world, Conflict):
        world.manager.leads.settle(lead)
