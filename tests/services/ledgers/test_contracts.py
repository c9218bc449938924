"""The ledger of contract amounts, and what it has in common with that of arrivals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm import CRM
from crm.errors import AccessDenied, Ambiguous, Conflict, InvalidInput, NotFound, Refused, StaleRecord
from tests.factories import ArrivalFactory, ContractFactory, LeadFactory, RateFactory, World, credit_code
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

NEW: dict[str, Any] = {"amount": "20000000 USD", "agreed": "2023-02-10", "reference": "contract 1"}
BACK: dict[str, Any] = NEW | {"amount": "3 USD", "kind": "decrease", "reason": "a smaller plant"}


def test_a_year_may_be_negative(world: World) -> None:
    """A decrease and a termination take back, whichever way they are written; a year has less than was taken back in it."""
    lead = ContractFactory.create(world=world, amount="5 USD", agreed="2022-12-31").lead_id
    RateFactory.create(world=world)
    for amount, kind in (("3 USD", "decrease"), ("-2 USD", "termination")):
        back = world.tokyo.contracts.record(lead, **(BACK | {"amount": amount, "kind": kind}))
        world.verifier.contracts.verify(back)
        world.second_verifier.contracts.confirm(back)
    assert [row.amount.minor for row in world.viewer.contracts.sums()] == [0]
    this_year = world.viewer.contracts.sums(since="2023-01-01")
    assert [(row.entries, row.amount.minor, row.usd.minor) for row in this_year] == [(2, -500, -500)]
    with refused(world, InvalidInput, "negative"):
        world.tokyo.contracts.record(lead, **(NEW | {"amount": "-2 USD"}))


@pytest.mark.parametrize(("value", "code"), NO_AMOUNT)
def test_an_amount_has_to_be_one(world: World, value: Any, code: str) -> None:
    """An amount that is none is refused."""
    lead = LeadFactory.create(world=world)
    with refused(world, InvalidInput, code):
        world.tokyo.contracts.record(lead, **(NEW | {"amount": value}))


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_a_day_has_to_be_one(world: World, value: Any, code: str) -> None:
    """A day that is none is refused, as is one in the future, or before what is reversed."""
    entry = ContractFactory.create(world=world)
    for day, expected in ((value, code), ("2023-02-19", "future")):
        with refused(world, InvalidInput, expected):
            world.tokyo.contracts.record(entry.lead_id, **(NEW | {"agreed": day}))
        with refused(world, InvalidInput, expected):
            world.manager.contracts.reverse(entry, reason="x", agreed=day)
    with refused(world, InvalidInput, "order"):
        world.manager.contracts.reverse(entry, reason="x", agreed="2023-02-01")


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_reason_reference_and_place_have_to_be_texts(world: World, value: Any, code: str) -> None:
    """A text that is none is refused; a place may be left out."""
    lead = LeadFactory.create(world=world)
    for field in ("reason", "reference"):
        with refused(world, InvalidInput, code):
            world.tokyo.contracts.record(lead, **(BACK | {field: value}))
    if code != "empty" and value is not None:
        with refused(world, InvalidInput, code):
            world.tokyo.contracts.record(lead, **(NEW | {"place": value}))


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_an_entry_is_named_by_something_that_is_there(world: World, ref: Any) -> None:
    """Unknown and malformed references are refused by every verb."""
    lead = LeadFactory.create(world=world)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: world.tokyo.contracts.record(ref, **NEW),
        lambda: world.tokyo.contracts.record(lead, **NEW, evidence=ref),
        lambda: world.verifier.contracts.verify(ref),
        lambda: world.verifier.contracts.confirm(ref),
        lambda: world.verifier.capital.confirm(ref),
        lambda: world.manager.contracts.reverse(ref, reason="x"),
        lambda: world.viewer.contracts.show(ref),
        lambda: world.viewer.capital.show(ref),
        lambda: world.viewer.contracts.list(ref),
        lambda: world.viewer.contracts.sums(unit=ref),
    )
    for verb in verbs:
        with refused(world, Refused):
            verb()


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """One refusal names all the arguments."""
    lead = LeadFactory.create(world=world)
    with refused(world, InvalidInput, "amount", "date", "choice", "encoding", "country", "industry", "too_long"):
        world.tokyo.contracts.record(
            lead,
            "x",
            agreed="x",
            reference=LONE_SURROGATE,
            kind="gift",
            country="XX",
            ultimate="7",
            industry="Z9",
            place=LONG,
        )
    with refused(world, InvalidInput, "missing"):
        world.tokyo.contracts.record(lead)


def test_an_entry_says_where_the_money_comes_from(world: World) -> None:
    """By default as the investor and the lead say; the unit and the method are those of the day."""
    lead = LeadFactory.create(world=world, signed=True)
    plain = world.tokyo.capital.record(lead, "5 USD", arrived=world.today, reference="r")
    assert (plain.immediate_country, plain.ultimate_country, plain.industry, plain.method) == (
        "JP",
        "JP",
        "C36",
        "default",
    )
    assert plain.unit_id == lead.unit_id
    through = world.tokyo.capital.record(
        lead,
        "5 USD",
        arrived=world.today,
        reference="s",
        country="hk",
        ultimate="JP",
        industry="3670",
        place="中国银行",
    )
    assert (through.immediate_country, through.ultimate_country, through.industry) == ("HK", "JP", "C3670")
    assert (
        world.tokyo.capital.record(lead, "5 USD", arrived=world.today, reference="t", country="HK").ultimate_country
        == "HK"
    )


def test_an_entry_without_industry_is_not_confirmed(world: World) -> None:
    """Industry and rate are missing at once; the lead's industry, once known, fills it in, and the audit shows it."""
    lead = LeadFactory.create(world=world, industry=None)
    entry = ArrivalFactory.create(world=world, lead=lead, verified=True)
    assert entry.industry is None
    with refused(world, InvalidInput, "missing", "rate") as caught:
        world.second_verifier.capital.confirm(entry)
    assert f"crm lead edit {lead.id} --industry" in str(caught.value)
    RateFactory.create(world=world)
    world.tokyo.leads.edit(lead, industry="C36")
    assert world.second_verifier.capital.confirm(entry).industry == "C36"
    last = world.manager.audit.list(record="capital_arrival", record_id=entry.id)[0]
    assert last.changes["industry"] == [None, "C36"]


def test_a_document_is_one_of_the_lead(world: World) -> None:
    """Its reference is the default; that of another lead is not there."""
    lead, other = LeadFactory.create(world=world, signed=True), LeadFactory.create(world=world, signed=True)
    paper = world.tokyo.leads.evidence(lead)[0]
    entry = world.tokyo.capital.record(lead, "5 USD", arrived=world.today, evidence=paper.id)
    assert (entry.evidence_id, entry.reference) == (paper.id, paper.reference)
    with refused(world, InvalidInput, "evidence"):
        world.tokyo.capital.record(other, "5 USD", arrived=world.today, evidence=paper.id)


def test_of_several_agreements_one_is_named(world: World) -> None:
    """They are listed with their amounts; the one that is named gives amount, day and reference."""
    lead = LeadFactory.create(world=world, signed=True)
    second = world.tokyo.leads.add_evidence(lead, "agreement", dated="2023-02-03", reference="annex", amount="7 EUR")
    with refused(world, InvalidInput, "ambiguous") as caught:
        world.tokyo.contracts.record(lead)
    assert "annex 7.00 EUR" in str(caught.value)
    entry = world.tokyo.contracts.record(lead, evidence=second)
    assert (entry.amount_minor, entry.currency, str(entry.agreed_on), entry.reference) == (
        700,
        "EUR",
        "2023-02-03",
        "annex",
    )


def test_a_lead_is_named_by_its_company(world: World) -> None:
    """By name, a part of it, or credit code; several leads of one company are listed and refused; a hidden one is not there."""
    code = credit_code()
    one = LeadFactory.create(world=world, signed=True)
    world.tokyo.leads.register(one, name="凌云(济南)制动系统有限公司", credit_code=code)
    names = ("凌云(济南)制动系统有限公司", "凌云(济南)", "制动系统", code, code.lower())
    for number, name in enumerate(names):
        assert world.tokyo.capital.record(name, "5 USD", arrived=world.today, reference=f"{number}").lead_id == one.id
    other = LeadFactory.create(world=world, investor=one.investor, parent=one, signed=True)
    world.tokyo.leads.register(other, licensed=world.today)
    assert other.enterprise_id == one.enterprise_id
    with refused(world, Ambiguous, "ambiguous") as caught:
        world.tokyo.capital.record(code, "5 USD", arrived=world.today, reference="r")
    assert f"{one.id} " in str(caught.value)
    hidden = LeadFactory.create(world=world, secret=True, signed=True)
    world.tokyo.leads.register(hidden, name="隐秘科技有限公司")
    with refused(world, NotFound):
        world.frankfurt.contracts.list("隐秘科技")


def test_a_termination_ends_what_is_lost(world: World) -> None:
    """Nothing new is promised for a lost lead; what was promised can be taken back."""
    lead = LeadFactory.create(world=world, signed=True)
    world.tokyo.contracts.record(lead, **(NEW | {"amount": "3 USD"}))
    world.tokyo.leads.lose(lead, reason="r")
    with refused(world, Conflict, "status"):
        world.tokyo.contracts.record(lead, **NEW)
    assert world.tokyo.contracts.record(lead, **(BACK | {"kind": "termination"})).amount_minor == -300


def test_a_repeated_uid_is_the_same_entry(world: World) -> None:
    """Even when the lead has changed since; other content conflicts."""
    lead, uid = LeadFactory.create(world=world), "01860000-0000-7000-8000-000000000071"
    first = world.tokyo.contracts.record(lead, **NEW, uid=uid)
    world.tokyo.leads.edit(lead, industry="C35")
    assert world.tokyo.contracts.record(lead, **NEW, uid=uid) is first
    for other in ({"amount": "6 USD"}, {"country": "DE"}, {"place": "Jinan"}, {"industry": "C35"}):
        with refused(world, Conflict, "uid"):
            world.tokyo.contracts.record(lead, **(NEW | other), uid=uid)
    with refused(world, InvalidInput, "uid"):
        world.tokyo.contracts.record(lead, **NEW, uid="x")


def test_three_people_sign(world: World) -> None:
    """The submitter neither verifies nor confirms, the verifier does not confirm, and nothing is confirmed unverified."""
    RateFactory.create(world=world)
    lead = LeadFactory.create(world=world)
    entry = world.admin.contracts.record(lead, **NEW)
    for verb in (world.admin.contracts.verify, world.admin.contracts.confirm):
        with refused(world, AccessDenied, "own_figure"):
            verb(entry)
    with refused(world, Conflict, "not_verified"):
        world.verifier.contracts.confirm(entry)
    world.verifier.contracts.verify(entry)
    with refused(world, AccessDenied, "own_figure"):
        world.verifier.contracts.confirm(entry)
    with refused(world, StaleRecord, "stale"):
        world.second_verifier.contracts.confirm(entry, version=1)
    with refused(world, InvalidInput, "type"):
        world.second_verifier.contracts.confirm(entry, version="x")  # type: ignore[arg-type]
    world.second_verifier.contracts.confirm(entry)
    for again, code in (
        (world.second_verifier.contracts.confirm, "confirmed"),
        (world.second_verifier.contracts.verify, "confirmed"),
    ):
        with refused(world, Conflict, code):
            again(entry)


def test_the_submitter_of_what_is_reversed_signs_no_reversal(world: World) -> None:
    """Nor is a reversal confirmed whose entry was not."""
    entry = ArrivalFactory.create(world=world, by="admin", verified=True)
    reversal = world.manager.capital.reverse(entry, reason="x")
    for verb in (world.admin.capital.verify, world.admin.capital.confirm):
        with refused(world, AccessDenied, "own_figure"):
            verb(reversal)
    world.verifier.capital.verify(reversal)
    RateFactory.create(world=world)
    for record in (reversal, entry):
        with refused(world, Conflict, "reversed"):
            world.second_verifier.capital.confirm(record)


def test_who_may_write_the_ledger(world: World) -> None:
    """Ambassadors record on their own leads; verifiers and admins sign; managers and verifiers reverse."""
    RateFactory.create(world=world)
    lead = LeadFactory.create(world=world, unit=None)
    reported = ContractFactory.create(world=world, lead=lead)
    verified = world.second_verifier.contracts.verify(ContractFactory.create(world=world, lead=lead))
    assert allows(world, lambda door: door.contracts.record(lead, **NEW)) == {"tokyo"} | MANAGERS
    assert allows(world, lambda door: door.contracts.verify(reported)) == {"verifier", "admin"}
    assert allows(world, lambda door: door.contracts.confirm(verified)) == {"verifier", "admin"}
    assert allows(world, lambda door: door.contracts.reverse(reported, reason="x")) == {"verifier"} | MANAGERS


def test_lists_are_filtered_and_paged(world: World) -> None:
    """By state, kind, unit, country or group, industry and days; sums have the same filters."""
    ledger = world.viewer.capital
    lead = LeadFactory.create(world=world, registered=True)
    first = ArrivalFactory.create(world=world, lead=lead, arrived="2023-01-05", country="KR")
    second = ArrivalFactory.create(
        world=world, lead=lead, kind="increase", country="DE", industry="D44", confirmed=True
    )
    ids: Callable[..., list[int]] = lambda **by: [row.id for row in ledger.list(**by)]  # noqa: E731 - short
    for by, expected in (
        ({}, [first, second]), ({"state": "confirmed"}, [second]), ({"kind": "new"}, [first]), ({"unit": "hitech"}, [first, second]),
        ({"unit": "bureau"}, []), ({"country": "KR"}, [first]), ({"country": "japan_korea"}, [first]), ({"country": "europe_america"}, [second]),
        ({"industry": "C"}, [first]), ({"industry": "D44"}, [second]), ({"since": "2023-02-01"}, [second]), ({"until": "2023-01-31"}, [first]),
        ({"station": "tokyo"}, [first, second]), ({"station": "frankfurt"}, []), ({"owner": "tokyo.desk"}, [first, second]),
        ({"owner": "frankfurt.desk"}, []), ({"investor": lead.investor_id}, [first, second]),
        ({"at_least": f"{first.amount_minor // 100} {first.currency}"}, [first, second]), ({"at_least": "900000000000 USD"}, []),
        ({"at_most": "900000000000 USD", "kind": "new"}, [first]), ({"at_most": "1 USD"}, []), ({"at_least": "1 JPY"}, []),
        ({"limit": 1}, [first]), ({"limit": 1, "offset": 1}, [second]),
    ):  # fmt: skip
        assert ids(**by) == [row.id for row in expected], by
        if not {"limit", "offset"} & set(by):
            assert sum(row.entries for row in ledger.sums(**by)) == len(expected)
    for wrong in (
        {"state": "x"}, {"kind": "gift"}, {"at_least": "-1 USD"}, {"at_most": "much"}, {"country": "x"},
        {"industry": "Z"}, {"since": "x"}, {"until": 7}, {"limit": -1}, {"offset": "x"},
        {"waiting": "x"}, {"mine": 1},
    ):  # fmt: skip
        with refused(world, InvalidInput):
            ledger.list(**wrong)


def test_what_waits_for_whom(world: World) -> None:
    """For verification, then for confirmation; not what is reversed; and of one's own only what one may sign."""
    RateFactory.create(world=world)
    ledger = world.viewer.capital

    def waiting(step: str, door: CRM = world.viewer, *, mine: bool = False) -> list[int]:
        return [row.id for row in door.capital.list(waiting=step, mine=mine)]

    lead = LeadFactory.create(world=world)
    one = ArrivalFactory.create(world=world, lead=lead)
    gone = ArrivalFactory.create(world=world, lead=lead, reversed=True)
    assert waiting("verification") == [one.id]
    assert gone.id not in waiting("verification", world.verifier, mine=True)
    assert waiting("verification", world.manager, mine=True) == []
    world.verifier.capital.verify(one)
    assert (waiting("verification"), waiting("confirmation")) == ([], [one.id])
    assert waiting("confirmation", world.verifier, mine=True) == []
    assert waiting("confirmation", world.second_verifier, mine=True) == [one.id]
    world.second_verifier.capital.confirm(one)
    back = world.manager.capital.reverse(one, reason="x")
    assert waiting("verification", world.verifier, mine=True) == [back.id]
    world.verifier.capital.verify(back)
    assert waiting("confirmation") == [back.id]
    world.second_verifier.capital.confirm(back)
    assert waiting("confirmation") == []
    assert [row.usd.minor for row in ledger.sums(state="confirmed")] == [0]


def test_an_entry_is_shown_with_everything_around_it(world: World) -> None:
    """Signatures, document, reversal; the audit for those who may read it; nothing of a hidden lead."""
    lead = LeadFactory.create(world=world, signed=True, secret=True)
    paper = world.tokyo.leads.evidence(lead)[0]
    entry = ArrivalFactory.create(world=world, lead=lead, evidence=paper.id, confirmed=True, reversed=True)
    card = world.manager.capital.show(entry)
    assert [(signature.step, signature.by) for signature in card.signatures] == [
        ("reported", "tokyo.desk"), ("verified", "verifier.desk"), ("confirmed", "second.verifier"),
    ]  # fmt: skip
    assert card.evidence is not None
    assert card.evidence.id == paper.id
    assert card.reversed_by is not None
    assert card.reversed_by.reverses_id == entry.id
    assert [audited.verb for audited in card.audit] == ["capital.confirm", "capital.verify", "capital.record"]
    assert world.tokyo.capital.show(entry).audit == ()
    for read in (world.frankfurt.capital.show, world.frankfurt.capital.get):
        with refused(world, NotFound):
            read(entry)
    assert world.frankfurt.capital.list() == ()
    assert world.frankfurt.capital.sums() == ()


def test_a_landed_lead_says_that_its_capital_is_gone(world: World) -> None:
    """It stays landed, and its card and what it misses say what it no longer has."""
    lead = LeadFactory.create(world=world, landed=True)
    assert world.viewer.leads.missing(lead) == ()
    world.manager.capital.reverse(world.viewer.capital.list(lead)[0].id, reason="counted twice")
    assert [requirement.gate for requirement in world.viewer.leads.missing(lead)] == [
        "arrival_or_construction",
        "arrival",
    ]
    card = world.viewer.leads.show(lead)
    assert (card.row.stage, [requirement.gate for requirement in card.undone]) == (
        "landed",
        ["arrival_or_construction", "arrival"],
    )
