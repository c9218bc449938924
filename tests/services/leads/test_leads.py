"""Leads: opened, edited, handed over, registered, with their papers."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from crm.errors import AccessDenied, Archived, Conflict, InvalidInput, Refused, StaleLead
from crm.rules.leads.fields import EnterpriseFields
from tests.factories import InvestorFactory, LeadFactory, StaffFactory, UnitFactory, World, credit_code
from tests.services.refusals import (
    LONE_SURROGATE,
    LONG,
    MANAGERS,
    NO_AMOUNT,
    NO_DAY,
    NO_REFERENCE,
    NO_TEXT,
    allows,
    refused,
)

pytestmark = pytest.mark.portable

UID = "01860000-0000-7000-8000-000000000021"


def test_a_lead_opens_at_contact_with_what_is_usual(world: World) -> None:
    """Station, owner, source and day come from who opens it."""
    investor = InvestorFactory.create(world=world)
    lead = world.tokyo.leads.open(investor, title="冷链项目")
    card = world.viewer.leads.show(lead)
    assert (lead.stage, lead.status, lead.received_on, lead.foreign_capital) == ("contact", "active", world.today, True)
    assert (card.row.station, card.row.owner, lead.source_kind) == ("tokyo", "tokyo.desk", "station")
    assert [move.kind for move in world.viewer.leads.history(lead)] == ["open"]


@pytest.mark.parametrize("source", ["station:tokyo", "unit:hitech", "event:a fair", "referral:"])
def test_a_lead_names_where_it_came_from(world: World, source: str) -> None:
    """A station, a unit, an event, or who referred it."""
    referrer, investor = (InvestorFactory.create(world=world) for _ in range(2))
    named = source + str(referrer.id) if source == "referral:" else source
    assert world.tokyo.leads.open(investor, title="x", source=named).source_kind == source.split(":", maxsplit=1)[0]
    with refused(world, InvalidInput, "self_referral"):
        world.tokyo.leads.open(investor, title="x", source=f"referral:{investor.id}")


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_a_title_has_to_be_a_text(world: World, value: Any, code: str) -> None:
    """Opening, editing and evidence refuse a text that is none."""
    lead = LeadFactory.create(world=world)
    for verb in (
        lambda: world.tokyo.leads.open(lead.investor, title=value),
        lambda: world.tokyo.leads.edit(lead, title=value),
        lambda: world.tokyo.leads.register(lead, name=value),
        lambda: world.tokyo.leads.add_evidence(lead, "photograph", dated=world.today, reference=value),
    ):
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize(("value", "code"), NO_AMOUNT)
def test_an_amount_has_to_be_one(world: World, value: Any, code: str) -> None:
    """Opening, editing and evidence refuse an amount that is none."""
    lead = LeadFactory.create(world=world)
    for verb in (
        lambda: world.tokyo.leads.open(lead.investor, title="x", expected=value),
        lambda: world.tokyo.leads.edit(lead, expected=value),
        lambda: world.tokyo.leads.add_evidence(lead, "agreement", dated=world.today, reference="x", amount=value),
    ):
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_a_day_has_to_be_one(world: World, value: Any, code: str) -> None:
    """Opening, registering and evidence refuse a day that is none."""
    lead = LeadFactory.create(world=world)
    for verb in (
        lambda: world.tokyo.leads.open(lead.investor, title="x", received=value),
        lambda: world.tokyo.leads.register(lead, name="x", licensed=value),
        lambda: world.tokyo.leads.add_evidence(lead, "photograph", dated=value, reference="x"),
    ):
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_a_lead_names_what_is_there(world: World, ref: Any) -> None:
    """Unknown and malformed references are refused, whatever they stand for."""
    lead = LeadFactory.create(world=world)
    for verb in (
        lambda: world.tokyo.leads.open(ref, title="x"),
        lambda: world.tokyo.leads.open(lead.investor, title="x", station=ref),
        lambda: world.tokyo.leads.open(lead.investor, title="x", unit=ref, station="tokyo"),
        lambda: world.tokyo.leads.open(lead.investor, title="x", owner=ref),
        lambda: world.tokyo.leads.open(lead.investor, title="x", parent=ref),
        lambda: world.tokyo.leads.edit(ref, title="x"),
        lambda: world.tokyo.leads.handover(ref, unit="bureau"),
        lambda: world.tokyo.leads.handover(lead, owner=ref),
        lambda: world.tokyo.leads.register(ref, name="x"),
        lambda: world.verifier.leads.confirm(ref),
    ):
        with refused(world, Refused):
            verb()


@pytest.mark.parametrize(
    ("field", "code", "values"),
    [
        ("industry", "industry", ["", "Z99", "C99", 7, LONE_SURROGATE]),
        ("source", "source", ["", "tokyo", "planet:mars", 7, LONE_SURROGATE]),
        ("source", "encoding", ["event:" + LONE_SURROGATE]),
        ("note", "too_long", [LONG]),
        ("confidential", "missing", [True]),
        ("code_name", "too_long", [LONG]),
    ],
)
def test_a_lead_refuses_what_cannot_be_meant(world: World, field: str, code: str, values: list[Any]) -> None:
    """Each argument is refused for itself, at opening and at editing."""
    lead = LeadFactory.create(world=world)
    for value in values:
        with refused(world, InvalidInput, code):
            world.tokyo.leads.open(lead.investor, title="x", **{field: value})
        with refused(world, InvalidInput, code):
            world.tokyo.leads.edit(lead, **{field: value})


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """One refusal names all the arguments."""
    with refused(world, InvalidInput) as caught:
        world.tokyo.leads.open(
            "nobody", title="", received="2023-02-19", station="nowhere", expected="-5 USD", industry="Z9", source="x"
        )
    fields = {problem.field for problem in caught.value.problems}
    assert fields >= {"investor", "title", "received", "station", "expected", "industry", "source"}


def test_a_repeated_uid_is_the_same_lead_and_the_same_paper(world: World) -> None:
    """The same content returns the first record; other content conflicts."""
    investor = InvestorFactory.create(world=world)
    lead = world.tokyo.leads.open(investor, title="x", uid=UID)
    assert world.tokyo.leads.open(investor, title="x", uid=UID) is lead
    with refused(world, Conflict, "uid"):
        world.tokyo.leads.open(investor, title="y", uid=UID)
    paper: dict[str, Any] = {"dated": "2023-02-01", "reference": "a", "uid": UID}
    first = world.tokyo.leads.add_evidence(lead, "photograph", **paper)
    assert world.tokyo.leads.add_evidence(lead, "photograph", **paper) is first
    with refused(world, Conflict, "uid"):
        world.tokyo.leads.add_evidence(lead, "other", **paper)


def test_nothing_is_opened_for_what_is_archived(world: World) -> None:
    """Archived investors, units and owners take no new leads."""
    unit, owner = UnitFactory.create(world=world, archived=True), StaffFactory.create(world=world, left=True)
    lead = LeadFactory.create(world=world)
    verb: Callable[[], object]
    for verb in (
        lambda: world.tokyo.leads.open(lead.investor, title="x", station="tokyo", unit=unit),
        lambda: world.tokyo.leads.open(lead.investor, title="x", owner=owner),
        lambda: world.tokyo.leads.handover(lead, unit=unit),
        lambda: world.tokyo.leads.handover(lead, owner=owner),
    ):
        with refused(world, Archived, "archived"):
            verb()


def test_what_a_passed_gate_asks_for_is_not_cleared(world: World) -> None:
    """After negotiating neither amount nor industry nor unit is cleared; before it they are."""
    lead = LeadFactory.create(world=world, negotiating=True)
    with refused(world, InvalidInput, "passed"):
        world.tokyo.leads.edit(lead, expected=None, industry=None)
    with refused(world, InvalidInput, "passed"):
        world.tokyo.leads.handover(lead, unit=None)
    registered = LeadFactory.create(world=world, registered=True)
    for cleared in (EnterpriseFields(filing=None), EnterpriseFields(filing=""), EnterpriseFields(licensed=None)):
        with refused(world, InvalidInput, "passed"):
            world.tokyo.leads.register(registered, **cleared)
    early = LeadFactory.create(world=world)
    assert world.tokyo.leads.edit(early, expected=None).expected_minor is None


def test_the_hands_a_lead_went_through_are_kept(world: World) -> None:
    """A handover is numbered, signed and reasoned; one that changes nothing is refused."""
    lead = LeadFactory.create(world=world)
    world.tokyo.leads.handover(lead, unit="bureau", owner="zone.desk", reason="nearer to the site")
    assert [
        (assignment.number, assignment.unit, assignment.owner) for assignment in world.viewer.leads.assignments(lead)
    ] == [
        (1, "hitech", "tokyo.desk"),
        (2, "bureau", "zone.desk"),
    ]
    with refused(world, InvalidInput, "empty"):
        world.tokyo.leads.handover(lead, unit="bureau")
    with refused(world, InvalidInput, "too_long"):
        world.tokyo.leads.handover(lead, unit="hitech", reason=LONG)
    with refused(world, StaleLead, "stale"):
        world.tokyo.leads.handover(lead, unit="hitech", version=1)


@pytest.mark.parametrize("value", ["", "91370100MA3CRMDM2X", "9" * 18, 7, LONE_SURROGATE, LONG])
def test_a_credit_code_has_to_check(world: World, value: Any) -> None:
    """Length, characters and check digit are tested."""
    lead = LeadFactory.create(world=world, signed=True)
    with refused(world, InvalidInput, "credit_code"):
        world.tokyo.leads.register(lead, name="x", credit_code=value)


def test_a_company_belongs_to_one_lead_and_is_completed(world: World) -> None:
    """A code in use conflicts; what is not passed stays."""
    code = credit_code()
    first, second = (LeadFactory.create(world=world, signed=True) for _ in range(2))
    firm = world.tokyo.leads.register(first, name="甲公司", credit_code=code)
    assert world.tokyo.leads.register(first, licensed=world.today, filing="1") is firm
    assert (firm.name, firm.credit_code, firm.filing) == ("甲公司", code, "1")
    with refused(world, Conflict, "taken"):
        world.tokyo.leads.register(second, name="乙公司", credit_code=code)


def test_the_sum_of_a_file_is_taken_from_it(world: World) -> None:
    """Content gives its SHA-256; one that differs is refused, and so is what is no sum."""
    lead = LeadFactory.create(world=world)
    paper: dict[str, Any] = {"dated": world.today, "reference": "a photograph"}
    record = world.tokyo.leads.add_evidence(lead, "photograph", content=b"picture", **paper)
    assert record.sha256 == sha256(b"picture").hexdigest()
    for wrong in ({"content": b"picture", "sha256": "0" * 64}, {"sha256": "x"}, {"sha256": 7}):
        with refused(world, InvalidInput, "sha256"):
            world.tokyo.leads.add_evidence(lead, "photograph", **paper, **wrong)
    with refused(world, InvalidInput, "missing", "choice"):
        world.tokyo.leads.add_evidence(lead, "promise", dated=None, reference="x")
    with refused(world, InvalidInput, "missing"):
        world.tokyo.leads.add_evidence(lead, "agreement", **paper)


def test_a_document_is_confirmed_once_by_another(world: World) -> None:
    """Confirmed twice conflicts."""
    lead = LeadFactory.create(world=world)
    paper = world.tokyo.leads.add_evidence(lead, "operation_start", dated=world.today, reference="opening")
    assert world.verifier.leads.confirm(paper).confirmed_at is not None
    with refused(world, Conflict, "confirmed"):
        world.second_verifier.leads.confirm(paper)


def test_a_confidential_lead_is_hidden(world: World) -> None:
    """Others see its code name and may do nothing with it; a code name is one lead's."""
    lead = LeadFactory.create(world=world, secret=True, unit=None)
    for verb in (
        lambda: world.frankfurt.leads.show(lead),
        lambda: world.viewer.leads.history(lead),
        lambda: world.frankfurt.leads.edit(lead, title="x"),
        lambda: world.frankfurt.meetings.log(lead, summary="x"),
    ):
        with refused(world, AccessDenied, "confidential") as caught:
            verb()
        assert lead.title not in str(caught.value)
    assert lead.title not in str(world.viewer.leads.list())
    with refused(world, Conflict, "taken"):
        world.tokyo.leads.open(lead.investor, title="x", confidential=True, code_name=lead.code_name)


def test_who_may_work_on_leads(world: World) -> None:
    """Ambassadors on their own; managers on all; verifiers and managers confirm."""
    lead = LeadFactory.create(world=world, unit=None)
    paper = LeadFactory.create(world=world)
    start = world.admin.leads.add_evidence(paper, "operation_start", dated=world.today, reference="opening")
    own = {"tokyo"} | MANAGERS
    assert allows(world, lambda door: door.leads.open(lead.investor, title="x", station="tokyo")) == own
    assert allows(world, lambda door: door.leads.edit(lead, title="x")) == own
    assert allows(world, lambda door: door.leads.handover(lead, unit="hitech")) == own
    assert allows(world, lambda door: door.leads.register(lead, name="x")) == own
    assert allows(world, lambda door: door.leads.add_evidence(lead, "other", dated=world.today, reference="x")) == own
    assert allows(world, lambda door: door.leads.confirm(start)) == {"manager", "verifier"}
