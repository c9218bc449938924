"""Requests withdrawn and restored."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crm.errors import Archived, Conflict
from tests.factories import InvestorFactory, World
from tests.services.refusals import refused


def test_what_is_withdrawn_is_in_no_list_and_no_figure(world: World) -> None:
    """Nor due, nor among the requests that are solved; it takes no step."""
    place = InvestorFactory.create(world=world)
    asked = world.tokyo.requests.open(place, "用电")
    solved = world.tokyo.requests.open(place, "用水")
    world.tokyo.requests.resolve(solved, "solved")

    def seen() -> tuple[object, ...]:
        figures = world.viewer.requests.figures(2023)
        return (
            [row.id for row in world.viewer.requests.list(open_only=False)],
            [row.id for row in world.viewer.followups.due(until="2024-01-01")],
            (figures.accepted, figures.open, figures.solved),
            world.manager.figures.count("requests_solved", "2023").value,
        )

    before = seen()
    assert before == ([asked.id, solved.id], [asked.id], (2, 1, 1), 1)
    for request in (asked, solved):
        world.tokyo.requests.withdraw(request, reason="typed twice")
    assert seen() == ([], [], (0, 0, 0), 0)
    assert [row.id for row in world.viewer.requests.list(open_only=False, withdrawn=True)] == [asked.id, solved.id]
    withdrawn = world.viewer.requests.show(asked).row.withdrawn
    assert withdrawn is not None
    assert withdrawn.reason == "typed twice"
    acts: tuple[Callable[[], object], ...] = (
        lambda: world.tokyo.requests.answer(asked, "a"),
        lambda: world.tokyo.requests.assign(asked, unit="hitech"),
        lambda: world.tokyo.requests.resolve(asked, "s"),
        lambda: world.tokyo.requests.rate(solved, 5),
        lambda: world.manager.requests.reopen(solved, reason="r", due="2023-05-01"),
    )
    for act in acts:
        with refused(world, Conflict, "withdrawn"):
            act()
    for request in (asked, solved):
        world.tokyo.requests.restore(request)
    assert seen() == before
    assert world.admin.audit.verify() == ()


def test_it_is_no_open_work(world: World) -> None:
    """Who has a withdrawn request alone is archived without a successor; then it is not restored."""
    place = InvestorFactory.create(world=world)
    asked = world.tokyo.requests.open(place, "用电", assignee="zone.desk")
    world.tokyo.requests.withdraw(asked)
    world.admin.staff.archive("zone.desk", reason="left")
    with pytest.raises(Archived):
        world.tokyo.requests.restore(asked)
    world.admin.staff.restore("zone.desk", reason="back")
    world.manager.investors.archive(place, reason="dissolved")
    with pytest.raises(Archived):
        world.tokyo.requests.restore(asked)
