"""Merges of drawn relations with drawn winners, undone to the byte."""

from __future__ import annotations

from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.models import Investor
from tests.factories import ContactFactory, InvestorFactory, LeadFactory, MeetingFactory, RequestFactory, World
from tests.services.test_merges import dump

Wins = Literal["survivor", "absorbed"]

KINDS = (
    "alias", "identifier", "contact", "shared", "meeting", "lead", "brings", "brought", "source",
    "claim", "distinct", "request", "child", "parent", "trip",
)  # fmt: skip
#: What each side may have once, or only one of the two.
ONCE = {"identifier": 2, "parent": 1}
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 1)), min_size=3, max_size=12)
WINS: st.SearchStrategy[Wins] = st.sampled_from(("survivor", "absorbed"))


def relate(world: World, kind: str, mine: Investor, other: Investor, number: int) -> None:  # noqa: C901, PLR0912 - a case of one line for each kind
    """Put one relation of a kind on record for *mine*; a third party is new each time."""
    manager = world.manager
    third = InvestorFactory.create(world=world, name=f"第三方{number}")
    match kind:
        case "alias":
            manager.investors.alias(mine, f"Alias {number}")
        case "identifier":
            manager.investors.identify(mine, f"de_hr:Köln HRB {number + 1}")
        case "contact":
            ContactFactory.create(world=world, investor=mine, name=f"人{number}")
        case "shared":
            person = manager.contacts.add(mine, f"共同{number}", since="2020-01-01")
            manager.contacts.employ(person, other, since="2020-01-01")
            manager.meetings.log(mine, summary="visit", contacts=[person], at=world.clock(), zone="Asia/Tokyo")
        case "meeting":
            MeetingFactory.create(world=world, about=LeadFactory.create(world=world, investor=mine))
        case "lead":
            LeadFactory.create(world=world, investor=mine, title=f"项目{number}")
        case "brings":
            manager.referrals.add(LeadFactory.create(world=world, investor=third), mine)
        case "brought":
            manager.referrals.add(LeadFactory.create(world=world, investor=mine), third)
        case "source":
            LeadFactory.create(world=world, investor=third, source=f"referral:{mine.id}")
        case "claim":
            manager.claims.file(LeadFactory.create(world=world, investor=mine), unit="hitech")
        case "distinct":
            manager.investors.distinct(mine, third, reason="two")
        case "request":
            RequestFactory.create(world=world, about=LeadFactory.create(world=world, investor=mine))
        case "child":
            manager.groups.join(third, mine)
        case "parent":
            manager.groups.join(mine, third)
        case _:
            manager.trips.plan(
                f"trip-{number}", title="团", leader="L", rank="city", starts=world.day(1), ends=world.day(3),
                visits=[mine, other], late="short notice",
            )  # fmt: skip


@given(steps=STEPS, survivor=st.integers(0, 1), prefer=WINS, name=WINS, number=WINS)
@settings(max_examples=4)
def test_undone_every_row_is_as_it_was(
    world: World, steps: list[tuple[str, int]], survivor: int, prefer: Wins, name: Wins, number: Wins
) -> None:
    """Whatever hangs on either, whichever survives and whichever values win."""
    nested = world.session.begin_nested()
    try:
        sides = [
            InvestorFactory.create(world=world, name="甲方商事", country="JP"),
            InvestorFactory.create(world=world, name="乙方实业", country="HK", note="the other card"),
        ]
        done: list[tuple[str, int]] = []
        for index, (kind, side) in enumerate(steps):
            same = [each for each in done if each[0] == kind]
            if kind in ONCE and ((kind, side) in done or len(same) >= ONCE[kind]):
                continue
            done.append((kind, side))
            relate(world, kind, sides[side], sides[1 - side], index)
        one, two = sides[survivor], sides[1 - survivor]
        choices: dict[str, Wins] = {"name": name}
        if {("identifier", 0), ("identifier", 1)} <= set(done):
            choices["de_hr"] = number
        before = dump(world.session)
        merge = world.manager.merges.merge(one, two, prefer=prefer, choices=choices, reason="one company")
        assert dump(world.session) != before
        assert world.manager.audit.verify() == ()
        world.manager.merges.undo(merge, reason="two after all")
        assert dump(world.session) == before
        assert world.manager.audit.verify() == ()
    finally:
        nested.rollback()
        world.session.expire_all()
