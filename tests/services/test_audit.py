"""The audit: rights, lists, and comparison with the records."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from crm.errors import Refused
from crm.models.guards import drop_guards
from tests.factories import LeadFactory, World
from tests.services.refusals import MANAGERS, NO_REFERENCE, allows, refused

pytestmark = pytest.mark.portable


def test_an_entry_says_who_what_when_from_to_and_why(world: World) -> None:
    """A hold leaves one entry, signed, with both values and the reason."""
    lead = LeadFactory.create(world=world)
    world.clock.forward(days=2)
    world.tokyo.leads.hold(lead, reason="waits for its board", review="2023-03-01")
    entry = world.manager.audit.list(record="lead", record_id=lead.id)[0]
    assert (entry.actor, entry.verb, entry.at, entry.reason) == (
        "tokyo.desk",
        "lead.hold",
        world.clock(),
        "waits for its board",
    )
    assert list(entry.changes["status"]) == ["active", "on_hold"]


@pytest.mark.one_moment
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE crm_lead SET title = 'another'",
        "UPDATE crm_investor SET country = 'DE'",
        "DELETE FROM crm_audit_entry WHERE record = 'lead'",
        "UPDATE crm_lead SET moved_on = '2023-02-01'",
    ],
)
def test_what_was_changed_past_the_services_is_found(world: World, statement: str) -> None:
    """A value changed by hand, and an entry taken away, are named."""
    LeadFactory.create(world=world)
    assert world.manager.audit.verify() == ()
    drop_guards(world.session.connection())
    world.session.execute(text(statement))
    assert world.manager.audit.verify() != ()


@pytest.mark.parametrize("verb", ["edit", "set_status"])
def test_a_station_of_the_first_migration_is_accounted_for_after_a_change(world: World, verb: str) -> None:
    """Tokyo has no entry of its own making; a change of it is no discrepancy."""
    if verb == "edit":
        world.admin.stations.edit("tokyo", host="a chamber")
    else:
        world.manager.stations.set_status("tokyo", "closed", since=world.today, leave_open="r")
    assert world.manager.audit.verify() == ()


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_an_actor_asked_for_is_there(world: World, ref: object) -> None:
    """Unknown and malformed references are refused."""
    with refused(world, Refused):
        world.manager.audit.list(actor=ref)  # type: ignore[arg-type]


def test_who_may_read_the_audit(world: World) -> None:
    """Managers, verifiers and admins."""
    readers = {"verifier"} | MANAGERS
    assert allows(world, lambda door: door.audit.list()) == readers
    assert allows(world, lambda door: door.audit.verify()) == readers
