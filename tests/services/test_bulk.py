"""Bulk verbs: the gates of the single verb, previewed, all or none or those that may, one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from crm import CRM
from crm.errors import AccessDenied, Conflict, GatesNotMet, InvalidInput, NotFound, Refused
from crm.models import Assignment, AuditEntry, FollowUp, Lead, Transition
from crm.services.bulk.outcomes import Bulk
from tests.factories import FollowUpFactory, LeadFactory, World
from tests.statements import statements

pytestmark = pytest.mark.portable

Single = Callable[[CRM, Lead], object]
Several = Callable[..., Bulk]
#: Each bulk verb beside the single one, with the same arguments.
PAIRS: dict[str, tuple[Single, Several]] = {
    "advance": (lambda c, one: c.leads.advance(one), lambda c, s, **how: c.bulk.advance(s, **how)),
    "skip": (lambda c, one: c.leads.advance(one, "signed"), lambda c, s, **how: c.bulk.advance(s, "signed", **how)),
    "early": (
        lambda c, one: c.leads.advance(one, on="2020-01-01"),
        lambda c, s, **how: c.bulk.advance(s, on="2020-01-01", **how),
    ),
    "hold": (
        lambda c, one: c.leads.hold(one, reason="r", review="2023-12-01"),
        lambda c, s, **how: c.bulk.hold(s, reason="r", review="2023-12-01", **how),
    ),
    "past": (
        lambda c, one: c.leads.hold(one, reason="r", review="2020-01-01"),
        lambda c, s, **how: c.bulk.hold(s, reason="r", review="2020-01-01", **how),
    ),
    "lose": (lambda c, one: c.leads.lose(one, reason="r"), lambda c, s, **how: c.bulk.lose(s, reason="r", **how)),
    "owner": (
        lambda c, one: c.leads.handover(one, owner="frankfurt.desk"),
        lambda c, s, **how: c.bulk.handover(s, owner="frankfurt.desk", **how),
    ),
    "no unit": (
        lambda c, one: c.leads.handover(one, unit=None),
        lambda c, s, **how: c.bulk.handover(s, unit=None, **how),
    ),
    "tag": (lambda c, one: c.leads.tag(one, ["甲"]), lambda c, s, **how: c.bulk.tag(s, ["甲"], **how)),
    "untag": (lambda c, one: c.leads.tag(one, remove=["旧"]), lambda c, s, **how: c.bulk.tag(s, remove=["旧"], **how)),
}


@pytest.fixture
def leads(world: World) -> Sequence[Lead]:
    """A lead of each kind: new, ready, negotiating, signed, on hold, lost, landed, carried over, confidential, tagged."""
    kinds: Sequence[dict[str, Any]] = (
        {}, {"ready": True}, {"negotiating": True}, {"signed": True}, {"held": True}, {"lost": True}, {"landed": True},
        {"carried": True}, {"secret": True}, {"unit": None},
    )  # fmt: skip
    made = [LeadFactory.create(world=world, **kind) for kind in kinds]
    world.tokyo.leads.tag(made[0], ["旧"])
    return made


def refused_singly(
    world: World, door: CRM, single: Single, leads: Sequence[Lead]
) -> dict[int, list[tuple[str, str | None]]]:
    """Return what the single verb has against each lead; nothing stays written."""
    found: dict[int, list[tuple[str, str | None]]] = {}
    for lead in leads:
        nested = world.session.begin_nested()
        try:
            single(door, lead)
        except Refused as refusal:
            found[lead.id] = [(flaw.code, str(flaw)) for flaw in refusal.problems]
        nested.rollback()
        world.session.expire_all()
    return found


def verdicts(alone: Mapping[int, Sequence[tuple[str, str | None]]], numbers: Sequence[int]) -> set[str]:
    """Return the codes of refusals of all leads; none if one may."""
    return set() if alone.keys() != set(numbers) else {code for each in alone.values() for code, _ in each}


@pytest.mark.parametrize(
    # Whose role may nothing, and whose may everything: the other two cover their refusals in the quick tier.
    "reader",
    ["tokyo", "frankfurt", *(pytest.param(who, marks=pytest.mark.whole) for who in ("viewer", "manager"))],
)
def test_a_bulk_verb_refuses_exactly_what_the_single_verb_refuses(
    world: World, leads: Sequence[Lead], reader: str
) -> None:
    """The same leads for the same reasons, in the same words, whoever asks; and it writes the others."""
    door, numbers = getattr(world, reader), [lead.id for lead in leads]
    for name, (single, several) in PAIRS.items():
        alone = refused_singly(world, door, single, leads)
        if verdicts(alone, numbers) == {"role"}:
            # A role without the right is refused before any lead is looked at.
            with pytest.raises(AccessDenied):
                several(door, numbers, preview=True)
            continue
        seen = several(door, numbers, preview=True)
        assert {one.id: [(flaw.code, str(flaw)) for flaw in one.problems] for one in seen.refused} == alone, name
        assert [one.id for one in seen.done] == [number for number in numbers if number not in alone], name
        assert not seen.written
        if alone:
            with pytest.raises(Refused) as caught:
                several(door, numbers)
            assert {flaw.params["id"] for flaw in caught.value.problems} == alone.keys(), name
        if seen.done:
            nested = world.session.begin_nested()
            done = several(door, numbers, those_that_may=True, token=seen.token)
            assert done.written
            assert (done.done, done.refused) == (seen.done, seen.refused), name
            nested.rollback()
            world.session.expire_all()


def test_what_is_not_as_previewed_is_not_written(world: World, leads: Sequence[Lead]) -> None:
    """A lead changed meanwhile, one more that the filters find, or one that no longer may: nothing is written."""
    changes: Sequence[tuple[Callable[[], object], Mapping[str, str]]] = (
        (lambda: world.tokyo.leads.tag(leads[1], ["新"]), {"stage": "contact"}),
        (lambda: LeadFactory.create(world=world), {"stage": "contact"}),
        (lambda: world.tokyo.leads.advance(leads[1]), {"stage": "contact"}),
    )
    for change, chosen in changes:
        token = world.tokyo.bulk.tag(chosen, ["周会"], preview=True).token
        assert world.tokyo.bulk.tag(chosen, ["周会"], preview=True).token == token
        change()
        with pytest.raises(Conflict) as caught:
            world.tokyo.bulk.tag(chosen, ["周会"], token=token, those_that_may=True)
        assert [flaw.code for flaw in caught.value.problems] == ["stale"]
    assert "周会" not in {tag.name for tag in world.viewer.tags.list()}


def test_all_or_none_and_those_that_may(world: World, leads: Sequence[Lead]) -> None:
    """One that is refused holds back all, named with its reasons; without it the others move as one act."""
    one, two = leads[1], LeadFactory.create(world=world, ready=True)
    with pytest.raises(GatesNotMet, match=f"L{leads[0].id}|Lead {leads[0].id}"):
        world.tokyo.bulk.advance([one, leads[0], two])
    assert (one.stage, two.stage) == ("contact", "contact")
    with pytest.raises(Conflict) as caught:
        world.tokyo.bulk.advance([leads[0], leads[5], one])
    assert {flaw.params["id"] for flaw in caught.value.problems} == {leads[0].id, leads[5].id}
    done = world.tokyo.bulk.advance([one, leads[0], two], those_that_may=True)
    assert (done.written, [row.id for row in done.done], [row.id for row in done.refused]) == (
        True, [one.id, two.id], [leads[0].id],
    )  # fmt: skip
    assert done.done[0].changes == {"stage": ["contact", "negotiating"]}
    assert (one.stage, two.stage, leads[0].stage) == ("negotiating", "negotiating", "contact")
    entries = world.session.scalars(
        select(AuditEntry).where(AuditEntry.verb == "lead.advance").order_by(AuditEntry.id)
    ).all()
    mine = [entry for entry in entries if entry.record_id in {one.id, two.id} and entry.record == "lead"]
    assert len({(entry.at, entry.actor_id) for entry in mine[-2:]}) == 1
    moves = world.session.scalars(
        select(Transition).where(Transition.lead_id == one.id).order_by(Transition.number)
    ).all()
    assert [move.number for move in moves] == [1, 2]
    assert world.manager.audit.verify() == ()


def test_leads_are_named_or_filtered_for(world: World, leads: Sequence[Lead]) -> None:
    """By number, text, uid, record; by the filters of the list, hidden ones left out; each once."""
    one, two = leads[1], leads[2]
    named = world.tokyo.bulk.tag([one.id, f"L{two.id}", one.uid, two, one.title], ["甲"])
    assert [row.id for row in named.done] == [one.id, two.id]
    found = world.frankfurt.bulk.tag({"stage": "contact", "status": "active"}, ["甲"], preview=True)
    listed = {row.id for row in world.frankfurt.leads.list(stage="contact", status="active") if not row.masked}
    assert {row.id for row in (*found.done, *found.refused)} == listed
    with pytest.raises(InvalidInput, match="No lead is selected"):
        world.tokyo.bulk.tag([], ["甲"])
    with pytest.raises(InvalidInput, match="No lead is selected"):
        world.tokyo.bulk.tag({"status": "exited"}, ["甲"])
    with pytest.raises(NotFound):
        world.tokyo.bulk.tag([one, 999_999], ["甲"])
    with pytest.raises(InvalidInput):
        world.tokyo.bulk.tag("L1", ["甲"])
    with pytest.raises(InvalidInput, match="statsu"):
        world.tokyo.bulk.tag({"statsu": "active"}, ["甲"])


def test_a_handover_takes_the_follow_ups_along(world: World) -> None:
    """Those of each former owner; each lead has its next assignment, and who hands over is told once."""
    one, two = LeadFactory.create(world=world), LeadFactory.create(world=world)
    todo = FollowUpFactory.create(world=world, about=one)
    done = world.tokyo.bulk.handover([one, two], owner="frankfurt.desk", station="frankfurt", reason="r")
    heir = world.frankfurt.actor
    assert heir is not None
    assert {one.owner_id, two.owner_id} == {heir.id}
    assert done.done[0].changes == {"owner": ["tokyo.desk", "frankfurt.desk"], "station": ["tokyo", "frankfurt"]}
    world.session.expire_all()
    assert world.session.get_one(FollowUp, todo.id).owner_id == heir.id
    for lead in (one, two):
        numbers = select(Assignment.number).where(Assignment.lead_id == lead.id).order_by(Assignment.number)
        assert world.session.scalars(numbers).all() == [1, 2]
    with pytest.raises(AccessDenied):
        world.tokyo.bulk.handover([one, two], owner="tokyo.desk")
    assert world.manager.audit.verify() == ()


def test_the_number_of_statements_does_not_grow(world: World) -> None:
    """Ten leads take as many as two."""
    world.tokyo.leads.tag(LeadFactory.create(world=world), ["甲"])
    counts = []
    for size in (2, 10):
        some = [LeadFactory.create(world=world, ready=True).id for _ in range(size)]
        world.session.expire_all()
        with statements(world.session) as seen:
            world.tokyo.bulk.advance(some)
            world.tokyo.bulk.tag(some, ["甲"])
            world.tokyo.bulk.handover(some, unit="bureau")
            world.tokyo.bulk.hold(some, reason="r", review="2023-12-01")
            world.tokyo.bulk.lose(some, reason="r")
        counts.append(len(seen))
    assert counts == [counts[0]] * 2


def test_referrals_that_have_not_expired_take_no_further_statements(world: World) -> None:
    """A move told a day late opens none of them again."""
    referrer = world.manager.investors.add("示例引荐商事", country="JP")
    counts = []
    for size in (2, 10):
        some = [LeadFactory.create(world=world, ready=True) for _ in range(size)]
        for lead in some:
            world.manager.referrals.add(lead, referrer)
        numbers = [lead.id for lead in some]
        told = world.today
        world.clock.forward(days=1)
        world.session.expire_all()
        with statements(world.session) as seen:
            world.tokyo.bulk.advance(numbers, on=told)
        counts.append(len(seen))
    assert counts == [counts[0]] * 2
