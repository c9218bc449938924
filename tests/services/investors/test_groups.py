"""Groups: a parent and its subsidiaries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm.errors import Refused
from tests.factories import World
from tests.services.refusals import refused


class TestGroups:
    """A parent and its subsidiaries form a tree."""

    def test_a_tree(self, world: World) -> None:
        """From any member the whole group, from its head down."""
        head, left, right, leaf = (world.manager.investors.add(f"组织{letter}", country="JP") for letter in "甲乙丙丁")
        for child, parent in ((left, head), (right, head), (leaf, left)):
            world.tokyo.groups.join(child, parent, since="2020-01-01")
        for member in (head, leaf, right):
            rows = world.tokyo.groups.tree(member)
            assert [(row.name, row.depth) for row in rows] == [
                ("组织甲", 0),
                ("组织丙", 1),
                ("组织乙", 1),
                ("组织丁", 2),
            ]
        world.tokyo.groups.leave(left, reason="sold")
        assert [row.name for row in world.tokyo.groups.tree(leaf)] == ["组织乙", "组织丁"]
        assert world.manager.audit.verify() == ()

    def test_refused(self, world: World) -> None:
        """A circle, a second parent, itself, an end before the beginning, no parent to leave."""
        one, two, three = (world.manager.investors.add(f"循环{letter}", country="JP") for letter in "甲乙丙")
        world.tokyo.groups.join(two, one, since="2022-01-01")
        world.tokyo.groups.join(three, two)
        cases: list[tuple[Callable[[], Any], str]] = [
            (lambda: world.tokyo.groups.join(one, three), "cycle"),
            (lambda: world.tokyo.groups.join(three, one), "has_parent"),
            (lambda: world.tokyo.groups.join(one, one), "own_parent"),
            (lambda: world.tokyo.groups.join(one, three, since=world.day(1)), "future"),
            (lambda: world.tokyo.groups.leave(one, reason="x"), "no_parent"),
            (lambda: world.tokyo.groups.leave(two, reason="x", on="2021-01-01"), "order"),
            (lambda: world.tokyo.groups.leave(two, reason=""), "empty"),
            (lambda: world.viewer.groups.join(one, three), "role"),
            (lambda: world.tokyo.groups.join(4711, one), "not_found"),
        ]
        for call, code in cases:
            with refused(world, Refused, code):
                call()

    def test_repeated_by_uid(self, world: World) -> None:
        """Once."""
        one, two = (world.manager.investors.add(f"重复{letter}", country="JP") for letter in "甲乙")
        uid = "01890000-0000-7000-8000-0000000000c1"
        assert world.tokyo.groups.join(one, two, uid=uid) is world.tokyo.groups.join(one, two, uid=uid)
