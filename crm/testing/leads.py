"""Leads at every stage, each walked there through the gates."""

# ruff: noqa: D106 - Meta and Params are words of factory-boy
from __future__ import annotations

from itertools import count
from typing import Any

from stdnum.cn import uscc

from crm import CRM
from crm.models import Lead
from crm.testing.door import DoorFactory, Sequence, Trait
from crm.testing.investors import ContactFactory, InvestorFactory
from crm.testing.world import World

STAGES = ("contact", "negotiating", "signed", "registered", "implementing", "landed")
_NUMBERS = count(1)


def credit_code() -> str:
    """Return a unified social credit code that checks, another each time."""
    base = f"91370100MA3{next(_NUMBERS):06d}"
    return base + str(uscc.calc_check_digit(base))


class LeadFactory(DoorFactory[Lead]):
    """A lead of Tokyo at contact; traits for each stage and status, and confidential.

    ``ready=True`` meets every gate of the next stage without entering it. ``carried=True``: the manager carries it
    over at negotiating; then its gates are met.
    """

    class Meta:
        model = Lead

    class Params:
        negotiating = Trait(stage="negotiating")
        signed = Trait(stage="signed")
        registered = Trait(stage="registered")
        implementing = Trait(stage="implementing")
        landed = Trait(stage="landed")
        held = Trait(status="on_hold")
        lost = Trait(status="lost")
        abandoned = Trait(status="abandoned")
        exited = Trait(stage="landed", status="exited")
        secret = Trait(confidential=True, code_name=Sequence(lambda n: f"Project {n}"))

    stage = "contact"
    status = "active"
    ready = False
    carried = False
    title = Sequence(lambda n: f"第{n}号冷链项目")
    station = "tokyo"
    unit = "hitech"
    expected = "20000000 USD"
    industry = "C36"

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> Lead:
        """Open it and walk it to its stage and status."""
        stage, status, ready = kwargs.pop("stage"), kwargs.pop("status"), kwargs.pop("ready")
        investor = kwargs.pop("investor", None) or InvestorFactory.create(world=world)
        if kwargs.pop("carried"):
            kwargs.setdefault("owner", "tokyo.desk")
            over: Lead = world.manager.leads.open(investor, **kwargs, carried_over="negotiating", reason="旧台账结转")
            meet_gates(door, world, over, "negotiating")
            return over
        lead = door.leads.open(investor, **kwargs)
        position = STAGES.index(stage)
        for passed in STAGES[1 : position + 1]:
            meet_gates(door, world, lead, passed)
            door.leads.advance(lead)
        if ready:
            meet_gates(door, world, lead, STAGES[position + 1])
        match status:
            case "on_hold":
                door.leads.hold(lead, reason="waits for its board", review=world.day(30))
            case "lost":
                door.leads.lose(lead, reason="chose another city", competitor="another city")
            case "abandoned":
                door.leads.abandon(lead, reason="no longer pursued")
            case "exited":
                world.manager.leads.exit(lead, reason="closed the plant")
        return lead


def meet_gates(door: CRM, world: World, lead: Lead, stage: str) -> None:
    """Record what *stage* requires."""
    match stage:
        case "negotiating":
            contact = ContactFactory.create(world=world, investor=lead.investor)
            door.meetings.log(
                lead, summary="talked about the site", contacts=[contact], at=world.clock(), zone="Asia/Tokyo"
            )
        case "signed":
            door.leads.add_evidence(
                lead, "agreement", dated=world.today, reference=f"agreement of {lead.id}", amount="20000000 USD"
            )
        case "registered":
            door.leads.register(
                lead, name="项目公司", credit_code=credit_code(), licensed=world.today, filing="filing 1"
            )
        case "implementing":
            arrival = door.capital.record(
                lead, "5000000 USD", arrived=world.today, reference=f"bank advice of {lead.id}"
            )
            world.verifier.capital.verify(arrival)
        case "landed":
            start = door.leads.add_evidence(
                lead, "operation_start", dated=world.today, reference=f"opening of {lead.id}"
            )
            world.verifier.leads.confirm(start)
