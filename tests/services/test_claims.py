"""Claims: filed, contested, ruled, renewed, transferred, released, lapsed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from crm import CRM
from crm.errors import AccessDenied, Conflict, InvalidInput, NotFound, Refused
from crm.models import Claim, Lead
from crm.rules.claims import ClaimPolicy
from crm.rules.stages import DEFAULT
from tests.factories import LeadFactory, World
from tests.services.refusals import LONE_SURROGATE, LONG, refused


@pytest.fixture
def places(world: World) -> dict[str, CRM]:
    """Three units, each with an ambassador of its own."""
    doors = {"hitech": world.zone}
    for code in ("lixia", "licheng"):
        world.admin.units.add(code, name=f"{code}区", name_en=code.title(), kind="district")
        world.admin.staff.add(f"{code}.desk", code, role="ambassador", unit=code, since="2022-01-01")
        doors[code] = world.door(f"{code}.desk")
    return doors


@pytest.fixture
def lead(world: World) -> Lead:
    """A lead that nobody has claimed."""
    lead: Lead = LeadFactory.create(world=world)
    return lead


def only(door: CRM, **wanted: Any) -> Any:
    """Return the one claim of a list."""
    (row,) = door.claims.list(**wanted)
    return row


def states(world: World, lead: Lead) -> dict[str, str]:
    """Return the state of each unit's latest claim."""
    return {row.unit: row.state for row in reversed(world.manager.claims.list(lead=lead))}


class TestFiling:
    """The server's time decides."""

    def test_the_first_claim_protects_at_once(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """It has the whole, and protects for the policy's days."""
        places["hitech"].claims.file(lead, note="首谈")
        row = only(world.manager, lead=lead)
        assert (row.unit, row.state, row.note, row.filed_by) == ("hitech", "active", "首谈", "zone.desk")
        assert [(each.unit, each.points) for each in row.shares] == [("hitech", 10_000)]
        assert row.protected_until == world.day(90)
        assert world.manager.audit.verify() == ()

    def test_no_argument_states_a_date(self, places: dict[str, CRM], lead: Lead) -> None:
        """A claim is recorded when it is recorded."""
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
        assert "ruling" in refusal.value.problems[0].way_out

    def test_a_third_joins_the_contest(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """All three within the window of the first."""
        for door in places.values():
            door.claims.file(lead)
            world.clock.forward(hours=10)
        assert set(states(world, lead).values()) == {"contested"}

    def test_after_the_window_the_first_one_holds(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """The refusal names who."""
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
        """Neither its claim nor that there is one."""
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
        """What is not there cannot be claimed."""
        with refused(world, NotFound, "not_found"):
            world.manager.claims.file(4711, unit="hitech")

    @pytest.mark.usefixtures("places")
    def test_an_archived_unit(self, world: World, lead: Lead) -> None:
        """It takes no more claims."""
        world.admin.staff.archive("licheng.desk", reason="moved")
        world.admin.units.archive("licheng", reason="merged")
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
    """Protection lasts while there is progress, and lapses in silence."""

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
        assert [each.kind for each in world.manager.claims.history(lead)] == ["filed", "lapsed", "filed"]
        assert world.manager.audit.verify() == ()

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
        """A unit can see what it is about to lose."""
        places["hitech"].claims.file(lead)
        world.clock.forward(days=80)
        assert world.zone.claims.list(lapsing_within=9) == ()
        assert only(world.zone, lapsing_within=10).lead_id == lead.id

    def test_renewals_are_counted(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """Twice by the policy; repeated by uid it is one renewal."""
        places["hitech"].claims.file(lead)
        uid = "01890000-0000-7000-8000-000000000002"
        for _ in range(2):
            places["hitech"].claims.renew(lead, uid=uid)
        places["hitech"].claims.renew(lead)
        with refused(world, Conflict, "renewals"):
            places["hitech"].claims.renew(lead)
        with refused(world, AccessDenied, "scope"):
            places["lixia"].claims.renew(lead)


class TestOneInstant:
    """A clock may stand still: what was recorded decides, not whether time went on."""

    def test_a_ruling_at_the_instant_of_filing_is_not_contested_again(
        self, world: World, places: dict[str, CRM], lead: Lead
    ) -> None:
        """Two file, an admin rules, and a third comes, all at one moment."""
        for unit in ("hitech", "lixia"):
            places[unit].claims.file(lead)
        ruled = world.admin.claims.rule(lead, {"lixia": 100}, reason="x")
        assert ruled.held_since == ruled.filed_at
        with refused(world, Conflict, "held"):
            places["licheng"].claims.file(lead)
        assert states(world, lead) == {"hitech": "refused", "lixia": "active"}

    def test_what_a_withdrawal_leaves_at_the_instant_of_filing_is_open_to_others(
        self, world: World, places: dict[str, CRM], lead: Lead
    ) -> None:
        """Nobody ruled: the window lasts."""
        for unit in ("hitech", "lixia"):
            places[unit].claims.file(lead)
        places["hitech"].claims.release(lead, reason="x")
        places["licheng"].claims.file(lead)
        assert states(world, lead) == {"hitech": "released", "lixia": "contested", "licheng": "contested"}


class TestRuling:
    """An admin rules, by split if so."""

    @pytest.fixture(autouse=True)
    def contest(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """Three units contest the lead."""
        for door in places.values():
            door.claims.file(lead)
            world.clock.forward(hours=1)

    def test_by_split(self, world: World, lead: Lead) -> None:
        """The largest share goes on with it; who has none is refused."""
        claim = world.admin.claims.rule(lead, {"lixia": "60", "hitech": Decimal("40.00")}, reason="both worked on it")
        assert states(world, lead) == {"hitech": "shared", "lixia": "active", "licheng": "refused"}
        row = only(world.manager, lead=lead, state="active")
        assert (row.id, row.unit) == (claim.id, "lixia")
        assert [(each.unit, each.points) for each in row.shares] == [("lixia", 6000), ("hitech", 4000)]
        assert row.protected_until == world.day(90)
        assert world.manager.audit.verify() == ()
        with refused(world, Conflict, "not_contested"):
            world.admin.claims.rule(lead, {"lixia": 100}, reason="again")

    def test_of_equals_the_earliest(self, world: World, lead: Lead) -> None:
        """Unless a holder is named."""
        world.admin.claims.rule(lead, {"licheng": 50, "hitech": 50}, reason="x")
        assert only(world.manager, lead=lead, state="active").unit == "hitech"

    def test_a_named_holder(self, world: World, lead: Lead) -> None:
        """A smaller share may go on with it."""
        world.admin.claims.rule(lead, {"licheng": 30, "hitech": 70}, holder="licheng", reason="x")
        assert only(world.manager, lead=lead, state="active").unit == "licheng"

    def test_a_ruling_is_not_contested_again(self, world: World, lead: Lead) -> None:
        """However soon."""
        world.admin.claims.rule(lead, {"lixia": 100}, reason="x")
        with refused(world, Conflict, "held"):
            world.manager.claims.file(lead, unit="bureau")

    def test_repeated_by_uid(self, world: World, lead: Lead) -> None:
        """One ruling."""
        uid = "01890000-0000-7000-8000-000000000003"
        first = world.admin.claims.rule(lead, {"lixia": 100}, reason="x", uid=uid)
        assert world.admin.claims.rule(lead, {"lixia": 100}, reason="x", uid=uid) is first
        with refused(world, Conflict, "uid"):
            world.admin.claims.rule(lead, {"lixia": 99}, reason="x", uid=uid)

    @pytest.mark.parametrize(
        ("shares", "codes"),
        [
            ({}, {"missing"}),
            (None, {"missing"}),
            ("lixia", {"missing"}),
            ({"lixia": 60, "hitech": 30}, {"sum"}),
            ({"lixia": 60, "hitech": 50}, {"sum"}),
            ({"lixia": 0.5, "hitech": "x"}, {"share"}),
            ({"lixia": -1, "hitech": 101}, {"share"}),
            ({"lixia": "33.333", "hitech": True}, {"share"}),
            ({"lixia": "NaN"}, {"share"}),
            ({"lixia": "1e999999"}, {"share"}),
            ({"lixia": 50, "bureau": 50}, {"stranger"}),
            ({"lixia": 50, "nowhere": 50, LONG: 1}, {"stranger"}),
            ({"lixia": 50, "LIXIA": 50}, {"twice"}),
        ],
    )
    def test_shares_that_are_none(self, world: World, lead: Lead, shares: Any, codes: set[str]) -> None:
        """Everything wrong is named at once."""
        with refused(world, InvalidInput) as refusal:
            world.admin.claims.rule(lead, shares, reason="x")
        assert {each.code for each in refusal.value.problems} == codes

    def test_a_holder_without_a_share(self, world: World, lead: Lead) -> None:
        """Refused."""
        with refused(world, InvalidInput, "holder"):
            world.admin.claims.rule(lead, {"lixia": 100}, holder="hitech", reason="x")

    def test_rights(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """Only an admin, and never in their own matter."""
        for door in (world.manager, places["lixia"], world.viewer):
            with refused(world, AccessDenied, "role"):
                door.claims.rule(lead, {"lixia": 100}, reason="x")
        world.admin.staff.add("lixia.admin", "x", role="admin", unit="lixia", since="2022-01-01")
        with refused(world, AccessDenied, "own_matter"):
            world.door("lixia.admin").claims.rule(lead, {"lixia": 100}, reason="x")
        with refused(world, InvalidInput, "empty"):
            world.admin.claims.rule(lead, {"lixia": 100}, reason=" ")

    def test_nobody_holds_it_meanwhile(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """It can be neither renewed nor transferred, and does not lapse."""
        verbs: list[Callable[[], Any]] = [
            lambda: places["lixia"].claims.renew(lead),
            lambda: places["lixia"].claims.transfer(lead, to="hitech", reason="x"),
        ]
        for verb in verbs:
            with refused(world, Conflict, "not_held"):
                verb()
        world.clock.forward(days=200)
        assert set(states(world, lead).values()) == {"contested"}


class TestWithdrawing:
    """A unit leaves a contest; where one is left, that one stands."""

    def contest(self, world: World, places: dict[str, CRM], lead: Lead, *units: str) -> None:
        """Let units contest the lead, an hour apart."""
        for unit in units:
            places[unit].claims.file(lead)
            world.clock.forward(hours=1)

    def test_the_last_one_stands(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """Of three, two withdraw, with a reason; the one that is left protects from then on, for the whole."""
        self.contest(world, places, lead, "hitech", "lixia", "licheng")
        places["hitech"].claims.release(lead, reason="no plant site")
        assert states(world, lead) == {"hitech": "released", "lixia": "contested", "licheng": "contested"}
        world.clock.forward(days=100)
        world.manager.claims.release(lead, unit="licheng", reason="agreed among districts")
        assert states(world, lead) == {"hitech": "released", "lixia": "active", "licheng": "released"}
        row = only(world.manager, lead=lead, state="active")
        assert row.protected_until == world.day(90)
        assert [(each.unit, each.points) for each in row.shares] == [("lixia", 10_000)]
        steps = [(each.unit, each.kind, each.reason) for each in world.manager.claims.history(lead)][-3:]
        assert steps == [
            ("hitech", "released", "no plant site"),
            ("licheng", "released", "agreed among districts"),
            ("lixia", "uncontested", None),
        ]
        assert world.manager.audit.verify() == ()
        with refused(world, Conflict, "not_contested"):
            world.admin.claims.rule(lead, {"lixia": 100}, reason="x")
        places["lixia"].claims.renew(lead)

    def test_within_the_window_it_may_be_contested_again(
        self, world: World, places: dict[str, CRM], lead: Lead
    ) -> None:
        """As if the other had never been filed; after the window of the one that is left it may not."""
        self.contest(world, places, lead, "hitech", "lixia")
        places["hitech"].claims.release(lead, reason="x")
        world.clock.forward(days=2)
        places["licheng"].claims.file(lead)
        assert states(world, lead) == {"hitech": "released", "lixia": "contested", "licheng": "contested"}
        places["licheng"].claims.release(lead, reason="x")
        world.clock.forward(days=1)
        with refused(world, Conflict, "held"):
            places["hitech"].claims.file(lead)

    def test_whose_claim(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """By default the actor's own; another's is not theirs, and one that is not in the contest has none to give up."""
        self.contest(world, places, lead, "hitech", "lixia")
        with refused(world, AccessDenied, "scope"):
            places["lixia"].claims.release(lead, unit="hitech", reason="x")
        for door in (world.manager, places["licheng"]):
            with refused(world, InvalidInput, "contestant"):
                door.claims.release(lead, reason="x")
        for door in (world.manager, places["licheng"]):
            with refused(world, Conflict, "no_claim"):
                door.claims.release(lead, unit="licheng", reason="x")
        with refused(world, Refused, "not_found"):
            world.manager.claims.release(lead, unit="nowhere", reason="x")
        with refused(world, InvalidInput, "empty"):
            places["lixia"].claims.release(lead, reason=" ")
        with refused(world, AccessDenied, "role"):
            world.viewer.claims.release(lead, unit="hitech", reason="x")

    def test_a_held_claim_by_name(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """The unit that holds it may be named; another has none."""
        places["hitech"].claims.file(lead)
        with refused(world, Conflict, "no_claim"):
            world.manager.claims.release(lead, unit="lixia", reason="x")
        assert world.manager.claims.release(lead, unit="hitech", reason="x").state == "released"

    def test_repeated_by_uid(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """One withdrawal, also when another has claimed the lead since."""
        uid = "01890000-0000-7000-8000-000000000009"
        self.contest(world, places, lead, "hitech", "lixia")
        first = places["hitech"].claims.release(lead, reason="x", uid=uid)
        assert places["hitech"].claims.release(lead, reason="x", uid=uid) is first
        with refused(world, Conflict, "uid"):
            places["hitech"].claims.release(lead, reason="y", uid=uid)


class TestTransfer:
    """From unit to unit, with split credit."""

    def test_with_a_part_kept(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """The shares add up to the whole, and protection starts anew."""
        places["hitech"].claims.file(lead)
        world.clock.forward(days=50)
        places["hitech"].claims.transfer(lead, to="lixia", keep=30, reason="the plant goes there")
        row = only(world.manager, lead=lead, state="active")
        assert [(each.unit, each.points) for each in row.shares] == [("lixia", 7000), ("hitech", 3000)]
        assert row.protected_until == world.day(90)
        places["lixia"].claims.transfer(lead, to="hitech", keep="20.5", reason="back")
        row = only(world.manager, lead=lead, state="active")
        assert [(each.unit, each.points) for each in row.shares] == [("hitech", 7950), ("lixia", 2050)]
        assert [each.kind for each in world.manager.claims.history(lead)] == [
            "filed", "transferred", "filed", "transferred", "filed",
        ]  # fmt: skip
        with refused(world, Conflict, "held"):
            places["licheng"].claims.file(lead)
        assert world.manager.audit.verify() == ()

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"to": "hitech"}, "same"),
            ({"keep": 100}, "share"),
            ({"keep": -1}, "share"),
            ({"keep": 0.5}, "share"),
            ({"to": None}, "no_unit"),
            ({"to": "nowhere"}, "not_found"),
            ({"reason": ""}, "empty"),
        ],
    )
    def test_odd_arguments(
        self, world: World, places: dict[str, CRM], lead: Lead, values: dict[str, Any], code: str
    ) -> None:
        """Each is refused."""
        places["hitech"].claims.file(lead)
        with refused(world, Refused, code):
            places["hitech"].claims.transfer(lead, **({"to": "lixia", "reason": "x"} | values))

    def test_rights_and_release(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """Another unit's claim is not theirs; a released lead goes back to the pool."""
        with refused(world, Conflict, "not_held"):
            places["hitech"].claims.release(lead, reason="x")
        places["hitech"].claims.file(lead)
        verbs: list[Callable[[], Any]] = [
            lambda: places["lixia"].claims.transfer(lead, to="lixia", reason="x"),
            lambda: places["lixia"].claims.release(lead, reason="x"),
        ]
        for verb in verbs:
            with refused(world, AccessDenied, "scope"):
                verb()
        places["hitech"].claims.release(lead, reason="no plant site")
        (pooled,) = places["lixia"].claims.pool(country="JP", industry=lead.industry or None)
        assert (pooled.id, pooled.last_unit) == (lead.id, "hitech")
        claim = places["lixia"].claims.file(lead)
        assert isinstance(claim, Claim)
