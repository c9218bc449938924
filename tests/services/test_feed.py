"""The feed of the audit: every sealed change, once, in the order of the seals, whoever wrote meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from crm import CRM
from crm.changes import Change, InvestorAdded, LeadOpened
from crm.errors import AccessDenied, InvalidInput, Refused
from crm.models import SealedEntry
from crm.models.guards import drop_guards
from crm.models.sealing import ENTRIES
from crm.rules.access import TABLE, Right, Role, Scope
from tests.factories import LeadFactory, World


def read(crm: CRM, after: int | None = None, limit: int = 3) -> list[Change]:
    """Read the feed to its end as a worker does, a few changes at a time."""
    found: list[Change] = []
    while changes := crm.changes(after=after, limit=limit):
        assert len(changes) <= limit
        found += changes
        after = changes[-1].id
    return found


def sealed(session: Session) -> list[int]:
    """Return every sealed entry in its order."""
    return list(session.scalars(select(SealedEntry.entry_id).order_by(SealedEntry.seal_number, SealedEntry.entry_id)))


def test_the_feed_has_every_sealed_change(world: World) -> None:
    """Also what the upgrade took in, without an actor; each as the list of the audit has it; unsealed ones not yet."""
    LeadFactory.create(world=world)
    assert [change for change in read(world.manager) if change.actor is not None] == []
    world.manager.audit.seal()
    changes = read(world.manager)
    assert [change.id for change in changes] == sealed(world.session)
    assert {change.verb for change in changes if change.actor is None} == {"upgrade"}
    listed = world.manager.audit.list(limit=None)
    assert [change for change in changes if change.actor is not None] == [*listed[::-1]]
    assert {InvestorAdded, LeadOpened, Change} <= {type(change) for change in changes}


def test_a_worker_goes_on_where_it_was(world: World) -> None:
    """After the last change that it read comes what was sealed since, and nothing where nothing was."""
    world.manager.audit.seal()
    last = read(world.manager)[-1].id
    assert world.manager.changes(after=last) == ()
    LeadFactory.create(world=world)
    assert world.manager.changes(after=last) == ()
    world.manager.audit.seal()
    assert any(isinstance(change, LeadOpened) for change in read(world.manager, last))


def test_a_change_that_is_in_no_seal_is_no_place(world: World) -> None:
    """It would come to nothing for ever; so would a negative number, and a limit that is none."""
    LeadFactory.create(world=world)
    newest = world.manager.audit.list(limit=1)[0].id
    for after in (newest, 2**62):
        with pytest.raises(InvalidInput, match="in no seal") as refused:
            world.manager.changes(after=after)
        assert refused.value.problems[0].field == "after"
    with pytest.raises(InvalidInput) as refused:
        world.manager.changes(after=-1, limit=-1)
    assert {problem.field for problem in refused.value.problems} == {"after", "limit"}


def test_a_change_that_is_gone_is_told(world: World) -> None:
    """Not passed over in silence; the refusal says how to read on behind it."""
    lead = LeadFactory.create(world=world)
    world.manager.audit.seal()
    gone = next(change.id for change in read(world.manager) if change.record == "lead" and change.record_id == lead.id)
    drop_guards(world.session.connection())
    world.session.connection().execute(delete(ENTRIES).where(ENTRIES.c.id == gone))
    with pytest.raises(Refused, match=f"after={gone}"):
        read(world.manager)
    order = sealed(world.session)
    assert [change.id for change in read(world.manager, gone)] == order[order.index(gone) + 1 :]


def test_who_may_not_read_the_audit_may_not_read_the_feed(world: World) -> None:
    """Who may, sees every lead: no change of a hidden lead is told to who may not see it."""
    for door in (world.viewer, world.tokyo, world.nobody):
        with pytest.raises(AccessDenied):
            door.changes()
    for role in Role:
        if TABLE[role].get(Right.AUDIT_READ, Scope.NONE) is not Scope.NONE:
            assert TABLE[role][Right.CONFIDENTIAL_READ] is Scope.ALL


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_nothing_is_skipped_beside_other_writers(migrated_engine: Engine) -> None:
    """On PostgreSQL a writer takes its number first and commits last: its change comes after what was read meanwhile."""
    with Session(migrated_engine) as slow, Session(migrated_engine) as quick, Session(migrated_engine) as worker:
        CRM(worker, "manager.desk").audit.seal()
        worker.commit()
        last = read(CRM(worker, "manager.desk"))[-1].id
        worker.rollback()
        late = CRM(slow, "tokyo.desk").investors.add("晚商事", country="JP").id
        early = CRM(quick, "tokyo.desk").investors.add("早商事", country="JP").id
        quick.commit()
        seen: list[int] = []
        for committing in (slow, quick):
            CRM(worker, "manager.desk").audit.seal()
            worker.commit()
            changes = read(CRM(worker, "manager.desk"), last)
            worker.rollback()
            seen += [change.record_id for change in changes if isinstance(change, InvestorAdded)]
            last = changes[-1].id if changes else last
            committing.commit()
    assert seen == [early, late]
