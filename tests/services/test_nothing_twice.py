"""What may be on record already is listed before it is saved, and saved with a reason why it is something else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crm.errors import Conflict, InvalidInput, LikelyDuplicate
from crm.models import AuditEntry, Investor, Lead
from crm.models.wordings import reason_of
from tests.factories import LeadFactory, World
from tests.services.at_once.interleaving import meanwhile
from tests.services.refusals import refused

WHY = "the second of two on that day"


@pytest.fixture
def investor(world: World) -> Investor:
    """An investor with a contact, 山田."""
    investor = world.manager.investors.add("重复登记商事", country="JP")
    world.manager.contacts.add(investor, "山田 太郎", email="Yamada@example.com", phone="+81 3 1234 5678")
    return investor


def reasons(world: World, verb: str) -> set[str | None]:
    """Return the reasons that the audit has for a verb."""
    return {*map(reason_of, world.session.scalars(select(AuditEntry).where(AuditEntry.verb == verb)))}


@pytest.mark.portable
def test_the_same_visit_is_named_before_it_is_saved(world: World, investor: Investor) -> None:
    """At the same minute, with the same people, about the same lead; a reason keeps both."""
    lead = LeadFactory.create(world=world, investor=investor)
    log = partial(world.manager.meetings.log, summary="s", at=world.clock() - timedelta(hours=1), contacts=["山田"])
    first = log(lead)
    with refused(world, LikelyDuplicate, "known") as caught:
        log(lead, at=world.clock() - timedelta(minutes=59, seconds=30))
    assert f"Meeting {first.id}" in str(caught.value)
    log(investor)
    with refused(world, LikelyDuplicate, "known"):
        log(investor)
    log(lead, at=world.clock() - timedelta(minutes=58))
    log(lead, contacts=[])
    log(LeadFactory.create(world=world, investor=investor, title="another"))
    second = log(lead, distinct=WHY)
    assert second.id != first.id
    assert WHY in reasons(world, "meeting.log")


@pytest.mark.portable
def test_a_visit_is_the_same_call_with_its_uid(world: World, investor: Investor) -> None:
    """A repeated call asks nothing."""
    log = partial(world.manager.meetings.log, investor, summary="s", at=world.clock(), uid=uuid4())
    assert log() is log()


@pytest.mark.portable
def test_a_corrected_or_restored_visit_is_compared_too(world: World, investor: Investor) -> None:
    """Moved to the minute of another with the same people, or brought back after it was logged again."""
    log = partial(world.manager.meetings.log, investor, summary="s", contacts=["山田"])
    first, second = log(at=world.clock()), log(at=world.clock() - timedelta(hours=1))
    with refused(world, LikelyDuplicate, "known"):
        world.manager.meetings.edit(second, at=world.clock())
    world.manager.meetings.edit(second, summary="other words")
    world.manager.meetings.edit(second, at=world.clock(), distinct=WHY)
    world.manager.meetings.withdraw(first, reason="twice")
    with refused(world, LikelyDuplicate, "known"):
        world.manager.meetings.restore(first, reason="back")
    world.manager.meetings.restore(first, reason="back", distinct=WHY)
    assert f"back; {WHY}" in reasons(world, "meeting.restore")


@pytest.mark.portable
@pytest.mark.parametrize(
    "person",
    [
        {"name": "山田太郎"},
        {"name": "Yamada", "email": "yamada@EXAMPLE.com"},
        {"name": "T. Yamada", "phone": "+81 (3) 1234-5678"},
    ],
)
def test_the_same_person_at_one_company_is_named(world: World, investor: Investor, person: dict[str, Any]) -> None:
    """By name, e-mail address or telephone number: when added, changed, or employed there; elsewhere they are others."""
    add = world.manager.contacts.add
    with refused(world, LikelyDuplicate, "known"):
        add(investor, **person)
    elsewhere = add(world.manager.investors.add("别处商事", country="JP"), **person)
    with refused(world, LikelyDuplicate, "known"):
        world.manager.contacts.employ(elsewhere, investor)
    colleague = add(investor, "铃木")
    with refused(world, LikelyDuplicate, "known"):
        world.manager.contacts.edit(colleague, **person)
    assert add(investor, **person, distinct=WHY).id != colleague.id
    assert WHY in reasons(world, "contact.add")


@pytest.mark.portable
def test_the_same_title_among_an_investors_leads_is_named(world: World, investor: Investor) -> None:
    """However it is spaced; another investor may have it, and a lead that one may not see is not told."""
    open_ = partial(world.manager.leads.open, source="unit:hitech")
    first = open_(investor, title="氢能 装备项目")
    with refused(world, LikelyDuplicate, "known") as caught:
        open_(investor, title="氢能装备项目")
    assert str(first.id) in str(caught.value)
    second = open_(investor, title="氢能装备项目", distinct=WHY)
    open_(world.manager.investors.add("别处商事", country="JP"), title="氢能装备项目")
    with refused(world, LikelyDuplicate, "known"):
        world.manager.leads.edit(second, title="氢能  装备项目")
    open_(investor, title="秘密", confidential=True, code_name="K1", unit="hitech")
    assert world.tokyo.leads.open(investor, title="秘密").title == "秘密"


def test_the_same_arrival_is_refused_until_it_is_reversed(world: World) -> None:
    """The same lead, reference, amount and day; width, spaces and case of the reference are set apart."""
    lead = LeadFactory.create(world=world, registered=True)
    record = partial(world.tokyo.capital.record, lead, "5 USD", arrived=world.today)
    first = record(reference="Advice R3")
    for reference in ("Advice R3", "advice　ｒ３", "ADVICER3"):
        for reason in (None, WHY):
            with refused(world, Conflict, "recorded") as caught:
                record(reference=reference, distinct=reason)
            assert f"number {first.id}" in str(caught.value)
    world.manager.capital.reverse(first, reason="wrong")
    assert record(reference="advice r3").id != first.id


def test_a_bank_advice_on_another_lead_or_in_parts_is_asked_about(world: World) -> None:
    """Who may not see the other lead learns that there is one, and nothing of it."""
    lead, other = (LeadFactory.create(world=world, registered=True) for _ in "ab")
    hidden = LeadFactory.create(world=world, secret=True, registered=True)
    record = partial(world.manager.capital.record, arrived=world.today, reference="R4")
    first = record(lead, "5 USD")
    for whose, amount in ((other, "5 USD"), (lead, "6 USD")):
        with refused(world, LikelyDuplicate, "known") as caught:
            record(whose, amount)
        assert f"entry {first.id}" in str(caught.value)
    record(lead, "6 USD", distinct=WHY)
    assert WHY in reasons(world, "capital.record")
    record(hidden, "7 USD", reference="R5")
    stranger = LeadFactory.create(world=world, registered=True, station="frankfurt", by="frankfurt")
    with refused(world, LikelyDuplicate, "known") as caught:
        world.frankfurt.capital.record(stranger, "7 USD", arrived=world.today, reference="R5")
    assert "for another lead" in str(caught.value)
    assert str(hidden.id) not in str(caught.value).replace("R5", "")


@pytest.mark.portable
def test_the_same_bank_advice_of_another_day_is_asked_about(world: World) -> None:
    """Whatever its day; on another lead too. A correction that leaves the reference asks nothing again."""
    lead, other = (LeadFactory.create(world=world, registered=True) for _ in "ab")
    record = partial(world.tokyo.capital.record, arrived="2023-01-05", reference="R7")
    first = record(lead, "5 USD")
    for whose in (lead, other):
        with refused(world, LikelyDuplicate, "known") as caught:
            record(whose, "5 USD", arrived="2023-02-10", reference="ｒ 7")
        assert f"entry {first.id}, 5.00 USD of 2023-01-05" in str(caught.value)
    second = record(other, "5 USD", arrived="2023-02-10", distinct=WHY)
    correct = partial(world.tokyo.capital.correct, reason="wrong")
    third = correct(second, place="中国银行")
    record(lead, "9 USD", reference="R8")
    with refused(world, LikelyDuplicate, "known"):
        correct(third, reference="r8")
    correct(third, reference="r8", distinct=WHY)


@pytest.mark.portable
def test_a_contract_on_another_lead_is_asked_about(world: World) -> None:
    """One lead has amount, increases and decreases of one contract; that of a lead one may not see is not told."""
    lead, other = (LeadFactory.create(world=world, signed=True) for _ in "ab")
    record = partial(world.tokyo.contracts.record, reference="JN-2023-017")
    first = record(lead, "5 USD", agreed="2023-02-01")
    record(lead, "2 USD", agreed="2023-02-02", kind="increase")
    for agreed in ("2023-02-01", "2023-02-09"):
        with refused(world, LikelyDuplicate, "known") as caught:
            record(other, "5 USD", agreed=agreed, reference="ＪＮ-2023-017")
        assert f"lead {lead.id}: entry {first.id}" in str(caught.value)
    second = record(other, "5 USD", agreed="2023-02-01", distinct=WHY)
    assert WHY in reasons(world, "contract.record")
    world.tokyo.contracts.correct(second, amount="6 USD", reason="wrong")
    hidden = LeadFactory.create(world=world, secret=True, signed=True)
    world.manager.contracts.record(hidden, "7 USD", agreed="2023-02-01", reference="secret")
    stranger = LeadFactory.create(world=world, signed=True, station="frankfurt", by="frankfurt")
    world.frankfurt.contracts.record(stranger, "7 USD", agreed="2023-02-01", reference="secret")


@pytest.mark.portable
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"reference": "鲁 2023-1"}, {"reference": "鲁２０２３-1"}),
        ({"reference": "a", "sha256": "ab" * 32}, {"reference": "b", "sha256": "AB" * 32}),
        ({"reference": "a", "content": b"file"}, {"reference": "b", "content": b"file"}),
    ],
)
def test_the_same_document_is_named(world: World, first: dict[str, Any], second: dict[str, Any]) -> None:
    """By its file or its reference, on the same lead or another: when it is added, changed or restored."""
    lead, other = (LeadFactory.create(world=world) for _ in "ab")
    add = partial(world.tokyo.leads.add_evidence, kind="memorandum", dated="2023-02-01")
    paper = add(lead, **first)
    for whose in (lead, other):
        with refused(world, LikelyDuplicate, "known") as caught:
            add(whose, **second)
        assert f"Document {paper.id} of lead {lead.id}" in str(caught.value)
    twin = add(other, **second, distinct=WHY)
    assert WHY in reasons(world, "evidence.add")
    world.tokyo.leads.edit_evidence(twin, dated="2023-02-02", reference=twin.reference)
    world.tokyo.leads.withdraw_evidence(twin)
    with refused(world, LikelyDuplicate, "known"):
        world.tokyo.leads.restore_evidence(twin)
    world.tokyo.leads.restore_evidence(twin, distinct=WHY)
    free = add(other, reference="another")
    changes = {"sha256": paper.sha256} if paper.sha256 else {"reference": second["reference"]}
    with refused(world, LikelyDuplicate, "known"):
        world.tokyo.leads.edit_evidence(free, **changes)
    world.tokyo.leads.edit_evidence(free, **changes, distinct=WHY)


@pytest.mark.portable
def test_a_document_of_a_hidden_lead_is_not_told(world: World) -> None:
    """Who may not see the lead records the document as if nobody had it; who may is asked."""
    hidden = LeadFactory.create(world=world, secret=True)
    add = partial(world.manager.leads.add_evidence, kind="memorandum", dated="2023-02-01", reference="secret")
    add(hidden)
    theirs = LeadFactory.create(world=world, station="frankfurt", by="frankfurt")
    world.frankfurt.leads.add_evidence(theirs, "memorandum", dated="2023-02-01", reference="secret")
    with refused(world, LikelyDuplicate, "known"):
        add(theirs)


@pytest.mark.portable
def test_no_more_is_taken_back_than_stands(world: World) -> None:
    """On the lead, in the currency, by that day and on every later one; nor is what decreases rest on reversed."""
    lead = LeadFactory.create(world=world, signed=True)
    record = partial(world.tokyo.contracts.record, lead)
    cut = partial(record, kind="decrease", reason="smaller", reference="cut")
    with refused(world, InvalidInput, "not_covered"):
        cut("1 USD", agreed="2023-02-10")
    first = record("10 USD", agreed="2023-02-01", reference="contract")
    for amount, day in (("11 USD", "2023-02-10"), ("1 USD", "2023-01-31"), ("1 JPY", "2023-02-10")):
        with refused(world, InvalidInput, "not_covered"):
            cut(amount, agreed=day)
    last = cut("8 USD", agreed="2023-02-10")
    with refused(world, InvalidInput, "not_covered"):
        cut("3 USD", agreed="2023-02-05")
    with refused(world, InvalidInput, "not_covered"):
        record("3 USD", agreed="2023-02-11", reference="end", kind="termination", reason="over")
    with refused(world, InvalidInput, "not_covered"):
        world.manager.contracts.reverse(first, reason="wrong")
    world.manager.contracts.reverse(last, reason="wrong")
    world.manager.contracts.reverse(first, reason="wrong")


#: By what is recorded: the call, for a lead of an investor.
ACTS: dict[str, Callable[[Lead, World], Any]] = {
    "visit": lambda lead, w: w.manager.meetings.log(lead.id, summary="s", at=w.clock()),
    "contact": lambda lead, w: w.manager.contacts.add(lead.investor_id, "佐藤"),
    "advice": lambda lead, w: w.manager.capital.record(lead.id, "5 USD", arrived=w.today, reference="R6"),
    "document": lambda lead, w: w.manager.leads.add_evidence(lead.id, "other", dated=w.today, reference="R6"),
    "lead": lambda lead, w: w.manager.leads.open(lead.investor_id, title="t", source="unit:hitech"),
}


@pytest.mark.parametrize("what", ACTS)
def test_of_two_at_one_moment_one_is_asked(migrated_engine: Engine, town: World, what: str) -> None:
    """Whoever comes second sees what the first has saved."""
    investor = town.manager.investors.add("同时商事", country="JP")
    lead = LeadFactory.create(world=town, investor=investor)
    town.session.commit()
    act = partial(ACTS[what], lead)
    with Session(migrated_engine) as first:
        act(World(first, found=False))
        assert meanwhile(migrated_engine, first, act) == ("recorded" if what == "advice" else "known")
