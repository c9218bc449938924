"""Documents corrected, withdrawn and restored."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import Conflict, InvalidInput
from tests.factories import ArrivalFactory, LeadFactory, World
from tests.services.refusals import refused

pytestmark = pytest.mark.portable


def test_a_document_is_corrected(world: World) -> None:
    """Day, amount, reference and kind, as they could have been recorded on that day."""
    lead = LeadFactory.create(world=world)
    paper = world.tokyo.leads.add_evidence(lead, "memorandum", dated="2023-02-01", reference="m")
    world.clock.forward(days=3)
    world.tokyo.leads.edit_evidence(paper, kind="agreement", dated="2023-02-03", reference="JN-1", amount="5 USD")
    (row,) = world.viewer.leads.evidence(lead)
    assert (row.kind, str(row.dated_on), row.reference, str(row.amount)) == (
        "agreement",
        "2023-02-03",
        "JN-1",
        "5.00 USD",
    )
    for changes, code in (
        ({"amount": None}, "missing"),
        ({"dated": world.day(0)}, "future"),
        ({"reference": ""}, "empty"),
    ):
        wrong: dict[str, Any] = dict(changes)
        with refused(world, InvalidInput, code):
            world.tokyo.leads.edit_evidence(paper, **wrong)
    world.verifier.leads.confirm(paper)
    with refused(world, Conflict, "confirmed"):
        world.tokyo.leads.edit_evidence(paper, reference="JN-2")
    assert world.admin.audit.verify() == ()


def test_a_withdrawn_document_meets_no_gate(world: World) -> None:
    """The stage stays, shown as undone; the signing leaves the figures until there is another, or it is restored."""
    lead = LeadFactory.create(world=world, signed=True)
    (paper,) = world.tokyo.leads.evidence(lead)

    def seen() -> tuple[Any, ...]:
        card = world.manager.leads.show(lead)
        return (
            card.row.stage,
            [lost.gate for lost in card.undone],
            world.manager.figures.count("leads_signed", "2023").value,
        )

    assert seen() == ("signed", [], 1)
    with refused(world, Conflict, "rests"):
        world.tokyo.leads.edit_evidence(paper.id, kind="memorandum")
    world.tokyo.leads.withdraw_evidence(paper.id, reason="not binding")
    assert seen() == ("signed", ["agreement"], 0)
    assert world.viewer.leads.evidence(lead) == ()
    (row,) = world.viewer.leads.evidence(lead, withdrawn=True)
    assert row.withdrawn is not None
    assert (row.withdrawn.by, row.withdrawn.reason) == ("tokyo.desk", "not binding")
    with refused(world, Conflict, "withdrawn"):
        world.verifier.leads.confirm(paper.id)
    with refused(world, Conflict, "withdrawn"):
        world.tokyo.capital.record(lead, "5 USD", arrived=world.today, reference="r", evidence=paper.id)
    world.tokyo.leads.restore_evidence(paper.id)
    assert seen() == ("signed", [], 1)
    assert world.admin.audit.verify() == ()


def test_what_counts_is_the_day_of_the_move(world: World) -> None:
    """An agreement of a later day does not meet the gate of the signing, though it would today."""
    lead = LeadFactory.create(world=world, negotiating=True)
    world.clock.forward(days=9)
    paper = world.tokyo.leads.add_evidence(lead, "agreement", dated=world.day(-5), reference="a", amount="20000000 USD")
    world.tokyo.leads.advance(lead, on=world.day(-3))
    with refused(world, Conflict, "rests"):
        world.tokyo.leads.edit_evidence(paper, dated=world.day(-2))
    world.tokyo.leads.edit_evidence(paper, dated=world.day(-3))


def test_what_a_landing_rests_on(world: World) -> None:
    """The start of operation, confirmed by another: both gates are undone."""
    lead = LeadFactory.create(world=world, landed=True)
    start = next(row for row in world.manager.leads.evidence(lead) if row.kind == "operation_start")
    world.manager.leads.withdraw_evidence(start.id, reason="r")
    card = world.manager.leads.show(lead)
    assert {lost.gate for lost in card.undone} == {"start", "confirmed"}
    counts = [world.manager.figures.count(measure, "2023").value for measure in ("leads_signed", "leads_landed")]
    assert counts == [1, 0]
    world.manager.leads.restore_evidence(start.id, reason="r")
    assert world.manager.figures.count("leads_landed", "2023").value == 1


def test_what_a_ledger_entry_rests_on_stays(world: World) -> None:
    """Until the entry is reversed."""
    lead = LeadFactory.create(world=world, signed=True)
    paper = world.tokyo.leads.add_evidence(lead, "capital_verification", dated=world.today, reference="v")
    entry = ArrivalFactory.create(world=world, lead=lead, evidence=paper)
    for call in (world.tokyo.leads.withdraw_evidence, world.tokyo.leads.edit_evidence):
        with refused(world, Conflict, "rests"):
            call(paper)
    world.manager.capital.reverse(entry, reason="counted twice")
    world.tokyo.leads.withdraw_evidence(paper)
    assert paper.withdrawn_at == world.clock()


@pytest.mark.portable
def test_the_only_agreement_is_one_that_stands(world: World) -> None:
    """A contract takes its amount from it."""
    lead = LeadFactory.create(world=world, negotiating=True)
    papers = [
        world.tokyo.leads.add_evidence(lead, "agreement", dated=world.today, reference=name, amount=amount)
        for name, amount in (("one", "5 USD"), ("two", "7 USD"))
    ]
    world.tokyo.leads.withdraw_evidence(papers[0])
    entry = world.tokyo.contracts.record(lead, agreed=world.today)
    assert (entry.evidence_id, str(entry.amount)) == (papers[1].id, "7.00 USD")
