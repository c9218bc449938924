"""Referrals: recorded in time, shared, confirmed, never in a circle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm.errors import AccessDenied, Archived, Conflict, InvalidInput, NotFound, Refused, StaleRecord
from crm.models import Investor, Lead
from crm.values.money import Money
from tests.factories import LeadFactory, World
from tests.services.refusals import LONE_SURROGATE, LONG, refused

pytestmark = pytest.mark.portable

UID = "01890000-0000-7000-8000-0000000000a1"


@pytest.fixture
def lead(world: World) -> Lead:
    """A lead without a referral."""
    made: Lead = LeadFactory.create(world=world)
    return made


@pytest.fixture
def colliers(world: World) -> Investor:
    """A company that brings others."""
    return world.manager.investors.add("高力资本", country="HK", aliases=["Colliers"])


class TestAdding:
    """Before signing, and not by everybody."""

    def test_the_first_has_the_whole(self, world: World, lead: Lead, colliers: Investor) -> None:
        """Unless it asks for less; it lives for the policy's days."""
        world.tokyo.referrals.add(lead, colliers, introduced="2023-02-01", strength="strong", note="席间引荐")
        (row,) = world.manager.referrals.list(lead=lead)
        assert (row.referrer, row.brought_id, row.points, row.state) == (
            "高力资本",
            lead.investor_id,
            10_000,
            "recorded",
        )
        assert (row.channel, row.strength, row.expires_on.isoformat()) == ("peer", "strong", "2025-01-31")
        assert world.manager.audit.verify() == ()

    @pytest.mark.parametrize(
        ("kind", "channel"),
        [("chamber", "chamber"), ("association", "chamber"), ("cluster", "chain"), ("agency", "intermediary"), ("fund", "peer")],
    )  # fmt: skip
    def test_the_channel_follows_the_kind(self, world: World, lead: Lead, kind: str, channel: str) -> None:
        """A chamber brings as a chamber, where nobody says otherwise."""
        other = world.manager.investors.add("济南同乡会", country="HK", kind=kind)
        assert world.tokyo.referrals.add(lead, other).channel == channel

    def test_a_person_may_bring(self, world: World, lead: Lead, colliers: Investor) -> None:
        """A contact of another company, but none of the one that is brought."""
        agent = world.manager.contacts.add(colliers, "北方区董事")
        row = world.tokyo.referrals.add(lead, agent)
        assert (row.referrer_contact_id, row.referrer_investor_id) == (agent.id, None)
        own = world.manager.contacts.add(lead.investor, "社长")
        with refused(world, InvalidInput, "self_referral"):
            world.tokyo.referrals.add(lead, own.id, person=True, credit=0)

    def test_not_after_signing(self, world: World, colliers: Investor) -> None:
        """The moment of recording decides, whatever day is stated; and what was signed once was signed."""
        signed = LeadFactory.create(world=world, signed=True)
        with refused(world, Conflict, "signed"):
            world.manager.referrals.add(signed, colliers, introduced="2022-01-01")
        world.manager.leads.back(signed, "contact", reason="again")
        with refused(world, Conflict, "signed"):
            world.manager.referrals.add(signed, colliers)

    def test_not_once_an_agreement_is_on_record(self, world: World, colliers: Investor) -> None:
        """Even before the lead is moved."""
        lead = LeadFactory.create(world=world, negotiating=True)
        world.tokyo.leads.add_evidence(lead, "agreement", dated=world.today, reference="A", amount="1 USD")
        with refused(world, Conflict, "signed"):
            world.tokyo.referrals.add(lead, colliers)

    def test_nobody_brings_itself(self, world: World, lead: Lead) -> None:
        """Nor by a lead's source."""
        with refused(world, InvalidInput, "self_referral"):
            world.tokyo.referrals.add(lead, lead.investor_id)

    def test_not_inside_one_group(self, world: World, lead: Lead, colliers: Investor) -> None:
        """At any distance, while the group lasts."""
        head = world.manager.investors.add("集团总部", country="HK")
        world.manager.groups.join(colliers, head)
        world.manager.groups.join(lead.investor_id, head)
        with refused(world, InvalidInput, "same_group"):
            world.tokyo.referrals.add(lead, colliers)
        world.manager.groups.leave(colliers, reason="sold")
        world.tokyo.referrals.add(lead, colliers)

    def test_several_share_at_most_the_whole(self, world: World, lead: Lead, colliers: Investor) -> None:
        """Who comes late is told who has what, and how to share anew."""
        snow = world.manager.investors.add("华润雪花啤酒", country="HK")
        first = world.tokyo.referrals.add(lead, colliers, credit=70)
        assert world.tokyo.referrals.add(lead, snow).points == 3000
        third = world.manager.investors.add("香港贸发局", country="HK", kind="agency")
        with refused(world, Conflict, "credit") as refusal:
            world.tokyo.referrals.add(lead, third, credit="0.01")
        assert f"{first.id} (70%)" in refusal.value.problems[0].params["others"]
        with refused(world, Conflict, "credit"):
            world.tokyo.referrals.add(lead, third)
        assert world.tokyo.referrals.add(lead, third, credit=0).points == 0
        with refused(world, Conflict, "twice"):
            world.tokyo.referrals.add(lead, third, credit=0)

    def test_repeated_by_uid(self, world: World, lead: Lead, colliers: Investor) -> None:
        """A repeated call on a later day returns the same referral; other content is a conflict."""
        first = world.tokyo.referrals.add(lead, colliers, uid=UID)
        world.clock.forward(days=1)
        assert world.tokyo.referrals.add(lead, colliers, uid=UID) is first
        with refused(world, Conflict, "uid"):
            world.tokyo.referrals.add(lead, colliers, credit=1, uid=UID)

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"channel": "x"}, "choice"),
            ({"strength": 3}, "choice"),
            ({"introduced": "2999-01-01"}, "range"),
            ({"introduced": "2023-12-31"}, "future"),
            ({"introduced": 7}, "date"),
            ({"credit": -1}, "share"),
            ({"credit": 101}, "share"),
            ({"credit": 0.5}, "share"),
            ({"note": LONG}, "too_long"),
            ({"note": LONE_SURROGATE}, "encoding"),
            ({"evidence": 4711}, "not_found"),
            ({"person": "yes"}, "type"),
            ({"uid": "x"}, "uid"),
        ],
    )
    def test_odd_arguments(
        self, world: World, lead: Lead, colliers: Investor, values: dict[str, Any], code: str
    ) -> None:
        """Each is refused, with a way out."""
        with refused(world, Refused, code):
            world.tokyo.referrals.add(lead, colliers, **values)

    def test_what_is_not_there(self, world: World, lead: Lead, colliers: Investor) -> None:
        """A foreign lead, a foreign referrer, a foreign lead's paper, an archived referrer."""
        with refused(world, NotFound, "not_found"):
            world.tokyo.referrals.add(4711, colliers)
        with refused(world, NotFound, "not_found"):
            world.tokyo.referrals.add(lead, "nobody of this name")
        other = LeadFactory.create(world=world)
        paper = world.tokyo.leads.add_evidence(other, "photograph", dated=world.today, reference="p")
        with refused(world, InvalidInput, "stranger"):
            world.tokyo.referrals.add(lead, colliers, evidence=paper)
        world.manager.investors.archive(colliers, reason="gone")
        with refused(world, Archived, "archived"):
            world.tokyo.referrals.add(lead, colliers)

    def test_rights(self, world: World, lead: Lead, colliers: Investor) -> None:
        """On the lead's own desk, or a manager."""
        for door, code in ((world.viewer, "role"), (world.verifier, "role"), (world.frankfurt, "scope")):
            with refused(world, AccessDenied, code):
                door.referrals.add(lead, colliers)
        with refused(world, AccessDenied, "no_actor"):
            world.nobody.referrals.add(lead, colliers)

    def test_a_lead_that_comes_by_one(self, world: World, colliers: Investor) -> None:
        """Its source is recorded as a referral at once."""
        lead = LeadFactory.create(world=world, source=f"referral:{colliers.id}")
        (row,) = world.manager.referrals.list(lead=lead)
        assert (row.party, row.points, row.introduced_on) == (colliers.id, 10_000, lead.received_on)


class TestSources:
    """A source that is a referrer is recorded as a referral, when the lead is opened and when the source is corrected."""

    def edit(self, world: World, lead: Lead, referrer: Investor) -> None:
        """Correct the source of a lead."""
        world.tokyo.leads.edit(lead, source=f"referral:{referrer.id}")

    def test_a_corrected_source(self, world: World, lead: Lead, colliers: Investor) -> None:
        """It has what is left of the credit, from the day the lead was received; said again it is the same."""
        self.edit(world, lead, colliers)
        (row,) = world.manager.referrals.list(lead=lead)
        assert (row.party, row.points, row.introduced_on, row.state) == (
            colliers.id, 10_000, lead.received_on, "recorded"
        )  # fmt: skip
        assert lead.source_investor_id == colliers.id
        self.edit(world, lead, colliers)
        world.tokyo.leads.edit(lead, source="station:tokyo")
        self.edit(world, lead, colliers)
        assert [row.id for row in world.manager.referrals.list(lead=lead)] == [row.id]
        assert world.manager.audit.verify() == ()

    def test_beside_others(self, world: World, lead: Lead, colliers: Investor) -> None:
        """The rest of the credit; where none is left the edit is refused, source and all."""
        snow = world.manager.investors.add("华润雪花啤酒", country="HK")
        first = world.tokyo.referrals.add(lead, snow, credit=70)
        self.edit(world, lead, colliers)
        assert [row.points for row in world.manager.referrals.list(lead=lead)] == [7000, 3000]
        other = world.manager.investors.add("香港贸发局", country="HK", kind="agency")
        with refused(world, Conflict, "credit"):
            self.edit(world, lead, other)
        world.session.refresh(lead)
        assert lead.source_investor_id == colliers.id
        world.tokyo.referrals.add(lead, other, credit=0)
        self.edit(world, lead, other)
        assert lead.source_investor_id == other.id
        assert first.points == 7000

    def test_the_rules_are_the_same(self, world: World, lead: Lead, colliers: Investor) -> None:
        """Before signing, not itself, not its group, not in a circle, not an archived one; and nothing else of the edit is kept."""
        signed = LeadFactory.create(world=world, signed=True)
        with refused(world, Conflict, "signed"):
            self.edit(world, signed, colliers)
        with refused(world, InvalidInput, "self_referral"):
            self.edit(world, lead, lead.investor)
        back = LeadFactory.create(world=world, investor=colliers)
        world.manager.referrals.add(back, lead.investor_id)
        with refused(world, Conflict, "cycle"):
            world.tokyo.leads.edit(lead, title="new", source=f"referral:{colliers.id}")
        assert lead.title != "new"
        head = world.manager.investors.add("集团总部", country="HK")
        world.manager.groups.join(lead.investor_id, head)
        with refused(world, InvalidInput, "same_group"):
            self.edit(world, lead, head)
        gone = world.manager.investors.add("已归档商会", country="HK", kind="chamber")
        world.manager.investors.archive(gone, reason="closed")
        with refused(world, Archived, "archived"):
            self.edit(world, lead, gone)
        with refused(world, Archived, "archived"):
            world.tokyo.leads.open(lead.investor, title="t", source=f"referral:{gone.id}")

    def test_an_edit_that_came_second_records_nothing(self, world: World, lead: Lead, colliers: Investor) -> None:
        """All or nothing."""
        version = lead.version
        world.tokyo.leads.edit(lead, title="first")
        with refused(world, StaleRecord, "stale"):
            world.tokyo.leads.edit(lead, source=f"referral:{colliers.id}", version=version)
        assert world.manager.referrals.list(lead=lead) == ()


class TestAfterwards:
    """Confirmed, declined, withdrawn, shared anew."""

    @pytest.fixture
    def referral(self, world: World, lead: Lead, colliers: Investor) -> int:
        """A recorded referral."""
        return world.tokyo.referrals.add(lead, colliers, introduced=world.day(-5)).id

    def test_confirmed_by_who_was_brought(self, world: World, lead: Lead, referral: int) -> None:
        """By one of its people, taken down by another than who recorded it, once."""
        world.manager.contacts.add(lead.investor, "投资部长")
        with refused(world, AccessDenied, "own_referral"):
            world.tokyo.referrals.confirm(referral, "投资部长")
        world.manager.referrals.confirm(referral, "投资部长", on=world.day(-1))
        (row,) = world.manager.referrals.list(lead=lead)
        assert (row.state, row.confirmed_on) == ("confirmed", world.day(-1))
        with refused(world, Conflict, "status"):
            world.verifier.referrals.confirm(referral, "投资部长")
        with refused(world, Conflict, "status"):
            world.manager.referrals.decline(referral, reason="x")
        assert world.manager.audit.verify() == ()

    def test_a_confirmation_that_cannot_be(self, world: World, lead: Lead, colliers: Investor, referral: int) -> None:
        """By a stranger, before the introduction, in the future: all named at once."""
        stranger = world.manager.contacts.add(colliers, "外人")
        with refused(world, InvalidInput) as refusal:
            world.manager.referrals.confirm(referral, stranger, on=world.day(-9))
        assert {problem.code for problem in refusal.value.problems} == {"order", "stranger"}
        witness = world.manager.contacts.add(lead.investor, "人")
        with refused(world, InvalidInput, "future"):
            world.manager.referrals.confirm(referral, witness, on=world.day(1))
        with refused(world, NotFound, "not_found"):
            world.manager.referrals.confirm(4711, stranger)

    def test_declined_and_withdrawn(self, world: World, lead: Lead, colliers: Investor, referral: int) -> None:
        """With a reason; the credit is free again; what has ended stays ended."""
        with refused(world, InvalidInput, "empty"):
            world.tokyo.referrals.decline(referral, reason="")
        world.tokyo.referrals.decline(referral, reason="they came by themselves")
        with refused(world, Conflict, "status"):
            world.tokyo.referrals.withdraw(referral, reason="x")
        again = world.tokyo.referrals.add(lead, colliers)
        world.tokyo.referrals.withdraw(again, reason="not proved")
        assert [row.state for row in world.manager.referrals.list(lead=lead)] == ["declined"]
        rows = world.manager.referrals.list(lead=lead, withdrawn=True)
        assert [row.state for row in rows] == ["declined", "withdrawn"]

    def test_corrected(self, world: World, lead: Lead, referral: int) -> None:
        """By whoever recorded it, or a manager with a reason; the last day of the credit follows the introduction."""
        before = world.tokyo.referrals.get(referral).expires_on
        made = world.tokyo.referrals.edit(
            referral, introduced=world.day(-9), channel="chain", strength="weak", note="n"
        )
        assert (made.introduced_on, made.channel, made.strength, made.note) == (world.day(-9), "chain", "weak", "n")
        assert (before - made.expires_on).days == 4
        (entry,) = world.admin.audit.list(record="referral", record_id=referral, limit=1)
        assert (entry.verb, entry.reason) == ("referral.edit", None)
        world.clock.forward(days=2)
        with refused(world, InvalidInput, "future"):
            world.tokyo.referrals.edit(referral, introduced=world.day(-1))
        with refused(world, AccessDenied):
            world.frankfurt.referrals.edit(referral, note="x", reason="r")
        world.manager.contacts.add(lead.investor, "投资部长")
        world.manager.referrals.confirm(referral, "投资部长", on=world.day(-5))
        with refused(world, InvalidInput, "order"):
            world.tokyo.referrals.edit(referral, introduced=world.day(-4))
        world.clock.forward(days=9)
        with refused(world, AccessDenied, "late"):
            world.tokyo.referrals.edit(referral, note="x", reason="r")
        with refused(world, InvalidInput, "missing"):
            world.manager.referrals.edit(referral, note="x")
        assert world.manager.referrals.edit(referral, note=None, reason="r").note is None
        assert world.manager.audit.verify() == ()

    def test_restored(self, world: World, lead: Lead, colliers: Investor, referral: int) -> None:
        """With its share, where that is free; it is recorded again, and not corrected while it is withdrawn."""
        with refused(world, Conflict, "standing"):
            world.tokyo.referrals.restore(referral)
        world.tokyo.referrals.withdraw(referral, reason="a mistake")
        with refused(world, Conflict, "withdrawn"):
            world.tokyo.referrals.edit(referral, note="x")
        snow = world.manager.investors.add("华润雪花啤酒", country="HK")
        other = world.tokyo.referrals.add(lead, snow, credit=1)
        with refused(world, Conflict, "credit"):
            world.tokyo.referrals.restore(referral)
        world.tokyo.referrals.withdraw(other, reason="r")
        second = world.tokyo.referrals.add(lead, colliers, credit=0)
        with refused(world, Conflict, "twice"):
            world.tokyo.referrals.restore(referral)
        world.tokyo.referrals.withdraw(second, reason="r")
        made = world.tokyo.referrals.restore(referral)
        assert (made.status, made.points, made.reason) == ("recorded", 10_000, None)
        assert [row.id for row in world.manager.referrals.list(lead=lead)] == [referral]
        world.tokyo.referrals.withdraw(referral, reason="again")
        world.manager.investors.archive(colliers, reason="closed")
        with refused(world, Archived, "archived"):
            world.tokyo.referrals.restore(referral)
        assert world.manager.audit.verify() == ()

    def test_shared_anew(self, world: World, lead: Lead, referral: int) -> None:
        """All at once, by a manager, at most the whole."""
        snow = world.manager.investors.add("华润雪花啤酒", country="HK")
        other = world.tokyo.referrals.add(lead, snow, credit=0).id
        rows = world.manager.referrals.share(lead, {referral: "66.67", other: 33}, reason="agreed")
        assert [row.points for row in rows] == [6667, 3300]
        for shares, code in (
            ({referral: 60, other: 41}, "sum"),
            ({referral: 60}, "missing"),
            ({}, "missing"),
            ({referral: 60, other: 40, 4711: 0}, "stranger"),
            ({referral: 60, other: "x"}, "share"),
            ("x", "missing"),
        ):
            with refused(world, InvalidInput, code):
                world.manager.referrals.share(lead, shares, reason="x")  # type: ignore[arg-type]
        with refused(world, AccessDenied, "role"):
            world.tokyo.referrals.share(lead, {referral: 1, other: 1}, reason="x")

    def test_of_two_at_once_one_is_told(self, world: World, referral: int) -> None:
        """By the version."""
        version = world.tokyo.referrals.get(referral).version
        verbs: list[Callable[[], Any]] = [
            lambda: world.tokyo.referrals.withdraw(referral, reason="x", version=version + 1),
            lambda: world.tokyo.referrals.decline(referral, reason="x", version=version - 1),
        ]
        for verb in verbs:
            with refused(world, StaleRecord, "stale"):
                verb()

    def test_it_expires(self, world: World, lead: Lead, referral: int) -> None:
        """When the lead was not signed by its last day."""
        world.clock.forward(days=725)
        assert world.manager.referrals.list(lead=lead)[0].state == "recorded"
        world.clock.forward(days=1)
        assert world.manager.referrals.list(lead=lead)[0].state == "expired"
        assert referral

    def test_hidden_leads_leak_nothing(self, world: World, colliers: Investor) -> None:
        """Not in a list, a tree or a rank."""
        secret = LeadFactory.create(world=world, confidential=True, code_name="梨")
        row = world.manager.referrals.add(secret, colliers)
        assert world.frankfurt.referrals.list() == ()
        assert world.frankfurt.referrals.tree(colliers).down == ()
        assert world.frankfurt.referrals.credit(2023) == ()
        with refused(world, NotFound, "not_found"):
            world.frankfurt.referrals.get(row.id)
        assert len(world.manager.referrals.credit(2023)) == 1


def test_credit_is_money_when_it_is_confirmed(world: World, colliers: Investor) -> None:
    """Direct credit is the share of what arrived; what the brought ones brought is only shown."""
    brought = world.manager.investors.add("冷链企业", country="HK")
    chain = world.manager.investors.add("包装企业", country="HK")
    lead = LeadFactory.create(world=world, investor=brought, negotiating=True)
    referral = world.tokyo.referrals.add(lead, colliers, credit="33.33")
    second = LeadFactory.create(world=world, investor=chain, negotiating=True)
    world.tokyo.referrals.add(second, brought)
    for project, amount in ((lead, "0.50 USD"), (second, "7 USD")):
        entry = world.tokyo.capital.record(project, amount, arrived=world.today, reference=amount)
        world.verifier.capital.verify(entry)
    rows = {row.referrer: row for row in world.manager.referrals.credit(2023)}
    assert (rows["高力资本"].leads, rows["高力资本"].capital, rows["高力资本"].chain_leads) == (1, (), 1)
    assert rows["高力资本"].chain_capital == (Money(700, "USD"),)
    world.manager.contacts.add(brought, "总经理")
    world.manager.referrals.confirm(referral, "总经理")
    rows = {row.referrer: row for row in world.manager.referrals.credit(2023)}
    assert rows["高力资本"].capital == (Money(17, "USD"),)
    assert world.manager.referrals.credit(2022) == ()
    for period in ("MMXXIII", 1, True, 10**9):
        with refused(world, InvalidInput, "period"):
            world.manager.referrals.credit(period)
    tree = world.manager.referrals.tree(colliers)
    assert [(row.referrer, row.brought) for row in tree.down] == [("高力资本", "冷链企业"), ("冷链企业", "包装企业")]
    assert tree.up == ()
    assert [row.referrer for row in world.manager.referrals.tree(chain).up] == ["高力资本", "冷链企业"]
    with refused(world, InvalidInput, "choice"):
        world.manager.referrals.tree(colliers, direction="sideways")  # type: ignore[arg-type]
