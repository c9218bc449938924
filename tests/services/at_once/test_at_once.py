"""Claims and referrals from several sessions at once: whatever the order, each rule holds when all are done."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

import pytest
from attrs import evolve
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm.errors import Archived, Conflict, Refused
from crm.models import Investor, Lead
from crm.rules.claims import ClaimPolicy
from crm.rules.referrals import Edge, cycle
from crm.rules.stages import DEFAULT
from tests.factories import LeadFactory, World
from tests.services.at_once.interleaving import Act

T = TypeVar("T")


def for_each(values: Iterable[T], act: Callable[[T, World], Any]) -> list[Act]:
    """Return an act for each value."""
    return [partial(act, value) for value in values]


def at_once(engine: Engine, acts: Sequence[Act]) -> Counter[str]:
    """Do each act in a session and a transaction of its own, all started together; count what came of them.

    On SQLite the first to write keeps the others waiting; on PostgreSQL they meet wherever the locks let them.
    """
    start, outcomes = threading.Barrier(len(acts)), list[str]()

    def do(act: Act) -> None:
        with Session(engine) as session:
            try:
                start.wait()
                with session.begin():
                    act(World(session, found=False))
                outcomes.append("done")
            except Refused as refusal:
                outcomes.append(refusal.problems[0].code)

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == len(acts)
    return Counter(outcomes)


def add_units(world: World, number: int) -> list[str]:
    """Add districts, and return their codes."""
    return [
        world.admin.units.add(f"district-{index}", name=f"区{index}", name_en=f"D{index}", kind="district").code
        for index in range(number)
    ]


def test_many_filings_leave_no_two_active(migrated_engine: Engine, town: World) -> None:
    """Six units on one lead: one was first, all contest it, and the ruling leaves exactly one active."""
    lead: Lead = LeadFactory.create(world=town)
    units = add_units(town, 6)
    town.session.commit()

    filings = for_each(units, lambda unit, world: world.manager.claims.file(lead.id, unit=unit))
    assert at_once(migrated_engine, filings) == {"done": 6}
    rows = town.manager.claims.list(lead=lead.id)
    assert {row.state for row in rows} == {"contested"}
    assert {row.unit for row in rows} == set(units)
    kinds = Counter(step.kind for step in town.manager.claims.history(lead.id))
    assert kinds == {"filed": 6, "contested": 6}
    town.session.commit()

    rulings = for_each(units[:3], lambda unit, world: world.admin.claims.rule(lead.id, {unit: 100}, reason="r"))
    assert at_once(migrated_engine, rulings) == {"done": 1, "not_contested": 2}
    town.session.expire_all()
    assert Counter(row.state for row in town.manager.claims.list(lead=lead.id)) == {"active": 1, "refused": 5}
    assert town.manager.audit.verify() == ()


def test_filings_on_what_has_lapsed_leave_one_lapse(migrated_engine: Engine, town: World) -> None:
    """The old claim is closed once, by whoever was first."""
    lead: Lead = LeadFactory.create(world=town)
    first, *units = add_units(town, 4)
    town.manager.claims.file(lead, unit=first)
    town.session.commit()

    def late(unit: str, world: World) -> None:
        world.clock.forward(days=200)
        world.manager.claims.file(lead.id, unit=unit)

    assert at_once(migrated_engine, for_each(units, late)) == {"done": 3}
    town.clock.forward(days=200)
    states = Counter(row.state for row in town.manager.claims.list(lead=lead.id))
    assert states == {"lapsed": 1, "contested": 3}
    assert Counter(step.kind for step in town.manager.claims.history(lead.id))["lapsed"] == 1
    assert town.manager.audit.verify() == ()


def test_two_who_withdraw_from_one_contest(migrated_engine: Engine, town: World) -> None:
    """Two units withdraw from a contest at once, and no unit holds the lead afterwards."""
    lead: Lead = LeadFactory.create(world=town)
    units = add_units(town, 2)
    for unit in units:
        town.manager.claims.file(lead, unit=unit)
    town.session.commit()
    acts = for_each(units, lambda unit, world: world.manager.claims.release(lead.id, unit=unit, reason="r"))
    assert at_once(migrated_engine, acts) == {"done": 2}
    assert {row.state for row in town.manager.claims.list(lead=lead.id)} == {"released"}
    assert [row.id for row in town.manager.claims.pool()] == [lead.id]


def test_one_filing_repeated_from_many_places(migrated_engine: Engine, town: World) -> None:
    """The same uid from four sessions is one claim, and each of them gets it."""
    lead: Lead = LeadFactory.create(world=town)
    town.session.commit()
    uid = "01890000-0000-7000-8000-00000000000f"

    def act(world: World) -> None:
        world.zone.claims.file(lead.id, uid=uid)

    assert at_once(migrated_engine, [act] * 4) == {"done": 4}
    assert len(town.manager.claims.list(lead=lead.id)) == 1


def test_credit_added_at_once_stays_within_the_whole(migrated_engine: Engine, town: World) -> None:
    """Of five that ask for 40% each, two get it."""
    lead: Lead = LeadFactory.create(world=town)
    parties = [town.manager.investors.add(f"同时引荐方{index}", country="HK") for index in range(5)]
    town.session.commit()
    acts = for_each(parties, lambda party, world: world.manager.referrals.add(lead.id, party.id, credit=40))
    assert at_once(migrated_engine, acts) == {"done": 2, "credit": 3}
    assert sum(row.points for row in town.manager.referrals.list(lead=lead.id)) == 8_000


def test_credit_shared_and_added_at_once(migrated_engine: Engine, town: World) -> None:
    """Whoever is second sees what the first did: never more than the whole."""
    lead: Lead = LeadFactory.create(world=town)
    one, two = (town.manager.investors.add(f"分享引荐方{letter}", country="HK") for letter in "甲乙")
    first = town.manager.referrals.add(lead, one, credit=10)
    town.session.commit()
    acts: list[Act] = [
        lambda world: world.manager.referrals.share(lead.id, {first.id: 95}, reason="r"),
        lambda world: world.manager.referrals.add(lead.id, two.id, credit=60),
    ]
    outcomes = at_once(migrated_engine, acts)
    assert outcomes["done"] == 1
    assert set(outcomes) <= {"done", "credit", "missing"}
    town.session.expire_all()
    assert sum(row.points for row in town.manager.referrals.list(lead=lead.id)) <= 10_000


def circle(town: World) -> tuple[list[Investor], list[Lead]]:
    """Return three companies, and a lead of each."""
    parties = [town.manager.investors.add(f"同时成环{letter}", country="JP") for letter in "甲乙丙"]
    leads = [LeadFactory.create(world=town, investor=party, title=party.name) for party in parties]
    town.session.commit()
    return parties, leads


@pytest.mark.parametrize("way", ["add", "open", "edit"])
def test_a_circle_is_not_closed_from_three_sides_at_once(migrated_engine: Engine, town: World, way: str) -> None:
    """Each brings the next, by a referral, by a new lead's source or by a corrected one: one of the three is refused."""
    parties, leads = circle(town)

    def bring(number: int, world: World) -> None:
        referrer, lead = parties[number].id, leads[(number + 1) % 3]
        if way == "add":
            world.manager.referrals.add(lead.id, referrer)
        elif way == "open":
            world.manager.leads.open(lead.investor_id, title="t", source=f"referral:{referrer}")
        else:
            world.manager.leads.edit(lead.id, source=f"referral:{referrer}")

    assert at_once(migrated_engine, for_each(range(3), bring)) == {"done": 2, "cycle": 1}
    edges = [Edge(row.party, row.brought_id, row.introduced_on) for row in town.manager.referrals.list()]
    assert all(cycle([other for other in edges if other is not edge], edge) is None for edge in edges)


def test_a_merge_and_a_referral_at_once(migrated_engine: Engine, town: World) -> None:
    """A merge that would close a circle, and the referral that would close it: one of them is refused."""
    (one, two, three), leads = circle(town)
    town.manager.referrals.add(leads[1], one)
    town.session.commit()
    acts: list[Act] = [
        lambda world: world.manager.merges.merge(one.id, three.id, reason="r"),
        lambda world: world.manager.referrals.add(leads[2].id, two.id),
    ]
    outcomes = at_once(migrated_engine, acts)
    assert outcomes["done"] == 1
    assert set(outcomes) <= {"done", "cycle", "archived"}


def test_who_had_read_before_a_merge_is_told(migrated_engine: Engine, town: World, backend: str) -> None:
    """A referral of somebody who read the lead, and its referrer, before a merge that others committed meanwhile."""
    if backend == "sqlite":
        pytest.skip("who reads there with a write in mind keeps others from writing")
    (one, two, three), leads = circle(town)
    town.manager.referrals.add(leads[1], one)
    town.session.commit()
    with Session(migrated_engine) as session, session.begin():
        early = World(session, found=False)
        lead, party = early.manager.leads.get(leads[2].id), early.manager.investors.get(two.id)
        mine, gone = early.manager.leads.get(leads[0].id), early.manager.investors.get(three.id)
        town.manager.merges.merge(one, three, reason="r")
        town.session.commit()
        with pytest.raises(Conflict) as refusal:
            early.manager.referrals.add(lead, party)
        assert [problem.code for problem in refusal.value.problems] == ["cycle"]
        with pytest.raises(Archived):
            early.manager.referrals.add(leads[1].id, gone)
        assert mine.investor_id == one.id


def test_a_group_and_a_referral_at_once(migrated_engine: Engine, town: World) -> None:
    """Whoever joins first decides; both may stand only where the referral was first."""
    (one, two, _), leads = circle(town)
    acts: list[Act] = [
        lambda world: world.manager.groups.join(one.id, two.id),
        lambda world: world.manager.referrals.add(leads[1].id, one.id),
    ]
    outcomes = at_once(migrated_engine, acts)
    assert set(outcomes) <= {"done", "same_group"}
    assert outcomes["done"] >= 1


def test_a_circle_of_groups_is_not_closed_at_once(migrated_engine: Engine, town: World) -> None:
    """Each under the next: one of the three is refused."""
    parties, _ = circle(town)
    pairs = zip(parties, [*parties[1:], parties[0]], strict=True)
    acts = for_each(pairs, lambda pair, world: world.manager.groups.join(pair[0].id, pair[1].id))
    assert at_once(migrated_engine, acts) == {"done": 2, "cycle": 1}
    assert len(town.manager.groups.tree(parties[0])) == 3


def test_the_last_room_in_a_quota(migrated_engine: Engine, town: World) -> None:
    """A unit with room for one more lead files on four at once: one is claimed."""
    policy = evolve(DEFAULT, claims=ClaimPolicy(quota=1))
    leads = [LeadFactory.create(world=town, title=f"配额{index}") for index in range(4)]
    town.session.commit()
    acts = for_each(leads, lambda lead, world: world.door("zone.desk", policy=policy).claims.file(lead.id))
    assert at_once(migrated_engine, acts) == {"done": 1, "quota": 3}
