"""A group membership is corrected, withdrawn and restored."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import AccessDenied, Archived, Conflict, InvalidInput, Refused
from crm.models import Investor
from tests.factories import InvestorFactory, LeadFactory, World
from tests.services.refusals import refused

pytestmark = pytest.mark.portable


def under(world: World) -> tuple[Investor, Any]:
    """Return a company that was under a parent until 2022, and is under another since."""
    child, first, second = (InvestorFactory.create(world=world) for _ in range(3))
    world.tokyo.groups.join(child, first, since="2020-01-01")
    world.tokyo.groups.leave(child, reason="sold", on="2022-06-30")
    return child, world.tokyo.groups.join(child, second, since="2022-07-01")


def test_the_days_of_the_present_or_the_last(world: World) -> None:
    """Both days where it has ended; the audit has one act."""
    child, current = under(world)
    world.tokyo.groups.edit(child, since="2022-06-30")
    assert str(current.since) == "2022-06-30"
    world.tokyo.groups.leave(child, reason="sold again")
    world.tokyo.groups.edit(child, since="2022-08-01", until="2022-12-31")
    assert (str(current.since), str(current.until), current.reason) == ("2022-08-01", "2022-12-31", "sold again")
    entry = world.admin.audit.list(record="ownership", record_id=current.id, limit=1)[0]
    assert (entry.verb, entry.actor) == ("group.edit", "tokyo.desk")
    assert world.admin.audit.verify() == ()


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        ({"since": "2022-06-29"}, Conflict, "overlap"),
        ({"since": None}, Conflict, "overlap"),
        ({"until": "2022-12-31"}, InvalidInput, "ended"),
        ({"since": "2024-01-01"}, InvalidInput, "future"),
    ],
)
def test_no_overlap_and_no_end(world: World, given: dict[str, Any], kind: type[Refused], code: str) -> None:
    """Memberships stay apart, and a correction ends none."""
    child, _ = under(world)
    with refused(world, kind, code):
        world.tokyo.groups.edit(child, **given)


def test_who_may(world: World) -> None:
    """Whoever recorded it for seven days, then a manager with a reason; and there has to be one."""
    child, _ = under(world)
    alone = InvestorFactory.create(world=world)
    with refused(world, Conflict, "no_parent"):
        world.tokyo.groups.edit(alone, since="2022-08-01")
    with refused(world, AccessDenied, "scope"):
        world.frankfurt.groups.edit(child, since="2022-08-01", reason="r")
    world.clock.forward(days=8)
    with refused(world, AccessDenied, "late"):
        world.tokyo.groups.edit(child, since="2022-08-01", reason="r")
    with refused(world, InvalidInput, "missing"):
        world.manager.groups.edit(child, since="2022-08-01")
    world.manager.groups.edit(child, since="2022-08-01", reason="r")


def test_an_earlier_one_is_corrected_by_its_first_day(world: World) -> None:
    """It overlaps neither what came before nor what came after."""
    child, _ = under(world)
    world.tokyo.groups.edit(child, began="2020-01-01", since=None, until="2022-07-01")
    with refused(world, Conflict, "overlap"):
        world.tokyo.groups.edit(child, since="2022-06-30")
    with refused(world, Conflict, "no_parent"):
        world.tokyo.groups.edit(child, began="2020-01-01", until="2022-06-30")


def test_a_withdrawn_one_is_in_no_group(world: World) -> None:
    """The company can join another group, the parent be archived, and the two refer each other."""
    child, current = under(world)
    parent = current.parent_id
    lead = LeadFactory.create(world=world, investor=child)
    with refused(world, InvalidInput, "same_group"):
        world.tokyo.referrals.add(lead, parent)
    with refused(world, Conflict, "subsidiaries"):
        world.manager.investors.archive(parent, reason="closed")
    world.tokyo.groups.withdraw(child, reason="another company")
    assert [row.id for row in world.viewer.groups.tree(child)] == [child.id]
    assert [row.withdrawn for row in world.viewer.groups.memberships(child)] == [None]
    assert len(world.viewer.groups.memberships(parent, withdrawn=True)) == 1
    world.tokyo.referrals.add(lead, parent)
    with refused(world, Conflict, "no_parent"):
        world.tokyo.groups.leave(child, reason="sold")
    again = world.tokyo.groups.join(child, parent, since="2022-07-01")
    with refused(world, Conflict, "overlap"):
        world.tokyo.groups.restore(child)
    world.tokyo.groups.withdraw(child)
    with refused(world, Conflict, "withdrawn"):
        world.tokyo.groups.withdraw(child, began="2022-07-01")
    world.tokyo.groups.restore(child, began="2022-07-01")
    assert (again.withdrawn_at, current.withdrawn_at is None) == (None, False)
    assert world.admin.audit.verify() == ()


def test_it_comes_back_as_it_could_be_recorded(world: World) -> None:
    """Not below its own subsidiary, not into an archived company; one that ended, beside the present one."""
    child, current = under(world)
    parent = current.parent_id
    world.tokyo.groups.withdraw(child, began="2020-01-01")
    assert world.tokyo.groups.restore(child).until is not None
    world.tokyo.groups.withdraw(child)
    above = world.tokyo.groups.join(parent, child)
    with refused(world, Conflict, "cycle") as refusal:
        world.tokyo.groups.restore(child)
    assert refusal.value.problems[0].field == "child"
    world.tokyo.groups.withdraw(parent)
    assert above.withdrawn_at is not None
    world.manager.investors.archive(parent, reason="closed")
    with refused(world, Archived, "archived"):
        world.tokyo.groups.restore(child)
    world.manager.investors.restore(parent, reason="open")
    world.tokyo.groups.restore(child)
    assert [row.id for row in world.viewer.groups.tree(child)] == [parent, child.id]


def test_a_withdrawn_one_hinders_no_merge(world: World) -> None:
    """It moves along beside the one that stands, and back."""
    child, _ = under(world)
    twin, third = (InvestorFactory.create(world=world) for _ in range(2))
    world.tokyo.groups.join(twin, third, since="2021-01-01")
    with refused(world, Conflict, "parents"):
        world.manager.merges.merge(child, twin, reason="one")
    world.tokyo.groups.withdraw(twin)
    merge = world.manager.merges.merge(child, twin, reason="one")
    assert len(world.viewer.groups.memberships(child, withdrawn=True)) == 3
    with refused(world, Conflict, "overlap"):
        world.manager.groups.restore(child, reason="r")
    world.manager.merges.undo(merge, reason="two")
    world.tokyo.groups.restore(twin)
    assert world.admin.audit.verify() == ()
