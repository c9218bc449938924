"""Claims: filed, held, renewed, lapsed."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from crm import CRM
from crm.errors import AccessDenied, Conflict, InvalidInput, NotFound, Refused
from crm.models import Investor, Lead
from crm.rules.claims import ClaimPolicy
from crm.rules.stages import DEFAULT
from tests.factories import LeadFactory, World
from tests.services.claims.views import only, states
from tests.services.refusals import LONE_SURROGATE, LONG, refused

pytestmark = pytest.mark.portable


class TestFiling:
    """The server's time decides."""

    def test_the_first_claim_protects_at_once(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """It has the whole, and protects for the policy's days."""
        places["hitech"].claims.file(lead, note="首谈")
        row = only(world.manager, lead=lead)
        assert (row.unit, row.state, row.note, row.filed_by) == ("hitech", "active", "首谈", "zone.desk")
        assert [(share.unit, share.points) for share in row.shares] == [("hitech", 10_000)]
        assert row.protected_until == world.day(90)
        assert world.manager.audit.verify() == ()

    def test_its_note_is_corrected(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """By whoever filed it for seven days, later by a manager with a reason; not once it was decided or has ended."""
        claim = places["hitech"].claims.file(lead, note="首谈")
        places["hitech"].claims.edit(claim, note="首次洽谈纪要")
        assert only(world.manager, lead=lead).note == "首次洽谈纪要"
        with refused(world, AccessDenied):
            places["lixia"].claims.edit(claim, note="x", reason="r")
        world.clock.forward(days=8)
        with refused(world, AccessDenied, "late"):
            places["hitech"].claims.edit(claim, note="x")
        with refused(world, InvalidInput, "missing"):
            world.manager.claims.edit(claim, note="x")
        assert world.manager.claims.edit(claim, note=None, reason="r").note is None
        places["hitech"].claims.release(lead, reason="r")
        with refused(world, Conflict, "decided"):
            world.manager.claims.edit(claim, note="x", reason="r")
        assert world.manager.audit.verify() == ()

    def test_no_argument_states_a_date(self, places: dict[str, CRM], lead: Lead) -> None:
        """A claim cannot be backdated: no verb has an argument for its time."""
        with pytest.raises(TypeError):
            places["hitech"].claims.file(lead, filed_at="2020-01-01")  # type: ignore[call-arg]

    def test_two_within_the_window_are_contested(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """To the second, neither protects, and a third within the window joins."""
        places["hitech"].claims.file(lead)
        world.clock.forward(days=3)
        places["lixia"].claims.file(lead)
        assert states(world, lead) == {"hitech": "contested", "lixia": "contested"}
        assert places["licheng"].claims.pool() == ()
        world.clock.forward(seconds=1)
        with refused(world, Conflict, "held") as refusal:
            places["licheng"].claims.file(lead)
        assert "decision" in refusal.value.problems[0].way_out

    def test_a_third_joins_the_contest(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """All three within the window of the first."""
        for door in places.values():
            door.claims.file(lead)
            world.clock.forward(hours=10)
        assert set(states(world, lead).values()) == {"contested"}

    def test_after_the_window_the_first_one_holds(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """The refusal names the holder."""
        places["hitech"].claims.file(lead)
        world.clock.forward(days=3, seconds=1)
        with refused(world, Conflict, "held") as refusal:
            places["lixia"].claims.file(lead)
        assert refusal.value.problems[0].params["units"] == "高新区"

    def test_a_unit_claims_once(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """A second filing is refused; the same call repeated is the same claim."""
        uid = "01890000-0000-7000-8000-000000000001"
        first = places["hitech"].claims.file(lead, uid=uid)
        assert places["hitech"].claims.file(lead, uid=uid) is first
        with refused(world, Conflict, "claimed"):
            places["hitech"].claims.file(lead)
        with refused(world, Conflict, "uid"):
            places["hitech"].claims.file(lead, note="other", uid=uid)

    def test_another_lead_of_the_same_investor_is_free(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """A claim is on a lead, not on a company."""
        other = LeadFactory.create(world=world, investor=lead.investor, title="another project")
        places["hitech"].claims.file(lead)
        places["lixia"].claims.file(other)
        assert {row.state for row in world.manager.claims.list()} == {"active"}

    @pytest.mark.parametrize("state", ["landed", "lost"])
    def test_only_what_is_in_the_pipeline(self, world: World, places: dict[str, CRM], state: str) -> None:
        """What has landed or is closed is not claimed."""
        done = LeadFactory.create(world=world, **{state: True})
        with refused(world, Conflict, "not_in_pipeline"):
            places["hitech"].claims.file(done)

    def test_rights(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """Ambassadors file for their own unit; a station's files for none; managers for any."""
        with refused(world, AccessDenied, "scope"):
            places["hitech"].claims.file(lead, unit="lixia")
        with refused(world, InvalidInput, "no_unit"):
            world.tokyo.claims.file(lead)
        with refused(world, AccessDenied, "scope"):
            world.tokyo.claims.file(lead, unit="lixia")
        for door in (world.viewer, world.verifier):
            with refused(world, AccessDenied, "role"):
                door.claims.file(lead)
        with refused(world, AccessDenied, "no_actor"):
            world.nobody.claims.file(lead)
        assert world.manager.claims.file(lead, unit="lixia").state == "active"

    def test_a_hidden_lead_leaks_nothing(self, world: World, places: dict[str, CRM]) -> None:
        """The claim of a hidden lead is not shown in any list."""
        secret = LeadFactory.create(world=world, confidential=True, code_name="苹果")
        world.manager.claims.file(secret, unit="hitech")
        assert places["lixia"].claims.list() == ()
        assert places["lixia"].claims.pool() == ()
        with refused(world, AccessDenied, "confidential"):
            places["lixia"].claims.file(secret)
        with refused(world, AccessDenied, "confidential"):
            places["lixia"].claims.history(secret)
        assert places["lixia"].investors.show(secret.investor_id).claims == ()

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"unit": "nowhere"}, "not_found"),
            ({"unit": 3.5}, "type"),
            ({"unit": ""}, "empty"),
            ({"unit": 10**30}, "not_found"),
            ({"note": 7}, "type"),
            ({"note": LONG}, "too_long"),
            ({"note": LONE_SURROGATE}, "encoding"),
            ({"uid": "x"}, "uid"),
        ],
    )
    def test_odd_arguments(self, world: World, lead: Lead, values: dict[str, Any], code: str) -> None:
        """Each is refused, with a way out."""
        with refused(world, Refused, code):
            world.manager.claims.file(lead, **({"unit": "hitech"} | values))

    def test_a_foreign_lead(self, world: World) -> None:
        """An unknown lead cannot be claimed."""
        with refused(world, NotFound, "not_found"):
            world.manager.claims.file(4711, unit="hitech")

    @pytest.mark.usefixtures("places")
    def test_an_archived_unit(self, world: World, lead: Lead) -> None:
        """It takes no more claims."""
        world.admin.staff.archive("licheng.desk", reason="moved", leave_open="r")
        world.admin.units.archive("licheng", reason="merged", leave_open="r")
        with refused(world, Refused, "archived"):
            world.manager.claims.file(lead, unit="licheng")


class TestQuota:
    """A unit keeps so many leads from others, and no more."""

    @pytest.mark.usefixtures("places")
    def test_it_is_full(self, world: World) -> None:
        """A released one makes room; other units have quotas of their own."""
        policy = evolve(DEFAULT, claims=ClaimPolicy(quota=1, quotas={"lixia": 2}))
        zone, lixia = world.door("zone.desk", policy=policy), world.door("lixia.desk", policy=policy)
        first, second, third = (LeadFactory.create(world=world, title=f"quota {number}") for number in range(3))
        zone.claims.file(first)
        with refused(world, Conflict, "quota") as refusal:
            zone.claims.file(second)
        assert refusal.value.problems[0].params["most"] == 1
        lixia.claims.file(second)
        lixia.claims.file(third)
        zone.claims.release(first, reason="no capacity")
        with refused(world, Conflict, "quota"):
            lixia.claims.file(first)
        zone.claims.file(first)


class TestLapse:
    """Protection lasts while there is progress, and lapses without it."""

    def test_after_ninety_days_of_silence(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """Through the last day it protects; the day after the lead is in the pool, and another may claim it."""
        places["hitech"].claims.file(lead)
        world.clock.forward(days=90)
        assert only(world.manager, lead=lead).state == "active"
        with refused(world, Conflict, "held"):
            places["lixia"].claims.file(lead)
        world.clock.forward(days=1)
        row = only(world.manager, lead=lead)
        assert (row.state, row.protected_until) == ("lapsed", world.day(-1))
        (pooled,) = places["lixia"].claims.pool()
        assert (pooled.id, pooled.since, pooled.days, pooled.last_unit) == (lead.id, world.today, 0, "hitech")
        with refused(world, Conflict, "lapsed"):
            places["hitech"].claims.renew(lead)
        places["lixia"].claims.file(lead)
        assert states(world, lead) == {"hitech": "lapsed", "lixia": "active"}
        assert [move.kind for move in world.manager.claims.history(lead)] == ["filed", "lapsed", "filed"]
        assert world.manager.audit.verify() == ()

    def test_the_pool_is_narrowed_as_leads_are(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """By whatever narrows the list of leads."""
        home = world.session.get_one(Investor, lead.investor_id).country
        world.tokyo.leads.tag(lead, ["周会"])
        found: list[dict[str, Any]] = [
            {"country": home}, {"station": "tokyo"}, {"stage": lead.stage}, {"tag": ["周会"]}, {"status": "active"},
        ]  # fmt: skip
        none: list[dict[str, Any]] = [
            {"country": "FR"}, {"station": "frankfurt"}, {"stage": "signed"}, {"confidential": True}, {"mine": True},
        ]  # fmt: skip
        assert [[row.id for row in places["lixia"].claims.pool(**by)] for by in found] == [[lead.id]] * len(found)
        assert [places["lixia"].claims.pool(**by) for by in none] == [()] * len(none)
        with refused(world, InvalidInput):
            places["lixia"].claims.pool(stage="x", at_least="much")

    @pytest.mark.parametrize("progress", ["meeting", "transition", "renewal"])
    def test_progress_protects(self, world: World, places: dict[str, CRM], lead: Lead, progress: str) -> None:
        """A meeting, a transition and a renewal each count from the day they were recorded."""
        places["hitech"].claims.file(lead)
        world.clock.forward(days=80)
        if progress == "meeting":
            world.tokyo.meetings.log(lead, summary="talk", at=world.clock(), zone="Asia/Tokyo", kind="call")
        elif progress == "transition":
            world.tokyo.leads.hold(lead, reason="wait", review=world.day(10))
        else:
            places["hitech"].claims.renew(lead, reason="talks go on")
        world.clock.forward(days=90)
        assert only(world.manager, lead=lead).state == "active"
        world.clock.forward(days=1)
        assert only(world.manager, lead=lead).state == "lapsed"

    def test_progress_after_a_lapse_brings_nothing_back(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """Nor does a meeting that is recorded late."""
        places["hitech"].claims.file(lead)
        world.clock.forward(days=91)
        world.tokyo.meetings.log(
            lead, summary="late", at=world.day(-30).isoformat() + " 10:00", zone="Asia/Tokyo", kind="call"
        )
        assert only(world.manager, lead=lead).state == "lapsed"

    def test_a_landed_lead_stays_claimed(self, world: World, places: dict[str, CRM]) -> None:
        """Its credit is settled, however long ago; and it is no more in the unit's quota."""
        lead = LeadFactory.create(world=world, implementing=True)
        places["hitech"].claims.file(lead)
        start = world.tokyo.leads.add_evidence(lead, "operation_start", dated=world.today, reference="opening")
        world.verifier.leads.confirm(start)
        world.tokyo.leads.advance(lead)
        world.clock.forward(days=400)
        assert only(world.manager, lead=lead).state == "active"

    def test_lapsing_soon(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """The list filters claims that lapse within some days."""
        places["hitech"].claims.file(lead)
        world.clock.forward(days=80)
        assert world.zone.claims.list(lapsing_within=9) == ()
        assert only(world.zone, lapsing_within=10).lead_id == lead.id

    def test_renewals_are_counted(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """The policy allows two renewals; a repeated call counts once."""
        places["hitech"].claims.file(lead)
        uid = "01890000-0000-7000-8000-000000000002"
        for _ in range(2):
            places["hitech"].claims.renew(lead, uid=uid)
        places["hitech"].claims.renew(lead)
        with refused(world, Conflict, "renewals"):
            places["hitech"].claims.renew(lead)
        with refused(world, AccessDenied, "scope"):
            places["lixia"].claims.renew(lead)
