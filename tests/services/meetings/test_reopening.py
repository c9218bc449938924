"""A follow-up that was closed by mistake is opened again."""

from __future__ import annotations

from crm.errors import AccessDenied, Archived, Conflict, InvalidInput
from tests.factories import InvestorFactory, LeadFactory, World
from tests.services.refusals import refused


def test_it_is_open_again_and_the_audit_keeps_the_result(world: World) -> None:
    """Its result goes, it is due again, the months follow, and it can be closed once more."""
    lead = LeadFactory.create(world=world)
    todo = world.tokyo.followups.add(lead, "send it", due=world.day(3))
    with refused(world, Conflict, "open"):
        world.tokyo.followups.reopen(todo)
    world.tokyo.followups.done(todo, result="sent")
    world.tokyo.followups.reopen(todo, reason="the wrong one")
    assert (todo.done_at, todo.done_by_id, todo.result) == (None, None, None)
    assert [row.id for row in world.tokyo.followups.list()] == [todo.id]
    (entry,) = world.admin.audit.list(record="followup", record_id=todo.id, limit=1)
    assert (entry.verb, entry.reason, entry.changes["result"]) == ("followup.reopen", "the wrong one", ["sent", None])
    world.tokyo.followups.done(todo, result="sent now")
    assert world.admin.audit.verify() == ()


def test_who_may(world: World) -> None:
    """Whoever closed it, for seven days; later, and what another closed, a manager with a reason."""
    todo = world.manager.followups.add(
        InvestorFactory.create(world=world), "call", due=world.day(3), owner="tokyo.desk"
    )
    world.tokyo.followups.done(todo, result="called")
    with refused(world, AccessDenied, "scope"):
        world.frankfurt.followups.reopen(todo, reason="r")
    with refused(world, InvalidInput, "missing"):
        world.manager.followups.reopen(todo)
    world.clock.forward(days=8)
    with refused(world, AccessDenied, "late"):
        world.tokyo.followups.reopen(todo, reason="r")
    world.admin.staff.archive("tokyo.desk", reason="left")
    with refused(world, Archived, "archived"):
        world.manager.followups.reopen(todo, reason="r")
