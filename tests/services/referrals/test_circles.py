"""Referrals in a circle: parties cannot refer each other while both referrals stand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from crm.errors import Conflict
from crm.models import Investor, Lead
from crm.rules.stages import DEFAULT
from crm.testing.leads import STAGES, meet_gates
from tests.factories import LeadFactory, World
from tests.services.refusals import refused


class TestCycles:
    """Parties cannot refer each other while both referrals stand."""

    def bring(self, world: World, referrer: Investor, brought: Investor, **options: Any) -> Lead:
        """Open a lead of *brought*, and record that *referrer* brought it."""
        lead: Lead = LeadFactory.create(world=world, investor=brought, **options)
        world.manager.referrals.add(lead, referrer)
        return lead

    def three(self, world: World) -> list[Investor]:
        """Return three companies."""
        return [world.manager.investors.add(f"环形商事{name}", country="JP") for name in "甲乙丙"]

    def test_two_who_bring_each_other(self, world: World) -> None:
        """While both leads are on their way, the second is refused, and so is a lead opened with such a source."""
        first, second, _ = self.three(world)
        self.bring(world, first, second)
        lead = LeadFactory.create(world=world, investor=first)
        with refused(world, Conflict, "cycle") as refusal:
            world.manager.referrals.add(lead, second)
        assert "环形商事甲" in refusal.value.problems[0].params["names"]
        with refused(world, Conflict, "cycle"):
            world.manager.leads.open(first, title="t", source=f"referral:{second.id}")

    def test_a_circle_through_what_is_hidden_names_nobody(self, world: World) -> None:
        """Who may not see one of its leads learns that it may not be, and not who brought whom."""
        first, second, _ = self.three(world)
        self.bring(world, first, second, secret=True)
        stranger = world.frankfurt
        lead = stranger.leads.open(first, title="t")
        with refused(world, Conflict, "cycle") as refusal:
            world.manager.referrals.add(lead, second)
        assert "names" in refusal.value.problems[0].params
        with refused(world, Conflict, "cycle") as refusal:
            stranger.referrals.add(lead, second)
        assert "环形商事" not in str(refusal.value)
        with refused(world, Conflict, "cycle") as refusal:
            stranger.leads.open(first, title="another", source=f"referral:{second.id}")
        assert "环形商事" not in str(refusal.value)

    def test_three_in_a_circle(self, world: World) -> None:
        """At any length."""
        first, second, third = self.three(world)
        self.bring(world, first, second)
        self.bring(world, second, third)
        lead = LeadFactory.create(world=world, investor=first)
        with refused(world, Conflict, "cycle"):
            world.manager.referrals.add(lead, third)

    def test_an_expansion_brought_by_who_was_brought(self, world: World) -> None:
        """A brought B, B landed, then B brings A's expansion: legal."""
        first, second, _ = self.three(world)
        lead = LeadFactory.create(world=world, investor=second, negotiating=True)
        world.manager.referrals.add(lead, first, introduced=world.day(-9))
        for stage in STAGES[2:]:
            meet_gates(world.tokyo, world, lead, stage)
            world.tokyo.leads.advance(lead)
        old = LeadFactory.create(world=world, investor=first, signed=True)
        expansion = LeadFactory.create(world=world, investor=first, parent=old.id)
        with refused(world, Conflict, "cycle"):
            world.manager.referrals.add(expansion, second, introduced=world.day(-1))
        world.manager.referrals.add(expansion, second)

    def test_a_withdrawn_one_closes_none(self, world: World) -> None:
        """What does not stand counts for nothing."""
        first, second, _ = self.three(world)
        lead = self.bring(world, first, second)
        (row,) = world.manager.referrals.list(lead=lead)
        world.manager.referrals.withdraw(row.id, reason="a mistake")
        self.bring(world, second, first)

    def signed(self, world: World, referrer: Investor, brought: Investor, introduced: date, to: str = "signed") -> Lead:
        """Open a lead of *brought*, record that *referrer* brought it on a day, and take the lead to a stage."""
        lead: Lead = LeadFactory.create(world=world, investor=brought, negotiating=True)
        world.manager.referrals.add(lead, referrer, introduced=introduced)
        for stage in STAGES[2 : STAGES.index(to) + 1]:
            meet_gates(world.tokyo, world, lead, stage)
            world.tokyo.leads.advance(lead)
        return lead

    def test_a_signing_keeps_a_restored_one_open(self, world: World) -> None:
        """Its lead was signed in time, so it has not expired, and closes a circle with what was recorded meanwhile."""
        first, second, _ = self.three(world)
        lead = self.signed(world, first, second, world.today)
        (row,) = world.manager.referrals.list(lead=lead)
        world.manager.referrals.withdraw(row.id, reason="a mistake")
        world.clock.forward(days=DEFAULT.referrals.expiry_days + 1)
        self.bring(world, second, first)
        with refused(world, Conflict, "cycle"):
            world.manager.referrals.restore(row.id, reason="it was none")

    def test_a_landing_closes_a_restored_one(self, world: World) -> None:
        """Its lead had landed before the other was introduced: they were never open at one moment."""
        first, second, _ = self.three(world)
        lead = self.signed(world, first, second, world.day(-1), "landed")
        (row,) = world.manager.referrals.list(lead=lead)
        world.manager.referrals.withdraw(row.id, reason="a mistake")
        world.clock.forward(days=5)
        self.bring(world, second, first)
        assert world.manager.referrals.restore(row.id, reason="it was none").status == "recorded"

    def test_a_day_under_which_the_signing_was_in_time(self, world: World) -> None:
        """As recorded it expired before the signing; by the corrected day it is open to this day."""
        first, second, _ = self.three(world)
        day = world.today
        lead = self.signed(world, first, second, world.day(-1 - DEFAULT.referrals.expiry_days))
        (row,) = world.manager.referrals.list(lead=lead)
        world.clock.forward(days=DEFAULT.referrals.expiry_days + 1)
        self.bring(world, second, first)
        with refused(world, Conflict, "cycle"):
            world.manager.referrals.edit(row.id, introduced=day, reason="misread")

    def late(self, world: World, referrer: Investor, brought: Investor) -> tuple[Lead, date]:
        """Return a lead that was signed a day after its referral had expired, by a paper of its last day, and that day."""
        lead: Lead = LeadFactory.create(world=world, investor=brought, negotiating=True)
        world.manager.referrals.add(lead, referrer)
        world.clock.forward(days=DEFAULT.referrals.expiry_days)
        last = world.today
        meet_gates(world.tokyo, world, lead, "signed")
        world.clock.forward(days=1)
        world.tokyo.leads.advance(lead)
        return lead, last

    def test_a_signing_corrected_to_a_day_in_time_closes_a_circle(self, world: World) -> None:
        """The referral had expired; by the new day of the signing it is open to this day, and so is one the other way."""
        first, second, _ = self.three(world)
        lead, last = self.late(world, first, second)
        other = self.bring(world, second, first)
        with refused(world, Conflict, "cycle") as refusal:
            world.manager.leads.redate(lead, last, reason="misread")
        assert refusal.value.problems[0].field == "on"
        (row,) = world.manager.referrals.list(lead=other)
        world.manager.referrals.withdraw(row.id, reason="a mistake")
        world.manager.leads.redate(lead, last, reason="misread")
        with refused(world, Conflict, "cycle"):
            world.manager.referrals.restore(row.id, reason="it was none")
        assert world.admin.audit.verify() == ()

    def test_a_signing_corrected_to_a_day_in_time_without_a_circle(self, world: World) -> None:
        """Nobody brought anybody back: the day is corrected, and the referral counts."""
        first, second, _ = self.three(world)
        lead, last = self.late(world, first, second)
        assert world.manager.referrals.list(lead=lead)[0].state == "expired"
        world.manager.leads.redate(lead, last, reason="misread")
        assert world.manager.referrals.list(lead=lead)[0].state == "recorded"

    def test_a_landing_corrected_to_a_later_day_closes_a_circle(self, world: World) -> None:
        """The other was introduced after the landing as it was recorded, and before the landing as it is corrected."""
        first, second, _ = self.three(world)
        lead = self.signed(world, first, second, world.day(-1), "implementing")
        meet_gates(world.tokyo, world, lead, "landed")
        landed = world.today
        world.clock.forward(days=5)
        world.tokyo.leads.advance(lead, on=landed)
        other = LeadFactory.create(world=world, investor=first)
        world.manager.referrals.add(other, second, introduced=landed)
        with refused(world, Conflict, "cycle"):
            world.manager.leads.redate(lead, world.today, reason="misread")
        assert lead.landed_on == landed
        (row,) = world.manager.referrals.list(lead=other)
        world.manager.referrals.withdraw(row.id, reason="a mistake")
        world.manager.leads.redate(lead, world.today, reason="misread")
        assert lead.landed_on == world.today

    @pytest.mark.parametrize("several", [False, True])
    def test_a_signing_recorded_for_a_day_in_time_closes_a_circle(self, world: World, several: bool) -> None:
        """The referral had expired; a signing that is recorded late, for a day before that, keeps it open."""
        first, second, _ = self.three(world)
        lead: Lead = LeadFactory.create(world=world, investor=second, negotiating=True)
        world.manager.referrals.add(lead, first)
        world.clock.forward(days=DEFAULT.referrals.expiry_days)
        last = world.today
        meet_gates(world.tokyo, world, lead, "signed")
        world.clock.forward(days=1)
        other = self.bring(world, second, first)

        def advance(day: date) -> None:
            if several:
                world.manager.bulk.advance([lead], on=day)
            else:
                world.manager.leads.advance(lead, on=day)

        with refused(world, Conflict, "cycle") as refusal:
            advance(last)
        assert refusal.value.problems[0].field == "on"
        assert lead.stage == "negotiating"
        (row,) = world.manager.referrals.list(lead=other)
        world.manager.referrals.withdraw(row.id, reason="a mistake")
        advance(last)
        assert lead.stage == "signed"
        assert world.admin.audit.verify() == ()

    def test_a_landing_that_is_taken_back_closes_a_circle(self, world: World) -> None:
        """The other was introduced after the landing, which ended the first; without the landing both are open."""
        first, second, _ = self.three(world)
        lead = self.signed(world, first, second, world.day(-1), "landed")
        world.clock.forward(days=5)
        other = self.bring(world, second, first)
        entry = world.manager.capital.list(lead)[0]
        world.manager.capital.reverse(entry.id, reason="counted twice")
        with refused(world, Conflict, "cycle"):
            world.manager.leads.back(lead, "registered", reason="not landed")
        assert lead.landed_on is not None
        (row,) = world.manager.referrals.list(lead=other)
        world.manager.referrals.withdraw(row.id, reason="a mistake")
        world.manager.leads.back(lead, "registered", reason="not landed")
        assert lead.stage == "registered"
        assert world.viewer.leads.show(lead).row.landed_on is None
