"""Law 7: one truth. Every stored copy equals its source, after random histories."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import Refused
from crm.models import (
    Assignment,
    CapitalArrival,
    Contact,
    Investor,
    InvestorName,
    Lead,
    Posting,
    Staff,
    Station,
    StationEvent,
    Trip,
)  # fmt: skip
from crm.rules.stages import MoveKind
from crm.values.naming.spelling import spell
from crm.values.text import comparison_key
from tests.factories import ContactFactory, InvestorFactory, LeadFactory, World
from tests.moves import moves_of
from tests.tiers import examples

steps = st.lists(
    st.tuples(
        st.sampled_from("advance back hold resume lose reopen exit handover post status rename arrive redate carry settle".split()),
        st.integers(0, 2),
        st.integers(0, 5),
    ),
    max_size=25,
)  # fmt: skip
STAGES = ("contact", "negotiating", "signed", "registered", "implementing", "landed")


def walk(world: World, leads: list[Lead], verb: str, which: int, number: int) -> None:  # noqa: C901, PLR0912 - one arm for each verb
    """Do one step of a random history."""
    lead, boss = leads[which], world.manager
    match verb:
        case "advance":
            boss.leads.advance(lead, STAGES[number], reason="r")
        case "back" | "reopen":
            getattr(boss.leads, verb)(lead, to=STAGES[number], reason="r")
        case "hold":
            boss.leads.hold(lead, reason="r", review=world.day(number))
        case "resume":
            boss.leads.resume(lead)
        case "lose" | "exit":
            getattr(boss.leads, verb)(lead, reason="r")
        case "handover":
            boss.leads.handover(
                lead, unit=("hitech", "bureau", None)[number % 3], station=("tokyo", "frankfurt")[number % 2]
            )
        case "post":
            place: dict[str, Any] = {"station": "frankfurt"} if number % 2 else {"unit": "hitech"}
            world.admin.staff.move("tokyo.desk", **place, role=("ambassador", "viewer")[number % 2])
        case "status":
            world.admin.stations.set_status("tokyo", ("operating", "closed", "planned")[number % 3])
        case "redate":
            move = boss.leads.history(lead)[number % lead.last_transition]
            boss.leads.redate(lead, move.occurred_on - timedelta(days=number % 3), move=move.number, reason="r")
        case "carry":
            over: dict[str, Any] = {"title": f"结转{number}", "carried_over": STAGES[1 + number % 5], "reason": "r"}
            leads.append(boss.leads.open(lead.investor_id, station="tokyo", **over))
        case "settle":
            boss.leads.settle(lead)
        case "rename":
            world.admin.investors.edit(lead.investor_id, name=f"改名{number}商事")
            boss.leads.edit(lead, title=f"Title {number}")
        case _:
            entry = boss.capital.record(lead, f"{number + 1} USD", arrived=world.today, reference=f"{number}")
            if number % 2:
                world.verifier.capital.verify(entry)
            if number % 3 == 0:
                world.verifier.capital.reverse(entry, reason="r")


@pytest.mark.parametrize("start", [("contact", "signed", "landed")])
@examples(15)
@given(history=steps)
def test_copies_are_what_they_are_copies_of(session: Session, start: tuple[str, ...], history: list[Any]) -> None:  # noqa: C901 - one loop for each copy
    """After any history the stored stage, hands, posting, status, names, keys and sums are those of their histories."""
    savepoint = session.begin_nested()
    world = World(session)
    investor = InvestorFactory.create(world=world)
    ContactFactory.create(world=world, investor=investor)
    leads = [LeadFactory.create(world=world, investor=investor, stage=stage) for stage in start]
    for verb, which, number in history:
        world.clock.forward(hours=5)
        try:
            walk(world, leads, verb, which, number)
        except Refused:
            continue
    session.expire_all()
    for lead in session.scalars(select(Lead)):
        moves = moves_of(session, lead.id)
        last = moves[-1]
        assert (lead.stage, lead.status, lead.cycle) == (last.to_stage, last.to_status, last.cycle)
        assert (lead.last_transition, lead.moved_on) == (len(moves), last.occurred_on)
        stays = [
            move for move in moves if move.kind in {MoveKind.OPEN, MoveKind.ADVANCE, MoveKind.BACK, MoveKind.REOPEN}
        ]
        assert (lead.entered_on, lead.received_on) == (stays[-1].occurred_on, moves[0].occurred_on)
        hands = session.scalars(
            select(Assignment).where(Assignment.lead_id == lead.id).order_by(Assignment.number.desc())
        ).first()
        assert hands is not None
        assert (lead.station_id, lead.unit_id, lead.owner_id) == (hands.station_id, hands.unit_id, hands.owner_id)
        assert lead.key == comparison_key(lead.title)
    for staff in session.scalars(select(Staff)):
        posting = session.scalars(
            select(Posting).where(Posting.staff_id == staff.id).order_by(Posting.number.desc())
        ).first()
        assert posting is not None
        assert (staff.role, staff.station_id, staff.unit_id) == (posting.role, posting.station_id, posting.unit_id)
    for station in session.scalars(select(Station)):
        entry = session.scalars(
            select(StationEvent).where(StationEvent.station_id == station.id).order_by(StationEvent.number.desc())
        ).first()
        assert entry is not None
        assert station.status is entry.status
    for name in session.scalars(select(InvestorName)):
        assert (name.key, name.form, name.place, name.tokens) == attrs.astuple(spell(name.text))
    for investor in session.scalars(select(Investor)):
        assert investor.name in {name.text for name in investor.names}
    for person in session.scalars(select(Contact)):
        assert person.key == comparison_key(person.name)
    ledger = {entry.id: entry for entry in session.scalars(select(CapitalArrival))}
    for entry_ in ledger.values():
        if entry_.reverses_id is not None:
            assert entry_.amount == -ledger[entry_.reverses_id].amount
    assert session.scalars(select(Trip)).all() == []
    assert world.admin.audit.verify() == ()
    savepoint.rollback()
    session.expunge_all()
