"""A host joins its tables to ours, and sees of the leads what the reads show the actor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from crm import CRM, visible
from crm.errors import InvalidInput
from crm.models import CapitalArrival, Evidence, FollowUp, Investor, Lead, Meeting, Request
from tests.embedding.bookings import Booking, HostBase
from tests.factories import ArrivalFactory, LeadFactory, World

pytestmark = pytest.mark.portable

ACTORS = ("admin", "manager.desk", "verifier.desk", "tokyo.desk", "frankfurt.desk", "zone.desk", "viewer.desk")
#: By model, the numbers of the records that a read returns.
READS: dict[type[Any], Callable[[CRM], set[int]]] = {
    Lead: lambda crm: {row.id for row in crm.leads.list(limit=None) if not row.masked},
    Meeting: lambda crm: {row.id for row in crm.meetings.list(limit=None)},
    FollowUp: lambda crm: {row.id for row in crm.followups.list(limit=None)},
    Request: lambda crm: {row.id for row in crm.requests.list(limit=None)},
    CapitalArrival: lambda crm: {row.id for row in crm.capital.list(limit=None)},
}


@pytest.fixture
def world(session: Session) -> World:
    """A public and two hidden leads, one of Frankfurt; each has one of everything, and so has no lead at all."""
    world = World(session)
    investor = world.tokyo.investors.add("丸目商事株式会社", country="JP")
    for number in range(3):
        hidden: dict[str, Any] = {"confidential": True, "code_name": f"Falcon {number}"} if number else {}
        owner = "frankfurt.desk" if number == 2 else None
        lead = LeadFactory.create(world=world, investor=investor, registered=True, owner=owner, **hidden)
        world.tokyo.followups.add(lead, "打电话", due="2023-02-25")
        world.tokyo.requests.open(lead, f"要地{number}")
        ArrivalFactory.create(world=world, lead=lead)
    world.tokyo.meetings.log(investor, summary="谈合作", contacts=[world.tokyo.contacts.add(investor, "営業部長")])
    world.tokyo.followups.add(investor, "寄资料", due="2023-02-25")
    return world


@pytest.mark.parametrize("name", ACTORS)
def test_a_join_has_what_the_reads_return(world: World, name: str) -> None:
    """For each role: the leads that are not masked, and of what belongs to a lead what its list has."""
    crm = world.door(name)
    for model, read in READS.items():
        assert set(world.session.scalars(select(model.id).where(visible(crm.actor, model)))) == read(crm), model
        other = aliased(model)
        assert set(world.session.scalars(select(other.id).where(visible(crm.actor, other)))) == read(crm), model
    papers = set(world.session.scalars(select(Evidence.lead_id).where(visible(crm.actor, Evidence))))
    assert papers == READS[Lead](crm)


def test_hidden_leads_are_left_out_for_some(world: World) -> None:
    """The roles differ, or the comparison above would say nothing; nobody sees public leads alone."""
    seen = {
        name: len(world.session.scalars(select(Lead).where(visible(world.door(name).actor))).all()) for name in ACTORS
    }
    assert seen == {
        "admin": 3, "manager.desk": 3, "verifier.desk": 3, "tokyo.desk": 3, "frankfurt.desk": 2, "zone.desk": 3, "viewer.desk": 1,
    }  # fmt: skip
    assert len(world.session.scalars(select(Lead).where(visible(None))).all()) == 1


def test_a_table_of_the_hosts_is_joined_or_filtered(world: World) -> None:
    """By its relationship to the lead, or by its own lead_id; a booking for no lead is everybody's."""
    HostBase.metadata.create_all(world.session.connection())
    world.session.add_all(
        Booking(title="room", lead_id=lead) for lead in [*world.session.scalars(select(Lead.id)), None]
    )
    world.session.flush()
    actor = world.door("frankfurt.desk").actor
    joined = world.session.scalars(select(Booking).join(Lead, Lead.id == Booking.lead_id).where(visible(actor)))
    assert len(joined.all()) == 2
    alone = world.session.scalars(select(Booking).where(visible(actor, Booking))).all()
    assert len(alone) == 3
    assert sum(booking.lead_id is None for booking in alone) == 1


@pytest.mark.parametrize("record", [Investor, HostBase, int])
def test_what_belongs_to_no_lead_is_refused(session: Session, record: type[object]) -> None:
    """An investor is seen by everybody, and other classes are no models; the refusal says what to pass."""
    CRM(session, None).staff.found("admin", "管理员")
    with pytest.raises(InvalidInput, match="Join what it belongs to"):
        visible(CRM(session, "admin").actor, record)
