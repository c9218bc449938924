"""Work is given only to people whose role can do it: by every argument that names an owner, in every verb."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crm import CRM
from crm.errors import Conflict, InvalidInput
from crm.models import AuditEntry, Lead
from tests.factories import FollowUpFactory, LeadFactory, RequestFactory, World

pytestmark = pytest.mark.portable

#: By the argument that names who gets the work, the verb that gives it.
GIVES: dict[str, tuple[str, Callable[[CRM, World, Lead, str], object]]] = {
    "lead handover": ("owner", lambda c, _, lead, who: c.leads.handover(lead, owner=who)),
    "bulk handover": ("owner", lambda c, _, lead, who: c.bulk.handover([lead], owner=who, those_that_may=True)),
    "todo add": ("owner", lambda c, _, lead, who: c.followups.add(lead, "call", due="2023-03-01", owner=who)),
    "todo edit": (
        "owner",
        lambda c, w, lead, who: c.followups.edit(FollowUpFactory.create(world=w, about=lead), owner=who, reason="r"),
    ),
    "visit log": (
        "followups",
        lambda c, _, lead, who: c.meetings.log(lead, summary="s", followups=[("call", "2023-03-01", who)]),
    ),
    "request open": (
        "assignee",
        lambda c, _, lead, who: c.requests.open(lead, "water", kind="utilities", assignee=who),
    ),
    "request open for": (
        "ambassador",
        lambda c, _, lead, who: c.requests.open(lead, "water", kind="utilities", ambassador=who),
    ),
    "request assign": (
        "assignee",
        lambda c, w, _, who: c.requests.assign(RequestFactory.create(world=w), assignee=who),
    ),
    "request edit": (
        "ambassador",
        lambda c, w, _, who: c.requests.edit(RequestFactory.create(world=w), ambassador=who, reason="r"),
    ),
}


@pytest.mark.parametrize("who", ["viewer.desk", "verifier.desk"])
@pytest.mark.parametrize("verb", GIVES)
def test_who_cannot_do_it_gets_no_work(world: World, verb: str, who: str) -> None:
    """Viewers and verifiers; the refusal names them and the roles that can, and nothing is written."""
    lead = LeadFactory.create(world=world)
    field, give = GIVES[verb]
    before = world.session.query(AuditEntry).filter_by(verb=verb.replace(" ", ".")).count()
    with pytest.raises(InvalidInput) as caught:
        give(world.manager, world, lead, who)
    (flaw,) = caught.value.problems
    assert (flaw.code, flaw.field) == ("cannot_act", field)
    assert who in str(flaw)
    assert "ambassador, manager, admin" in str(flaw)
    assert world.session.query(AuditEntry).filter_by(verb=verb.replace(" ", ".")).count() == before


@pytest.mark.parametrize("verb", GIVES)
def test_who_can_do_it_gets_it(world: World, verb: str) -> None:
    """An ambassador of another station, too: what one owns is one's own."""
    GIVES[verb][1](world.manager, world, LeadFactory.create(world=world), "frankfurt.desk")


def test_a_narrower_role_leaves_no_work_behind(world: World) -> None:
    """What the new role cannot do is listed; handed over first, the role changes. Another role that can do it is free."""
    lead = LeadFactory.create(world=world)
    FollowUpFactory.create(world=world, about=lead)
    with pytest.raises(Conflict) as caught:
        world.admin.staff.move("tokyo.desk", role="viewer")
    assert [flaw.code for flaw in caught.value.problems] == ["open_work", "open_work"]
    assert f"L{lead.id}" in str(caught.value)
    world.admin.staff.move("tokyo.desk", role="manager")
    world.admin.staff.move("tokyo.desk", role="ambassador")
    world.manager.leads.handover(lead, owner="frankfurt.desk")
    assert world.admin.staff.move("tokyo.desk", role="viewer").role == "viewer"
