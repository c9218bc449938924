"""The day of a move, corrected: who may, what stands in the way, and what follows it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from crm.errors import AccessDenied, Conflict, GatesNotMet, InvalidInput, MoveNotAllowed, Refused, StaleRecord
from crm.models import AuditEntry, Lead, Referral, Transition
from crm.reads.kernel.moves import day_of_move, moved_between
from crm.testing.leads import meet_gates
from tests.factories import InvestorFactory, LeadFactory, World
from tests.services.refusals import refused

pytestmark = pytest.mark.portable

UID = "01860000-0000-7000-8000-0000000000d7"


def walked(world: World) -> Lead:
    """Return a signed lead: received, talked about, signed, ten days apart."""
    lead: Lead = LeadFactory.create(world=world)
    for stage in ("negotiating", "signed"):
        world.clock.forward(days=10)
        meet_gates(world.tokyo, world, lead, stage)
        world.clock.forward(days=10)
        world.tokyo.leads.advance(lead)
    return lead


def days(world: World, lead: Lead) -> list[date]:
    """Return the days that count, as the history lists them."""
    return [row.occurred_on for row in world.viewer.leads.history(lead)]


def test_the_day_counts_everywhere_and_the_history_shows_both(world: World) -> None:
    """The copies of the lead, its stays, its figures and its history follow; the move stays as it was recorded."""
    lead, door = walked(world), world.manager
    received, talked, signed = days(world, lead)
    version = lead.version
    made = door.leads.redate(lead, world.day(-5), reason="the paper says so", uid=UID)
    assert (made.occurred_on, made.counted_on, made.number) == (world.day(-5), signed, 1)
    assert days(world, lead) == [received, talked, world.day(-5)]
    assert (lead.moved_on, lead.entered_on, lead.version) == (world.day(-5), world.day(-5), version + 1)
    row = world.viewer.leads.history(lead)[-1]
    assert (row.first_told, row.redated_by, row.redated_reason) == (signed, "manager.desk", "the paper says so")
    assert world.viewer.leads.times(lead)[1].days == (world.day(-5) - talked).days
    assert door.leads.redate(lead, world.day(-5), reason="the paper says so", uid=UID) is made
    with refused(world, Conflict, "uid"):
        door.leads.redate(lead, world.day(-4), reason="the paper says so", uid=UID)
    again = door.leads.redate(lead, signed, reason="it was right")
    assert (again.number, again.counted_on) == (2, world.day(-5))
    assert days(world, lead) == [received, talked, signed]
    assert world.admin.audit.verify() == ()


def test_figures_follow_the_day(world: World) -> None:
    """The year of a signing and of a receipt, the month of a station, and the scorecard are those of the corrected day."""
    lead = walked(world)

    def counted(measure: str) -> tuple[int | None, int | None]:
        found = [world.manager.figures.count(measure, str(year)).value for year in (2022, 2023)]
        return found[0], found[1]

    assert (counted("leads_received"), counted("leads_signed")) == ((0, 1), (0, 1))
    paper = world.manager.leads.evidence(lead)[0]
    world.manager.leads.edit_evidence(paper.id, dated="2022-12-30", reason="its date")
    talk = world.manager.meetings.list(lead=lead)[0]
    world.manager.meetings.edit(talk.id, at="2022-12-20 10:00", reason="its day")
    world.manager.leads.redate(lead, "2022-12-01", move=1, reason="the letter")
    world.manager.leads.redate(lead, "2022-12-21", move=2, reason="the minutes")
    world.manager.leads.redate(lead, "2022-12-31", move=3, reason="the paper")
    assert (counted("leads_received"), counted("leads_signed")) == ((1, 0), (1, 0))
    board = world.manager.report.funnel("2022", entering="signed")
    assert board.figure("leads").value == 1


@pytest.mark.parametrize(
    ("move", "shift", "kind", "codes"),
    [
        (3, -21, MoveNotAllowed, {"order", "agreement"}),
        (3, -11, GatesNotMet, {"agreement"}),
        (3, 1, InvalidInput, {"future"}),
        (2, 0, InvalidInput, {"future"}),
        (2, -31, GatesNotMet, {"two_way_meeting"}),
        (1, -19, InvalidInput, {"future", "order"}),
        (4, 0, InvalidInput, {"range"}),
        (3, 0, InvalidInput, {"empty"}),
    ],
)
def test_no_day_on_which_the_move_could_not_have_been_made(
    world: World, move: int, shift: int, kind: type[Refused], codes: set[str]
) -> None:
    """Out of order, after it was recorded, or before what a gate rests on; everything is named and nothing written."""
    lead = walked(world)
    with pytest.raises(kind) as refusal:
        world.manager.leads.redate(lead, world.day(shift), move=move, reason="r")
    assert {name for found in refusal.value.problems for name in (found.code, found.field)} >= codes
    assert world.admin.audit.verify() == ()


def test_a_gate_that_was_taken_away_since_does_not_keep_a_day_wrong(world: World) -> None:
    """Where the agreement was withdrawn the lead stays signed, and its day can still be put right."""
    lead = walked(world)
    world.manager.leads.withdraw_evidence(world.manager.leads.evidence(lead)[0].id, reason="another lead's")
    world.manager.leads.redate(lead, world.day(-15), reason="r")
    assert lead.moved_on == world.day(-15)


def test_who_may(world: World) -> None:
    """A manager corrects every move, with a reason; whoever opened the lead its day of receipt, for seven days."""
    lead = walked(world)
    world.clock.forward(days=-34)
    with refused(world, AccessDenied, "scope"):
        world.tokyo.leads.redate(lead, world.day(-1), move=2, reason="r")
    with refused(world, InvalidInput, "missing"):
        world.manager.leads.redate(lead, world.day(-1), move=2)
    for door in (world.viewer, world.verifier, world.frankfurt):
        with pytest.raises(AccessDenied):
            door.leads.redate(lead, world.day(-9), move=1, reason="r")
    world.tokyo.leads.redate(lead, lead.received_on.replace(day=1), move=1)
    world.clock.forward(days=7)
    with refused(world, AccessDenied, "late"):
        world.tokyo.leads.redate(lead, lead.received_on.replace(day=2), move=1, reason="r")
    with refused(world, InvalidInput, "missing"):
        world.manager.leads.redate(lead, lead.received_on.replace(day=2), move=1)
    version = lead.version
    world.manager.leads.edit(lead, note="meanwhile")
    with pytest.raises(StaleRecord):
        world.manager.leads.redate(lead, lead.received_on.replace(day=2), move=1, reason="r", version=version)


def test_the_referral_of_the_opening_follows_the_day_of_receipt(world: World) -> None:
    """It was introduced that day; its validity is counted anew."""
    referrer = InvestorFactory.create(world=world)
    lead = LeadFactory.create(world=world, source=referrer)
    referral = world.session.scalars(select(Referral).where(Referral.lead_id == lead.id)).one()
    span = referral.expires_on - referral.introduced_on
    world.tokyo.leads.redate(lead, world.day(-20), move=1)
    assert (referral.introduced_on, lead.received_on, lead.moved_on) == (world.day(-20),) * 3
    assert abs((referral.expires_on - referral.introduced_on - span).days) <= 1
    assert {entry.record for entry in world.admin.audit.list(limit=3)} == {"lead", "referral", "redate"}
    assert (
        world.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc()).limit(3)).all()
        == ["lead.redate"] * 3
    )


@pytest.mark.parametrize("again", [False, True])
def test_a_signing_that_was_taken_back_does_not_count(world: World, again: bool) -> None:
    """Moved back below it, the lead is signed in no figure; signed once more it counts, on the day of that signing."""
    lead = LeadFactory.create(world=world, signed=True)
    world.manager.leads.back(lead, "negotiating", reason="rescinded")
    year = str(world.today.year)
    assert world.manager.figures.count("leads_signed", year).value == 0
    if again:
        world.clock.forward(days=365)
        world.manager.leads.advance(lead)
        assert world.manager.figures.count("leads_signed", year).value == 0
        assert world.manager.figures.count("leads_signed", str(world.today.year)).value == 1


def test_a_lost_lead_that_was_signed_stays_a_signing_of_its_year(world: World) -> None:
    """Reopened and moved about in its second cycle, the signing of the first counts still, and once."""
    lead = LeadFactory.create(world=world, signed=True)
    year = str(world.today.year)
    world.manager.leads.lose(lead, reason="price")
    world.manager.leads.reopen(lead, reason="back", to="negotiating")
    world.manager.leads.advance(lead)
    world.manager.leads.back(lead, "contact", reason="rescinded")
    assert world.manager.figures.count("leads_signed", year).value == 1


def test_the_landing_follows(world: World) -> None:
    """The day of landing is a copy of the landing's day, and goes when the landing is taken back."""
    lead: Any = LeadFactory.create(world=world, landed=True)
    world.clock.forward(days=3)
    with refused(world, MoveNotAllowed, "order"):
        world.manager.leads.redate(lead, world.day(-4), reason="r")
    world.manager.leads.exit(lead, reason="closed")
    world.manager.leads.redate(lead, world.day(-1), reason="r")
    assert (lead.moved_on, lead.landed_on) == (world.day(-1), world.day(-3))


@pytest.mark.parametrize("shift", [-30, -11, -10, -5, -1, 0])
def test_the_condition_on_days_is_the_day(world: World, shift: int) -> None:
    """What an index finds is what the expression says, whichever day was corrected last."""
    lead = walked(world)
    for on in (-5, -8, -9):
        world.manager.leads.redate(lead, world.day(on), reason="r")
    world.manager.leads.redate(lead, world.day(-45), move=1, reason="r")
    first, last = world.day(shift - 3), world.day(shift)
    plain = world.session.scalars(select(Transition.id).where(day_of_move().between(first, last))).all()
    found = world.session.scalars(select(Transition.id).where(moved_between(first, last))).all()
    assert sorted(found) == sorted(plain)
