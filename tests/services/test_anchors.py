"""Anchors: whoever recomputes the log, or cuts it short, is found against a head that was kept elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import Connection, delete, select, text, update

from crm.errors import Refused
from crm.models.guards import drop_guards
from crm.models.sealing import ENTRIES, SEALED, SEALS, hash_of, seal
from crm.rules.audit.anchors import Anchor
from tests.factories import LeadFactory, World
from tests.services.refusals import MANAGERS, allows, refused

pytestmark = [pytest.mark.one_moment, pytest.mark.portable]


def recompute(connection: Connection) -> None:
    """Hash every entry anew and seal everything anew, as the beginning of the log: whoever can write can do it."""
    drop_guards(connection)
    connection.execute(delete(SEALED))
    connection.execute(delete(SEALS))
    for entry in connection.execute(select(ENTRIES)).all():
        connection.execute(update(ENTRIES).where(ENTRIES.c.id == entry.id).values(hash=hash_of(entry)))
    seal(connection, datetime(2023, 2, 8, tzinfo=UTC), taken_in=True)


def head_of(world: World) -> Anchor:
    """Return the anchor of the head."""
    head = world.manager.audit.head()
    return Anchor(head.seal, head.hash, head.database, head.entries, world.clock(), "kept")


def sealed_lead(world: World) -> Anchor:
    """Open a lead, seal it, and return the anchor of the head."""
    LeadFactory.create(world=world)
    world.manager.audit.seal()
    return head_of(world)


def test_who_recomputes_the_whole_log_is_found_against_an_anchor(world: World) -> None:
    """A lead and its history are written anew, hashes and seals with them: nothing but the anchor tells."""
    lead = LeadFactory.create(world=world)
    world.session.flush()
    connection = world.session.connection()
    recompute(connection)
    anchor = head_of(world)
    assert world.manager.audit.verify(anchors=[anchor]) == ()
    connection.execute(text(f"UPDATE crm_lead SET note = 'forged' WHERE id = {lead.id}"))
    first = connection.execute(select(ENTRIES).where(ENTRIES.c.record == "lead").order_by(ENTRIES.c.id)).first()
    assert first is not None
    changes = {**first.changes, "note": [None, "forged"]}
    connection.execute(update(ENTRIES).where(ENTRIES.c.id == first.id).values(changes=changes))
    assert world.manager.audit.verify() != ()
    recompute(connection)
    assert world.manager.audit.verify() == ()
    head = world.manager.audit.head()
    (found,) = world.manager.audit.verify(anchors=[anchor])
    assert (found.record, found.record_id, found.field, found.anchor) == ("anchor", 1, "hash", "kept")
    assert (found.stored, found.derived) == (head.hash, anchor.hash)


def test_hashes_by_the_number_of_their_seal_will_do(world: World) -> None:
    """A host that keeps heads in its own way passes a mapping."""
    anchor = sealed_lead(world)
    assert world.manager.audit.verify(anchors={anchor.seal: anchor.hash}) == ()
    found = world.manager.audit.verify(anchors={anchor.seal: "0" * 64, anchor.seal + 7: "1" * 64})
    assert [(each.record_id, each.field, each.stored, each.derived) for each in found] == [
        (anchor.seal, "hash", anchor.hash, "0" * 64),
        (anchor.seal + 7, "seal", str(anchor.seal), "1" * 64),
    ]


def test_a_log_that_was_cut_short_is_found(world: World) -> None:
    """The last seal is taken away with its list: the entries wait to be sealed again, and the anchor names the seal."""
    first = sealed_lead(world)
    anchor = sealed_lead(world)
    connection = world.session.connection()
    drop_guards(connection)
    connection.execute(delete(SEALED).where(SEALED.c.seal_number == anchor.seal))
    connection.execute(delete(SEALS).where(SEALS.c.number == anchor.seal))
    assert world.manager.audit.verify(anchors=[first]) == ()
    (found,) = world.manager.audit.verify(anchors=[first, anchor])
    assert (found.record_id, found.field, found.stored) == (anchor.seal, "seal", str(first.seal))


def test_an_anchor_of_another_database_is_no_proof(world: World) -> None:
    """It is named, with both databases; the log is not held against it."""
    anchor = sealed_lead(world)
    other = Anchor(anchor.seal, "0" * 64, uuid4(), 1, world.clock(), "elsewhere")
    (found,) = world.manager.audit.verify(anchors=[other, anchor])
    assert (found.field, found.anchor) == ("database", "elsewhere")
    assert (found.stored, found.derived) == (str(anchor.database), str(other.database))


def test_the_head_grows_with_what_is_sealed(world: World) -> None:
    """It says the last seal, how many entries are sealed, and of which database."""
    first = sealed_lead(world)
    second = sealed_lead(world)
    standing = world.manager.audit.standing()
    assert (second.seal, second.hash, second.entries) == (standing.seals, standing.head, standing.entries)
    assert second.database == first.database
    assert (second.entries or 0) > (first.entries or 0)


def test_there_is_no_head_before_the_first_seal(world: World) -> None:
    """The refusal says how to seal."""
    connection = world.session.connection()
    drop_guards(connection)
    connection.execute(delete(SEALED))
    connection.execute(delete(SEALS))
    with refused(world, Refused, "unsealed"):
        world.manager.audit.head()


def test_who_may_read_the_head(world: World) -> None:
    """The right to read the audit is required."""
    sealed_lead(world)
    assert allows(world, lambda door: door.audit.head()) == {"verifier"} | MANAGERS
