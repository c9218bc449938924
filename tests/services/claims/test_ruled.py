"""Claims that are contested, ruled, withdrawn and handed over."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from crm import CRM
from crm.errors import AccessDenied, Conflict, InvalidInput, Refused
from crm.models import Claim, Lead
from tests.factories import World
from tests.services.claims.views import only, states
from tests.services.refusals import LONG, refused

pytestmark = pytest.mark.portable


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
        """The unit with the largest share continues with the lead; the claim of a unit without a share is refused."""
        claim = world.admin.claims.rule(lead, {"lixia": "60", "hitech": Decimal("40.00")}, reason="both worked on it")
        assert states(world, lead) == {"hitech": "shared", "lixia": "active", "licheng": "refused"}
        row = only(world.manager, lead=lead, state="active")
        assert (row.id, row.unit) == (claim.id, "lixia")
        assert [(share.unit, share.points) for share in row.shares] == [("lixia", 6000), ("hitech", 4000)]
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
        assert {problem.code for problem in refusal.value.problems} == codes

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
        """A contested claim can be neither renewed nor transferred, and does not lapse."""
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
        assert [(share.unit, share.points) for share in row.shares] == [("lixia", 10_000)]
        steps = [(move.unit, move.kind, move.reason) for move in world.manager.claims.history(lead)][-3:]
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
        """The holder may be named; a unit without a claim is refused."""
        places["hitech"].claims.file(lead)
        with refused(world, Conflict, "no_claim"):
            world.manager.claims.release(lead, unit="lixia", reason="x")
        assert world.manager.claims.release(lead, unit="hitech", reason="x").state == "released"

    def test_repeated_by_uid(self, world: World, places: dict[str, CRM], lead: Lead) -> None:
        """A repeated call withdraws once, even after another unit has claimed the lead."""
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
        assert [(share.unit, share.points) for share in row.shares] == [("lixia", 7000), ("hitech", 3000)]
        assert row.protected_until == world.day(90)
        places["lixia"].claims.transfer(lead, to="hitech", keep="20.5", reason="back")
        row = only(world.manager, lead=lead, state="active")
        assert [(share.unit, share.points) for share in row.shares] == [("hitech", 7950), ("lixia", 2050)]
        assert [move.kind for move in world.manager.claims.history(lead)] == [
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
