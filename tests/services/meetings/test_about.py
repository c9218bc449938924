"""What a meeting is about: names as they are written, numbers with their letters, one of several leads."""

from __future__ import annotations

import pytest

from crm.errors import Ambiguous, NotFound
from crm.rules.kernel.checks import Checks
from crm.services.investors.matching import match_investors
from tests.factories import ContactFactory, InvestorFactory, LeadFactory, World
from tests.services.refusals import refused

pytestmark = pytest.mark.portable

UID = "01860000-0000-7000-8000-000000000077"


def test_a_name_that_is_written_so_wins_over_one_that_is_read_as_it(world: World) -> None:
    """Hyphens, brackets, commas and legal forms are left out of what is compared; also for leads and contacts."""
    company = InvestorFactory.create(world=world, name="Yamada Seiko Co., Ltd.", country="JP")
    other = world.manager.investors.add("Yamada-Seiko", country="JP", distinct="another company")
    bracketed = world.manager.investors.add("Yamada (Seiko)", country="JP", distinct="a third company")
    crm = world.manager
    for written, meant in (("Yamada-Seiko", other), ("Yamada (Seiko)", bracketed), ("Yamada Seiko Co., Ltd.", company)):
        assert crm.investors.get(written).id == meant.id
        assert crm.meetings.log(written, summary="x").investor_id == meant.id
        with Checks() as check:
            assert match_investors(world.session, check, crm.investors, [written])[written].id == meant.id
    with refused(world, Ambiguous, "ambiguous"):
        crm.investors.get("yamada seiko")
    lead = LeadFactory.create(world=world, investor=other, title="Cold-Store")
    twin = LeadFactory.create(world=world, investor=company, title="Cold, Store")
    assert [crm.leads.get(text).id for text in ("Cold-Store", "Cold, Store")] == [lead.id, twin.id]
    people = [
        ContactFactory.create(world=world, investor=other, name=name, distinct="another person")
        for name in ("Eva Müller-Lang", "Eva Müller (Lang)")
    ]
    for person in people:
        meeting = crm.meetings.log(lead, summary="x", contacts=[person.name])
        assert [taken.contact_id for taken in meeting.contacts] == [person.id]
        assert crm.contacts.get(person.name).id == person.id


def test_a_number_says_whether_it_is_a_lead_or_an_investor(world: World) -> None:
    """With its letter; a bare one is taken where only one of them has it, and refused where both do."""
    crm = world.manager
    investors = [InvestorFactory.create(world=world)]
    lead = LeadFactory.create(world=world, investor=investors[0])
    while lead.id not in {investor.id for investor in investors}:  # sequences of PostgreSQL begin anywhere
        if lead.id < investors[0].id:
            lead = LeadFactory.create(world=world, investor=investors[0])
        else:
            investors.append(InvestorFactory.create(world=world))
    same = next(investor for investor in investors if investor.id == lead.id)
    last = InvestorFactory.create(world=world)
    assert crm.meetings.resolve(f"L{lead.id}") == (lead.investor, lead)
    assert crm.meetings.resolve(f"i{last.id}") == (last, None)
    assert crm.meetings.resolve(lead.id) == (lead.investor, lead)
    with refused(world, Ambiguous, "ambiguous") as caught:
        crm.meetings.log(str(lead.id), summary="x")
    assert f"L{lead.id} {lead.title}" in str(caught.value)
    assert f"I{lead.id} {same.name}" in str(caught.value)
    assert crm.meetings.resolve(str(last.id)) == (last, None)
    with refused(world, NotFound, "not_found"):
        crm.meetings.resolve("V1")


def test_a_number_with_the_letter_of_another_noun_is_refused(world: World) -> None:
    """Naming the noun that the letter stands for."""
    lead = LeadFactory.create(world=world)
    for read, ref in (
        (world.manager.leads.get, "I1"),
        (world.manager.investors.get, "L1"),
        (world.manager.followups.get, "V1"),
    ):
        with refused(world, NotFound, "not_found") as caught:
            read(ref)
        assert "record" in caught.value.problems[0].params
    assert world.manager.leads.get(f"l{lead.id}") is lead


def test_one_of_several_open_leads_has_to_be_named(world: World) -> None:
    """Of a meeting and of a follow-up; closed leads do not count, and a repeated call is not asked again."""
    crm = world.manager
    investor = InvestorFactory.create(world=world)
    one = LeadFactory.create(world=world, investor=investor)
    meeting = crm.meetings.log(investor.name, summary="x", uid=UID)
    assert meeting.lead_id == one.id
    two = LeadFactory.create(world=world, investor=investor)
    assert crm.meetings.log(investor.name, summary="x", uid=UID) is meeting
    for act in (
        lambda: crm.meetings.log(investor.name, summary="x"),
        lambda: crm.followups.add(investor.name, "x", due="2030-01-01"),
    ):
        with refused(world, Ambiguous, "several_leads") as caught:
            act()
        assert isinstance(caught.value, Ambiguous)
        assert [number for number, _ in caught.value.matches] == [one.id, two.id]
    assert crm.meetings.log(investor, summary="x").lead_id is None
    assert crm.meetings.log(f"L{two.id}", summary="x").lead_id == two.id
    crm.leads.lose(two, reason="x")
    assert crm.meetings.log(investor.name, summary="x", distinct="again").lead_id == one.id


def test_a_follow_up_that_is_overdue_already_is_entered(world: World) -> None:
    """It is overdue from the first day on."""
    lead = LeadFactory.create(world=world)
    followup = world.manager.followups.add(lead, "寄送资料", due="2023-01-31")
    (row,) = world.manager.followups.list()
    assert (row.id, row.overdue) == (followup.id, True)


@pytest.mark.parametrize("ref", ["L0", "#0", "L99"])
def test_a_number_of_nothing_is_not_found(world: World, ref: str) -> None:
    """With its letter too."""
    with refused(world, NotFound, "not_found"):
        world.manager.meetings.log(ref, summary="x")


@pytest.mark.parametrize("text", ["某某公司", "Nobody Ltd.", "示例 商事"])
def test_a_company_that_is_unknown_can_be_added(world: World, text: str) -> None:
    """The refusal is that of an investor, whose way out adds it, for visits, follow-ups and requests."""
    for act in (
        lambda: world.tokyo.meetings.log(text, summary="x"),
        lambda: world.tokyo.followups.add(text, "x", due=world.day(3)),
        lambda: world.tokyo.requests.open(text, "x"),
    ):
        with refused(world, NotFound, "not_found") as refusal:
            act()
        assert f"crm investor add '{text}'" in str(refusal.value)
