"""The history of claims survives a downgrade below the step "uncontested", and an upgrade."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm import schema
from tests.factories import LeadFactory, World

pytestmark = [pytest.mark.portable, pytest.mark.whole]

#: The revision before.
(BEFORE,) = schema.revisions()["e7d04b95a213"]


def test_other_steps_survive_down_and_up(migrated_engine: Engine) -> None:
    """A downgrade drops that step alone; after an upgrade new ones are recorded."""
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        leads = [LeadFactory.create(world=world, title=title) for title in ("one", "two")]
        for lead in leads:
            for unit in ("hitech", "bureau"):
                world.manager.claims.file(lead, unit=unit)
        world.manager.claims.release(leads[0], unit="hitech", reason="r")
        told = [[(step.unit, step.kind, step.reason) for step in world.manager.claims.history(lead)] for lead in leads]
        numbers = [lead.id for lead in leads]
    assert told[0][-1] == ("bureau", "uncontested", None)
    schema.downgrade(migrated_engine, BEFORE)
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()
    with Session(migrated_engine) as session, session.begin():
        world = World(session, found=False)
        found = [
            [(step.unit, step.kind, step.reason) for step in world.manager.claims.history(number)] for number in numbers
        ]
        assert found == [told[0][:-1], told[1]]
        world.manager.claims.renew(numbers[0])
        world.manager.claims.release(numbers[1], unit="hitech", reason="r")
        steps = [step.kind for step in world.manager.claims.history(numbers[1])]
        assert steps[-2:] == ["released", "uncontested"]
