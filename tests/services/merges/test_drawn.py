"""Merges of drawn relations with drawn winners: refused as planned, or undone to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import Conflict, InvalidInput
from crm.models import Contact, Investor, Lead, PromotionEvent
from tests.factories import ContactFactory, EventFactory, InvestorFactory, LeadFactory, World
from tests.services.merges.dumps import dump
from tests.tiers import examples

Wins = Literal["survivor", "absorbed"]
#: Of each scheme a company has one.
NUMBERS = ("jp_cn:5835678256246", "jp_cn:4835678256247")

COMPANY = (
    "alias", "number", "register", "person", "shared", "meeting", "brings", "brought", "source", "claim",
    "distinct", "request", "child", "parent", "trip", "event", "followup",
)  # fmt: skip
PERSON = ("job", "former", "meeting", "together", "brings", "witness", "event")
WINS: st.SearchStrategy[Wins] = st.sampled_from(("survivor", "absorbed"))


def steps(kinds: tuple[str, ...]) -> st.SearchStrategy[list[tuple[str, int, int]]]:
    """Draw relations: of which kind, of which side, with which of the others."""
    return st.lists(
        st.tuples(st.sampled_from(kinds), st.integers(0, 1), st.integers(0, 1)), min_size=4, max_size=14, unique=True
    )


@frozen
class Cast:
    """Two records of one company, the leads and the person of each, and those they have to do with."""

    world: World
    companies: tuple[Investor, Investor]
    leads: tuple[Lead, Lead]
    people: tuple[Contact, Contact]
    others: tuple[Investor, Investor]
    their_leads: tuple[Lead, Lead]
    event: PromotionEvent


@pytest.fixture
def cast(world: World) -> Cast:
    """Once for all examples: each rolls back what it did."""
    one = InvestorFactory.create(world=world, name="甲方商事", country="JP")
    two = InvestorFactory.create(world=world, name="乙方实业", country="HK", note="the other card")
    first = InvestorFactory.create(world=world, name="第三方丙", country="DE")
    second = InvestorFactory.create(world=world, name="第三方丁", country="KR")
    lead, theirs, of_first, of_second = (
        LeadFactory.create(world=world, investor=investor) for investor in (one, two, first, second)
    )
    people = (
        ContactFactory.create(world=world, investor=one, name="担当甲"),
        ContactFactory.create(world=world, investor=two, name="担当乙", email="b@example.com"),
    )
    event = EventFactory.create(world=world)
    return Cast(world, (one, two), (lead, theirs), people, (first, second), (of_first, of_second), event)


def relate_company(cast: Cast, kind: str, side: int, number: int) -> None:  # noqa: C901, PLR0912 - a case of one line for each kind
    """Put one relation of a kind on record for a company."""
    world, mine, lead, person = cast.world, cast.companies[side], cast.leads[side], cast.people[side]
    manager, other = world.manager, cast.others[number]
    match kind:
        case "alias":
            manager.investors.alias(mine, f"Alias {number}")
        case "number":
            manager.investors.identify(mine, NUMBERS[side])
        case "register":
            manager.investors.identify(mine, f"de_hr:Köln HRB {2 * side + number + 1}")
        case "person":
            ContactFactory.create(world=world, investor=mine, name=f"人{number}")
        case "shared":
            manager.contacts.employ(cast.people[1 - side], mine, since="2020-01-01")
        case "meeting":
            manager.meetings.log(
                lead if number else mine, summary="visit", contacts=[person], at=world.clock(), zone="Asia/Tokyo",
                followups=[("send", "2023-03-01")],
            )  # fmt: skip
        case "brings":
            manager.referrals.add(cast.their_leads[number], mine, credit=30)
        case "brought":
            manager.referrals.add(lead, other, credit=30)
        case "source":
            LeadFactory.create(world=world, investor=other, source=f"referral:{mine.id}")
        case "claim":
            manager.claims.file(lead, unit=("hitech", "bureau")[number])
        case "distinct":
            manager.investors.distinct(mine, other, reason="two")
        case "request":
            world.tokyo.requests.open(lead, f"needs power {number}")
        case "child":
            manager.groups.join(other, mine)
        case "parent":
            manager.groups.join(mine, other)
        case "trip":
            manager.trips.plan(
                f"trip-{side}-{number}", title="团", leader="L", rank="city", starts=world.day(1), ends=world.day(3),
                visits=[mine, cast.companies[1 - side]][: number + 1], late="short notice",
            )  # fmt: skip
        case "event":
            manager.events.attend(cast.event, mine, contact=person if number else None)
        case _:
            manager.followups.add(mine, "call", due="2023-04-01")


def relate_person(cast: Cast, kind: str, side: int, number: int) -> None:
    """Put one relation of a kind on record for a person."""
    world, mine, lead = cast.world, cast.people[side], cast.leads[side]
    manager, other = world.manager, cast.others[number]
    match kind:
        case "job":
            manager.contacts.employ(mine, cast.others[0], title=f"T{number}", since="2020-01-01")
        case "former":
            manager.contacts.employ(mine, other, since="2010-01-01")
            manager.contacts.leave(mine, other, until="2012-01-01")
        case "meeting":
            manager.meetings.log(lead, summary="talk", contacts=[mine], at=world.clock(), zone="Asia/Tokyo")
        case "together":
            manager.contacts.employ(cast.people[1 - side], cast.companies[side], since="2021-01-01")
            if number:
                manager.meetings.log(
                    lead, summary="all", contacts=list(cast.people), at=world.clock(), zone="Asia/Tokyo"
                )
        case "brings":
            manager.referrals.add(cast.their_leads[1], mine, credit=30)
        case "witness":
            manager.referrals.confirm(world.tokyo.referrals.add(lead, other, credit=30), mine)
        case _:
            manager.events.attend(cast.event, cast.companies[side], contact=mine)


@contextmanager
def undone_after(world: World) -> Iterator[None]:
    """Roll back what an example did."""
    nested = world.session.begin_nested()
    try:
        yield
    finally:
        nested.rollback()
        world.session.expire_all()


def merge_and_undo(world: World, sides: tuple[Any, Any], **how: Any) -> bool:
    """Merge, and undo it: every row is as it was. Or, when the plan names what clashes, be refused for the same."""
    merges, before = world.manager.merges, dump(world.session)
    why = how | {"reason": "one of the two"}
    plan = merges.plan(*sides, **how)
    assert dump(world.session) == before
    if plan.clashes:
        with pytest.raises(Conflict) as refusal:
            merges.merge(*sides, **why)
        assert refusal.value.problems == plan.clashes
        assert dump(world.session) == before
        return False
    merge = merges.merge(*sides, **why)
    assert dump(world.session) != before
    assert world.manager.audit.verify() == ()
    merges.undo(merge, reason="different after all")
    assert dump(world.session) == before
    assert world.manager.audit.verify() == ()
    return True


@given(steps=steps(COMPANY), survivor=st.integers(0, 1), prefer=WINS, name=WINS, number=WINS)
@examples(8)
@pytest.mark.portable  # on PostgreSQL test_merging.py merges and undoes
def test_companies(
    cast: Cast, steps: list[tuple[str, int, int]], survivor: int, prefer: Wins, name: Wins, number: Wins
) -> None:
    """Whatever hangs on either, whichever survives and whichever values win."""
    with undone_after(cast.world):
        for step in steps:
            # A circle, a second parent, a lead that is claimed: what a rule refuses is not there to be merged.
            with suppress(Conflict, InvalidInput):
                relate_company(cast, *step)
        one, two = cast.companies[survivor], cast.companies[1 - survivor]
        merge_and_undo(cast.world, (one, two), prefer=prefer, choices={"name": name, "jp_cn": number})


@given(steps=steps(PERSON), survivor=st.integers(0, 1), prefer=WINS, name=WINS)
@examples(8)
def test_persons(cast: Cast, steps: list[tuple[str, int, int]], survivor: int, prefer: Wins, name: Wins) -> None:
    """The same for two records of one person."""
    with undone_after(cast.world):
        for step in steps:
            with suppress(Conflict, InvalidInput):
                relate_person(cast, *step)
        one, two = cast.people[survivor], cast.people[1 - survivor]
        merge_and_undo(cast.world, (one, two), person=True, prefer=prefer, choices={"name": name})
