"""A closing from before closings kept their entries learns them from its moment."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crm import schema
from crm.models import ClosedArrival, ClosedContract
from tests.factories import ArrivalFactory, ContractFactory, RateFactory, World

pytestmark = [pytest.mark.portable, pytest.mark.whole]

#: The revision before.
(BEFORE,) = schema.revisions()["c3d84a61f09b"]


def test_an_old_closing_has_its_entries(migrated_engine: Engine) -> None:
    """What was confirmed by then and lies in the period is in it; what came later, or lies outside, is not; a restatement says so."""
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        arrivals = [
            ArrivalFactory.create(world=world, arrived=date(2023, 2, day), confirmed=True).id for day in (13, 14)
        ]
        contract = ContractFactory.create(world=world, agreed=date(2023, 2, 14), confirmed=True).id
        world.clock.instant = datetime(2023, 3, 3, 2, tzinfo=UTC)
        RateFactory.create(world=world, days=20)
        ArrivalFactory.create(world=world, arrived=date(2023, 3, 1), confirmed=True)
        ArrivalFactory.create(world=world, arrived=date(2023, 2, 14), verified=True)
        world.manager.figures.close("2023-02")
        world.clock.forward(minutes=1)
        late = ArrivalFactory.create(world=world, arrived=date(2023, 2, 14), confirmed=True).id
    schema.downgrade(migrated_engine, BEFORE)
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()
    with Session(migrated_engine) as session, session.begin():
        assert session.scalars(select(ClosedArrival.entry_id).order_by(ClosedArrival.entry_id)).all() == arrivals
        assert session.scalars(select(ClosedContract.entry_id)).all() == [contract]
        world = World(session, found=False)
        world.clock.instant = datetime(2023, 3, 4, 2, tzinfo=UTC)
        figure = world.manager.report.restatement("2023-02", explain=True).figure("actual_fdi")
        assert figure.entries[0].ids == (late,)
