"""An import is taken back, as far as nobody has built on it since."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.errors import AccessDenied, Conflict, InvalidInput
from crm.models import Contact, FollowUp, Investor, InvestorIdentifier, Lead, Meeting
from crm.rules.stages import Status
from tests.factories import InvestorFactory, World
from tests.factories.ledgers import bring, ledger, row, rows


def test_all_that_an_import_made_is_taken_back(world: World) -> None:
    """Follow-ups and meetings are withdrawn, leads abandoned, contacts and investors archived; then it can be brought again."""
    held = [row(2, investor__identifier="uscc:91110000600037341L"), row(3)]
    batch = bring(world.manager, held).batch
    assert batch is not None
    done = world.manager.imports.undo(batch, reason="the wrong file")
    assert dict(done.undone) == {"followup": 2, "meeting": 2, "lead": 2, "contact": 2, "investor": 2}
    assert done.left == ()
    session = world.session
    assert all(session.scalars(select(FollowUp.withdrawn_at)).all())
    assert all(session.scalars(select(Meeting.withdrawn_at)).all())
    assert set(session.scalars(select(Lead.status))) == {Status.ABANDONED}
    assert all(session.scalars(select(Contact.archived_at)).all())
    assert all(session.scalars(select(Investor.archived_at)).all())
    assert all(session.scalars(select(InvestorIdentifier.withdrawn_at)).all())
    assert world.manager.audit.verify() == ()
    card = world.manager.imports.show(batch)
    assert (card.undone_by, card.undone_reason) == ("manager.desk", "the wrong file")
    with pytest.raises(Conflict):
        world.manager.imports.undo(batch, reason="again")
    again = bring(world.manager, held).batch
    assert again is not None
    assert again.made == batch.made


def test_what_somebody_built_on_stays_and_is_named(world: World) -> None:
    """A lead that moved or has a paper, an investor that was edited, and what the import only changed."""
    InvestorFactory.create(world=world, name="既有商事", country="JP")
    held = [*ledger(3), *rows({"investor.name": "既有商事", "investor.note": "x"}, first=9)]
    batch = bring(world.manager, held).batch
    assert batch is not None
    one, two, three = world.session.scalars(select(Lead).order_by(Lead.id)).all()
    world.manager.leads.hold(one, reason="r", review=world.day(9))
    world.manager.leads.add_evidence(two, "memorandum", dated=world.today, reference="m")
    world.manager.investors.edit(three.investor_id, note="x")
    done = world.manager.imports.undo(batch, reason="r")
    assert dict(done.undone) == {"followup": 3, "meeting": 3, "lead": 1, "contact": 3, "investor": 0}
    left = {(left.record, left.row): str(left.problem) for left in done.left}
    assert left.keys() == {("lead", 2), ("lead", 3), ("investor", 2), ("investor", 3), ("investor", 4), ("investor", 9)}
    assert "changed since" in left["lead", 2]
    assert "evidence" in left["lead", 3]
    assert "lead" in left["investor", 2]
    assert "changed since" in left["investor", 4]
    assert "before the import" in left["investor", 9]


def test_who_may_undo_an_import(world: World) -> None:
    """Whoever brought it, or who corrects the records of all; with a reason."""
    batch = bring(world.zone, ledger(1)).batch
    assert batch is not None
    with pytest.raises(AccessDenied):
        world.tokyo.imports.undo(batch, reason="r")
    with pytest.raises(InvalidInput):
        world.zone.imports.undo(batch, reason=" ")
    done = world.zone.imports.undo(batch, reason="r")
    assert done.undone["lead"] == 1
    assert [left.record for left in done.left] == ["investor"]
