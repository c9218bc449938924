"""A request is corrected in what was asked for."""

from __future__ import annotations

import pytest

from crm.errors import AccessDenied, InvalidInput
from tests.factories import LeadFactory, World
from tests.services.refusals import refused

pytestmark = pytest.mark.portable


def test_what_is_given_changes(world: World) -> None:
    """Text, kind, channel, brand, ambassador and the deadline of the answer; its steps stay."""
    asked = world.tokyo.requests.open(LeadFactory.create(world=world), "用电", kind="land", brand="through_train")
    steps = len(asked.steps)
    world.tokyo.requests.edit(asked, text="用电增容", kind="utilities", channel="online", brand=None)
    assert (asked.text, asked.kind, asked.channel, asked.brand) == ("用电增容", "utilities", "online", None)
    world.tokyo.requests.edit(asked, answer_due=asked.due_on, ambassador="manager.desk")
    assert (asked.answer_due_on, len(asked.steps)) == (asked.due_on, steps)
    for day in (asked.accepted_on.replace(year=2020), asked.due_on.replace(year=2030)):
        with refused(world, InvalidInput, "order"):
            world.tokyo.requests.edit(asked, answer_due=day)
    entry = world.admin.audit.list(record="request", record_id=asked.id, limit=1)[0]
    assert (entry.verb, entry.actor) == ("request.edit", "tokyo.desk")
    assert world.admin.audit.verify() == ()


def test_who_may(world: World) -> None:
    """Whoever recorded it for seven days, then a manager with a reason."""
    asked = world.tokyo.requests.open(LeadFactory.create(world=world), "用电")
    with refused(world, AccessDenied, "scope"):
        world.frankfurt.requests.edit(asked, text="x", reason="r")
    world.clock.forward(days=8)
    with refused(world, AccessDenied, "late"):
        world.tokyo.requests.edit(asked, text="x", reason="r")
    with refused(world, InvalidInput, "missing"):
        world.manager.requests.edit(asked, text="x")
    world.manager.requests.edit(asked, text="x", reason="r")
