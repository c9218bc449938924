"""Spans of employment and of group membership do not overlap, and no company is archived over its subsidiaries."""

from __future__ import annotations

from crm.errors import Conflict
from tests.factories import World
from tests.services.refusals import refused


def test_employments_at_one_company_do_not_overlap(world: World) -> None:
    """A first day before the last day of the employment before is refused; a later one is not."""
    investor = world.manager.investors.add("任期商事", country="JP")
    person = world.manager.contacts.add(investor, "佐藤", since="2020-01-01")
    world.manager.contacts.leave(person, investor, until="2022-05-31")
    for day in ("2019-01-01", "2022-03-01", "2022-05-31"):
        with refused(world, Conflict, "employed") as caught:
            world.manager.contacts.employ(person, investor, since=day)
        assert "2022-05-31" in str(caught.value)
    world.manager.contacts.employ(person, investor, since="2022-06-01")
    with refused(world, Conflict, "employed"):
        world.manager.contacts.employ(person, investor, since="2022-07-01")


def test_memberships_of_a_subsidiary_do_not_overlap(world: World) -> None:
    """Whichever the parent; on the day that the one before ended, it may join another."""
    child, one, other = (world.manager.investors.add(name, country="JP") for name in ("子社", "旧亲社", "新亲社"))
    world.manager.groups.join(child, one, since="2020-01-01")
    world.manager.groups.leave(child, reason="sold", on="2022-06-30")
    for parent in (one, other):
        with refused(world, Conflict, "overlap") as caught:
            world.manager.groups.join(child, parent, since="2021-01-01")
        assert "2022-06-30" in str(caught.value)
    world.manager.groups.join(child, other, since="2022-06-30")
    with refused(world, Conflict, "has_parent"):
        world.manager.groups.join(child, one, since="2022-08-01")


def test_a_company_is_not_archived_over_its_subsidiaries(world: World) -> None:
    """They are named; once they are archived, or have left, it is archived."""
    parent, sold, closed = (world.manager.investors.add(name, country="JP") for name in ("亲社", "出售社", "注销社"))
    for child in (sold, closed):
        world.manager.groups.join(child, parent)
    with refused(world, Conflict, "subsidiaries") as caught:
        world.manager.investors.archive(parent, reason="dissolved")
    assert f"I{sold.id} 出售社, I{closed.id} 注销社" in str(caught.value)
    world.manager.groups.leave(sold, reason="sold")
    world.manager.investors.archive(closed, reason="dissolved")
    assert world.manager.investors.archive(parent, reason="dissolved").archived_at is not None
