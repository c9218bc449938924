"""The days of a group membership are corrected."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import AccessDenied, Conflict, InvalidInput, Refused
from crm.models import Investor
from tests.factories import InvestorFactory, World
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
